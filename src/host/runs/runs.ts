import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { RunBook, RunEntry } from './run-book.ts';

/** What comes in quick succession counts once. */
const SETTLE_MS = 500;

/** This machine's runs, and word of their changes once somebody has asked for them. */
export class Runs implements vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #watchers: vscode.Disposable[] = [];
  #book: RunBook | undefined;
  #settling: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    const { contexts, pruning } = services;
    this.#subscriptions = [
      // A rollout is offered for the runs of the present context.
      contexts.onDidChange(() => this.#changed.fire()),
      pruning.onDidChange(() => this.#soon()),
      pruning.onDidProgress(() => this.#soon()),
    ];
  }

  /** What reads them. */
  async book(): Promise<RunBook> {
    const folder = this.#services.pruning.runs;
    if (this.#book?.folder !== folder) {
      const { RunBook } = await import('./reading.ts');
      this.#book = new RunBook(folder);
      this.#watch(folder);
    }
    return this.#book;
  }

  /** One run; undefined where there is none of that id. */
  async entry(id: string): Promise<RunEntry | undefined> {
    const book = await this.book();
    return (await book.ids()).includes(id) ? book.entry(id) : undefined;
  }

  /** Says that something may be another. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#settling);
    for (const each of [...this.#subscriptions, ...this.#watchers, this.#changed]) each.dispose();
  }

  /** Runs of the command line, and of other windows. */
  #watch(folder: string): void {
    for (const watcher of this.#watchers) watcher.dispose();
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '**');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const soon = () => this.#soon();
    this.#watchers = [
      watcher,
      watcher.onDidCreate(soon),
      watcher.onDidChange(soon),
      watcher.onDidDelete(soon),
    ];
  }

  /** Not put off by what comes meanwhile: a run writes without a break. */
  #soon(): void {
    if (!this.#book) return;
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#changed.fire();
    }, SETTLE_MS);
  }
}

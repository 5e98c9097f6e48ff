import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RestoreReport } from '../../prune/run/restore-run.ts';
import { showMarkdown } from '../documents/show-markdown.ts';
import { messageOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { code, plain } from './markdown.ts';
import { runIdOf, startOf } from './run-nodes.ts';
import type { Runs } from './runs.ts';

export const RUN_SCHEME = 'image-hygiene-run';

/** Runs' reports as read-only Markdown documents. */
export class RunDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #restored = new Map<string, RestoreReport>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(runs: Runs, services: Services) {
    this.#services = services;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(RUN_SCHEME, this),
      runs.onDidChange(() => {
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === RUN_SCHEME) this.#changed.fire(uri);
        }
      }),
    ];
  }

  /** Shows a run's report. */
  async open(id: string): Promise<void> {
    await showMarkdown(uriOf(id), this.#services.log);
  }

  /** Remembers what was put back, for as long as the window is there. The journal holds only how much it was. */
  restored(report: RestoreReport): void {
    this.#restored.set(report.run, report);
    this.#changed.fire(uriOf(report.run));
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const id = runIdOf(query);
    if (id === undefined) return notThere(vscode.l10n.t('This is not the name of a run.'));
    const folder = join(this.#services.pruning.runs, id);
    try {
      const { readOrder, readOverview, factsOf, failuresOf, runReport } = await import('./reading.ts');
      const { order } = await readOrder(folder);
      const overview = await readOverview(folder);
      return runReport({
        facts: factsOf(overview),
        order,
        progress: overview.progress,
        failures: await failuresOf(folder),
        restored: this.#restored.get(id),
      });
    } catch (error) {
      return notThere(plain(messageOf(error)), code(folder));
    }
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }
}

/** Where a run's report is. The path is what its tab is called, and says that it is Markdown. */
export function uriOf(id: string): vscode.Uri {
  const [day = '', time = ''] = startOf(id).split('T');
  const name = vscode.l10n.t('Prune of {0} {1}', day, time.slice(0, 5).replace(':', '.'));
  return vscode.Uri.from({ scheme: RUN_SCHEME, path: `/${name}.md`, query: id });
}

function notThere(...lines: string[]): string {
  return `# ${vscode.l10n.t('This run can’t be shown')}\n\n${lines.join('\n\n')}\n`;
}

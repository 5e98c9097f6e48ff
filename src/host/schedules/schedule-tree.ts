import * as vscode from 'vscode';
import { CONTEXT_KEYS, type ViewsState } from '../manifest.ts';
import { viewsStateOf } from '../problems.ts';
import { rowItem } from '../row-item.ts';
import type { Services } from '../services.ts';
import type { ReadSchedules, ScheduleBook } from './schedule-book.ts';
import type { ScheduleRow } from './schedule-rows.ts';

/** The lines of the Schedules view. Nothing is asked before somebody looks. */
export class ScheduleTree implements vscode.TreeDataProvider<ScheduleRow>, vscode.Disposable {
  readonly #services: Services;
  readonly #book: ScheduleBook;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #read = new vscode.EventEmitter<ReadSchedules>();
  readonly #subscription: vscode.Disposable;
  #state: ViewsState = 'loading';
  /** Counts the times that the lines were asked for: the last one says how it went. */
  #turn = 0;

  readonly onDidChangeTreeData = this.#changed.event;
  /** Fires when the cluster has answered. */
  readonly onDidRead = this.#read.event;

  constructor(services: Services, book: ScheduleBook) {
    this.#services = services;
    this.#book = book;
    this.#subscription = vscode.Disposable.from(
      book.onDidChange(() => this.showAnew()),
      services.contexts.onDidChange(() => this.#setState('loading')),
    );
  }

  /** Why the view is empty, or that it isn't. */
  get state(): ViewsState {
    return this.#state;
  }

  getTreeItem(row: ScheduleRow): vscode.TreeItem {
    return rowItem(row);
  }

  /** Empty where there is nothing to show: the view's welcome text says why. */
  async getChildren(row?: ScheduleRow): Promise<ScheduleRow[]> {
    if (row) return [...(row.children ?? [])];
    const turn = ++this.#turn;
    try {
      const read = await this.#book.read();
      const { scheduleRows, isForbidden, readOnlyRow } = await import('./engine.ts');
      if (this.#turn !== turn) return [];
      const { schedules, restartedAt, readOnlyOwed, lacking } = read;
      const forbidden = isForbidden(schedules);
      this.#setState(forbidden ? 'forbidden' : 'ready');
      this.#read.fire(read);
      const owed = readOnlyOwed ? [readOnlyRow()] : [];
      return forbidden
        ? owed
        : [...owed, ...scheduleRows(schedules, { restartedAt, now: Date.now(), lacking })];
    } catch (error) {
      // Of a context that was left, or asked again meanwhile.
      if (this.#turn !== turn) return [];
      this.#services.log.failure('schedules', error);
      this.#setState(this.#services.contexts.state.kind === 'broken' ? 'badKubeconfig' : viewsStateOf(error));
      return [];
    }
  }

  /** Shows what is known, with its ages anew. */
  showAnew(): void {
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const each of [this.#subscription, this.#changed, this.#read]) each.dispose();
  }

  #setState(state: ViewsState): void {
    this.#state = state;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.schedulesState, state);
  }
}

import * as vscode from 'vscode';
import type { ContextState } from '../contexts/contexts.ts';
import { CONTEXT_KEYS, type ViewsState } from '../manifest.ts';
import { rowItem } from '../row-item.ts';
import type { Services } from '../services.ts';
import type { RegistryReport } from './registry-check.ts';
import { registryRows } from './registry-rows.ts';
import type { RegistryRow } from './row.ts';

/** What happens in quick succession counts once. */
const SETTLE_MS = 250;

/** What the view says by a welcome text instead of rows. */
const WELCOMED: ReadonlySet<ViewsState> = new Set([
  'loading',
  'noKubeconfig',
  'badKubeconfig',
  'unreachable',
  'notOpenShift',
  'forbidden',
]);

/** The rows of the Registry view. */
export class RegistryTree implements vscode.TreeDataProvider<RegistryRow>, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscriptions: vscode.Disposable[];
  #owing: number | undefined;
  #settling: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    const { contexts, registry, diagnoses, pruning } = services;
    this.#subscriptions = [
      registry.onDidChange(() => this.#changed.fire(undefined)),
      diagnoses.onDidChange(() => this.#changed.fire(undefined)),
      contexts.onDidChange(() => {
        this.#owing = undefined;
        this.#changed.fire(undefined);
      }),
      // A prune makes runs owe a rollout, and a rollout moves the deployment.
      pruning.onDidChange(() => {
        this.#changed.fire(undefined);
        this.#soon();
      }),
    ];
  }

  getTreeItem(row: RegistryRow): vscode.TreeItem {
    return rowItem(row);
  }

  /** Empty where there is nothing to look at: the view's welcome text says why, and what to do. */
  async getChildren(row?: RegistryRow): Promise<RegistryRow[]> {
    if (row) return [...(row.children ?? [])];
    const { contexts, registry, diagnoses, pruning } = this.#services;
    const context = await contexts.ready();
    const { report } = registry;
    const state = stateOf(context, report);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.registryState, state);
    if (WELCOMED.has(state)) return [];
    const rollout = pruning.state.kind === 'pruned' ? pruning.state.rollout : undefined;
    return registryRows({ report, diagnosis: diagnoses.state, owing: this.#owing, rollout, now: Date.now() });
  }

  /** Looks at what moves without the registry being asked: its deployment, and the runs that owe a rollout. */
  async lookAgain(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  dispose(): void {
    clearTimeout(this.#settling);
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  #soon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void this.lookAgain();
    }, SETTLE_MS);
  }

  async #read(): Promise<void> {
    const { contexts, registry, pruning, log } = this.#services;
    const { state } = contexts;
    if (state.kind !== 'ready') return;
    try {
      const { runsOwingRollout } = await import('./checking.ts');
      const owing = await runsOwingRollout(pruning.runs, state.target.cluster.server);
      if (contexts.state === state && owing.length !== this.#owing) {
        this.#owing = owing.length;
        this.#changed.fire(undefined);
      }
    } catch (error) {
      log.failure('runs', error);
    }
    await registry.lookAgain();
  }
}

function stateOf(context: ContextState, { state, trouble }: RegistryReport): ViewsState {
  switch (context.kind) {
    case 'loading':
      return 'loading';
    case 'none':
      return 'noKubeconfig';
    case 'broken':
      return 'badKubeconfig';
    case 'ready':
      return state.kind === 'problem' ? (trouble ?? 'failed') : 'ready';
  }
}

import * as vscode from 'vscode';
import type { ReadyContext } from '../contexts/contexts.ts';
import type { HeldPlan } from '../dry-run/dry-runs.ts';
import { CONTEXT_KEYS, type ViewsState } from '../manifest.ts';
import { viewsStateOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { currentPlan, knowsEveryStream } from './current-plan.ts';
import type { StreamsSource } from './entries.ts';
import type { BranchNode, StreamsNode } from './nodes.ts';
import { StreamsModel } from './streams-model.ts';
import { treeItem } from './tree-item.ts';

/** What the entries come from, and what it was made for. */
interface Made {
  key: string;
  source: Promise<StreamsSource>;
  used: boolean;
}

/**
 * The items of the Image Streams view, from the plan where there is one, otherwise from the cluster. It follows the context,
 * the dry runs and the prunes; nothing is asked before somebody looks.
 */
export class StreamsTree implements vscode.TreeDataProvider<StreamsNode>, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<StreamsNode[] | undefined>();
  readonly #listed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly model = new StreamsModel((nodes) => this.#changed.fire(nodes));
  #made: Made | undefined;
  /** The key of what was asked for last, whether it came or not. */
  #asked: string | undefined;
  #planned: { id: string; source: StreamsSource } | undefined;
  #state: ViewsState = 'loading';
  #refreshes = 0;
  /** Of the last prune, and of the plan that it carried out. */
  #lastRun: string | undefined;
  #lastPruned: string | undefined;
  /** Counts the times that the namespaces were asked for: the last one says how it went. */
  #turn = 0;
  /** How many wait for the kubeconfig to be read. */
  #waiting = 0;

  readonly onDidChangeTreeData = this.#changed.event;
  /** Fires when the namespaces were listed, or could not be. */
  readonly onDidList = this.#listed.event;

  constructor(services: Services) {
    this.#services = services;
    const { contexts, dryRuns, pruning } = services;
    this.#subscriptions = [
      contexts.onDidChange(() => {
        this.#made = undefined;
        this.#setState('loading');
        // Whoever waits for the context gets this one.
        if (this.#waiting > 0) return;
        this.#turn++;
        this.showAnew();
      }),
      dryRuns.onDidChange(() => this.#followPlan()),
      pruning.onDidChange((state) => {
        // What was pruned is not in the cluster any more.
        if (state.kind === 'pruned' && state.report.run !== this.#lastRun) {
          this.#lastRun = state.report.run;
          this.#lastPruned = state.plan?.id;
          this.refresh();
        } else this.#followPlan();
      }),
    ];
  }

  /** Why the view is empty, or that it isn't. */
  get state(): ViewsState {
    return this.#state;
  }

  getTreeItem(node: StreamsNode): vscode.TreeItem {
    return treeItem(node, Date.now());
  }

  getParent(node: StreamsNode): StreamsNode | undefined {
    return this.model.parent(node);
  }

  /** Empty where nothing can be shown: the view's welcome text says why. */
  async getChildren(node?: StreamsNode): Promise<StreamsNode[]> {
    if (node) return this.model.children(node);
    const turn = ++this.#turn;
    try {
      await this.#prepare();
      const nodes = await this.model.children();
      if (this.#turn === turn) this.#setState('ready');
      return nodes;
    } catch (error) {
      // Of a context that was left, or asked again meanwhile.
      if (this.#turn !== turn) return [];
      this.#made = undefined;
      this.#services.log.failure('image streams', error);
      this.#setState(this.#services.contexts.state.kind === 'broken' ? 'badKubeconfig' : viewsStateOf(error));
      return [];
    } finally {
      this.#listed.fire();
    }
  }

  /** Asks the cluster again. A plan stays what it is. */
  refresh(): void {
    this.#refreshes++;
    this.showAnew();
  }

  /** Shows everything, or a branch, as it is known now. */
  showAnew(branch?: BranchNode): void {
    this.#changed.fire(branch && [branch]);
  }

  tagDeleted(namespace: string, stream: string, tag: string): void {
    const shown = this.model.tagDeleted(namespace, stream, tag);
    if (shown) this.#changed.fire([shown]);
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed, this.#listed]) each.dispose();
  }

  #followPlan(): void {
    if (this.#asked !== undefined && this.#asked !== this.#key()) this.showAnew();
  }

  /** Another one whenever the entries have to come from elsewhere. */
  #key(): string {
    const { state } = this.#services.contexts;
    const generation = state.kind === 'ready' ? state.generation : '';
    return `${generation} ${this.#refreshes} ${this.#plan()?.id ?? ''}`;
  }

  #plan(): HeldPlan | undefined {
    const plan = currentPlan(this.#services);
    return plan?.id === this.#lastPruned ? undefined : plan;
  }

  /** Lets the model take from the source of the present context and plan. */
  async #prepare(): Promise<void> {
    this.#waiting++;
    const context = await this.#services.connection.context().finally(() => {
      this.#waiting--;
    });
    const key = this.#key();
    this.#asked = key;
    if (this.#made?.key !== key) this.#made = { key, source: this.#makeSource(context), used: false };
    const made = this.#made;
    const source = await made.source;
    if (!made.used && this.#made === made) {
      made.used = true;
      this.model.use(source);
    }
  }

  async #makeSource(context: ReadyContext): Promise<StreamsSource> {
    const plan = this.#plan();
    const { LiveSource, MergedSource } = await import('./reading.ts');
    const live = async () => {
      const { session } = await this.#services.connection.session();
      return new LiveSource(session, { namespace: context.namespace, home: context.target.namespace });
    };
    if (!plan) return live();
    const planned = await this.#sourceOf(plan);
    return knowsEveryStream(plan, context.namespace) ? planned : new MergedSource(planned, live);
  }

  /** The same for the same plan, so that it remembers what was deleted since. */
  async #sourceOf({ id, planner }: HeldPlan): Promise<StreamsSource> {
    if (this.#planned?.id !== id) {
      const { PlanSource } = await import('./reading.ts');
      this.#planned = { id, source: new PlanSource(planner) };
    }
    return this.#planned.source;
  }

  #setState(state: ViewsState): void {
    this.#state = state;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.state, state);
  }
}

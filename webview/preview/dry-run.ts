// Stands in for the extension on the dry-run page. What it knows of images the engine tells it.

import { bytesShares } from '../../src/engine/bytes-shares.ts';
import { explain } from '../../src/engine/explain.ts';
import type { Inventory } from '../../src/engine/inventory.ts';
import { makePlan } from '../../src/engine/make-plan.ts';
import { type RequestedOptions, resolveOptions } from '../../src/engine/options.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { planChanges } from '../../src/engine/plan-changes.ts';
import { outlineOf } from '../../src/engine/plan-outline.ts';
import { summaryOf } from '../../src/engine/plan-parts.ts';
import type { BytesShare, PlanChanges } from '../../src/engine/plan-rows.ts';
import { PlanTable } from '../../src/engine/plan-table.ts';
import type { DryRunProtocol } from '../../src/shared/dry-run/protocol.ts';
import { dryRunRequest } from '../../src/shared/dry-run/requests.ts';
import type { PageState, PageView, PlanView } from '../../src/shared/dry-run/view.ts';
import type { Handlers, RequestName } from '../../src/shared/page/protocol.ts';
import { LARGE, mockInventory, NONE, NOW, SMALL } from '../../test/ui/pages/harness/mock-cluster.ts';
import {
  optionsOf,
  PROBLEM,
  planViewOf,
  progressAt,
  pruningOf,
  REACHED,
  reportOf,
  runningAt,
  type StateName,
  viewOf,
} from '../../test/ui/pages/harness/mock-views.ts';
import { StandIn } from './stand-in.ts';

declare global {
  /** What tests reach in the page. */
  var mock: unknown;
}

const query = new URLSearchParams(location.search);

let clock = NOW + 2 * 60_000;
Date.now = () => clock;

class DryRunStandIn {
  readonly #standIn = new StandIn<DryRunProtocol>(dryRunRequest, this.#answers());
  #runs = 0;
  /** What the states are made of, unless they are about what is missing. */
  readonly #whole: Inventory;
  #inventory: Inventory;
  #plan: Plan;
  #table: PlanTable;
  #shares: readonly BytesShare[];
  #view: PageView;

  constructor() {
    const size = { large: LARGE, none: NONE, small: SMALL }[query.get('size') ?? 'small'] ?? SMALL;
    this.#whole = mockInventory(size);
    this.#inventory = this.#whole;
    this.#plan = this.#planned(optionsOf().prune);
    this.#table = new PlanTable(this.#plan);
    this.#shares = bytesShares(this.#plan, this.#inventory.blobs);
    this.#view = this.#viewFor((query.get('state') ?? 'result') as StateName);
  }

  get requests(): readonly unknown[] {
    return this.#standIn.requests;
  }

  get failing(): Set<string> {
    return this.#standIn.failing;
  }

  hold(name: RequestName<DryRunProtocol>): void {
    this.#standIn.hold(name);
  }

  release(): void {
    this.#standIn.release();
  }

  get send(): StandIn<DryRunProtocol>['send'] {
    return this.#standIn.send;
  }

  show(view: Partial<PageView>): void {
    this.#view = { ...this.#view, ...view };
    this.send('view', this.#view);
  }

  view(): PageView {
    return this.#view;
  }

  go(state: StateName): void {
    this.show(this.#viewFor(state));
  }

  /** The table behind the page, for expectations. */
  table(): PlanTable {
    return this.#table;
  }

  summary(): ReturnType<typeof summaryOf> {
    return summaryOf(this.#plan);
  }

  /** Advances the page’s clock. */
  later(milliseconds: number): void {
    clock += milliseconds;
  }

  #planned(options: RequestedOptions): Plan {
    return makePlan({
      inventory: this.#inventory,
      options: resolveOptions(options),
      now: NOW,
      origin: { context: 'ocp-lab', server: 'https://api.ocp-lab.example.com:6443', user: 'admin' },
    });
  }

  #use(plan: Plan): void {
    this.#plan = plan;
    this.#table = new PlanTable(plan);
    this.#shares = bytesShares(plan, this.#inventory.blobs);
  }

  #planView(changes: PlanChanges | null = null): PlanView {
    this.#runs++;
    return planViewOf(summaryOf(this.#plan), `plan-${this.#runs}`, changes);
  }

  /** What was different a day before. */
  #changes(): PlanChanges {
    const inventory = mockInventory({ ...SMALL, later: true });
    const options = resolveOptions({});
    const before = makePlan({ inventory, options, now: NOW - 26 * 3_600_000, origin: null });
    return planChanges(outlineOf(before), outlineOf(this.#plan));
  }

  #viewFor(state: StateName): PageView {
    const options = optionsOf();
    this.#inventory = this.#whole;
    this.#use(this.#planned(options.prune));
    return viewOf(this.#stateFor(state), options);
  }

  #stateFor(state: StateName): PageState {
    switch (state) {
      case 'empty':
        return { kind: 'empty', why: 'never' };
      case 'running':
        return runningAt(0.35);
      case 'deciding':
        return runningAt(1, true);
      case 'failed':
        return { kind: 'failed', problem: PROBLEM };
      case 'result':
        return { kind: 'result', plan: this.#planView(this.#changes()) };
      case 'first-result':
        return { kind: 'result', plan: this.#planView() };
      case 'incomplete':
        this.#inventory = mockInventory(SMALL, ['pods', 'replicasets']);
        this.#use(this.#planned({}));
        return { kind: 'result', plan: this.#planView() };
      case 'expired':
        return {
          kind: 'result',
          plan: { ...this.#planView(), expires: new Date(NOW + 60_000).toISOString() },
        };
      case 'other-context':
        return { kind: 'result', plan: { ...this.#planView(), blocked: 'contextChanged' } };
      case 'nothing':
        this.#use(this.#planned({ keepTagRevisions: 1000, keepYoungerThanMs: 400 * 86_400_000 }));
        return { kind: 'result', plan: this.#planView() };
      case 'pruning':
        return pruningOf(this.#planView(), 0.62);
      default:
        return this.#prunedState(state);
    }
  }

  #prunedState(state: 'pruned' | 'prune-failed' | 'prune-cancelled' | 'prune-stopped'): PageState {
    const end = {
      pruned: 'done',
      'prune-failed': 'failed',
      'prune-cancelled': 'cancelled',
      'prune-stopped': 'stopped',
    } as const;
    const plan = this.#planView();
    const going = this.#plan.images.filter(({ verdict }) => verdict === 'prune').map(({ name }) => name);
    return { kind: 'pruned', plan, report: reportOf(plan, end[state], going), rollout: { kind: 'owed' } };
  }

  #answers(): Handlers<DryRunProtocol> {
    const nothing = () => null;
    return {
      ready: () => ({ words: globalThis.mockWords, view: this.#view }),
      run: (options) => {
        this.#use(this.#planned(options.prune));
        const state: PageState = { kind: 'result', plan: this.#planView() };
        this.show({ state: runningAt(0.1), options });
        setTimeout(() => {
          this.send('running', progressAt(0.7));
          this.show({ state });
        });
        return null;
      },
      cancel: nothing,
      prune: nothing,
      rows: ({ query: wanted, start, count }) => this.#table.window(wanted, start, count),
      facets: () => ({
        reasons: this.#table.reasonCounts(),
        namespaces: this.#table.namespaceCounts(),
      }),
      shares: ({ namespace }) =>
        this.#shares.filter((share) =>
          namespace === null ? share.stream === '' : share.namespace === namespace && share.stream !== '',
        ),
      explain: ({ image }) => {
        const [explanation] = explain(this.#plan, { kind: 'image', digest: image });
        if (!explanation) throw new Error('no explanation');
        return explanation;
      },
      act: nothing,
      copy: nothing,
      export: nothing,
      preview: ({ options }) => {
        if (options.prune.namespace) return null;
        const { counts, bytes } = this.#planned(options.prune);
        return { counts, freed: bytes.freed };
      },
      checkRegistryUrl: ({ url }) =>
        /^(https?:\/\/)?[\w.-]*(:\d+)?\/?$/.test(url)
          ? null
          : `invalid --registry-url "${url}": it has a path`,
      browse: () => '/etc/pki/ca.crt',
      checkRegistry: () => {
        this.send('registry', { kind: 'checking' });
        setTimeout(() => this.send('registry', REACHED));
        return null;
      },
      openRegistry: nothing,
      diagnose: nothing,
      rollOut: nothing,
      openReport: nothing,
      resume: nothing,
      step: nothing,
    };
  }
}

globalThis.mock = new DryRunStandIn();

// What the dry-run page shows, as the host tells it. Plain JSON, small: long lists come on request.

import type { InventoryResource } from '../../engine/inventory.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import type { PlanChanges } from '../../engine/plan-rows.ts';
import type { Deleted } from '../../engine/steps.ts';
import type { RunReport } from '../../prune/run/report.ts';
import type { RunOptions } from './run-options.ts';

export interface PageView {
  /** null: no context is chosen, or there is no kubeconfig. */
  cluster: ClusterLabel | null;
  state: PageState;
  registry: RegistryState;
  /** What the next run would be made with: of the plan shown, or what the settings say. */
  options: RunOptions;
  /** What the settings say. */
  settings: RunOptions;
  /** The workspace isn't trusted: options that could redirect a token or weaken TLS can't be changed. */
  restricted: boolean;
}

export interface ClusterLabel {
  context: string;
  server: string;
  user: string;
}

export type PageState =
  /** Nothing to show: no run yet, or its result is gone, the page of a prune among them. */
  | { kind: 'empty'; why: 'never' | 'reloaded' | 'reloadedAfterPrune' | 'contextChanged' | 'cancelled' }
  | { kind: 'running'; progress: RunProgress }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'result'; plan: PlanView }
  | { kind: 'pruning'; plan: PlanView; progress: PruneProgress }
  | { kind: 'pruned'; plan: PlanView; report: RunReport; rollout: RolloutState };
export type StateKind = PageState['kind'];

/** How far one list of the inventory is. */
export interface ListProgress {
  resource: InventoryResource;
  state: 'waiting' | 'listing' | 'done' | 'missing';
  /** Objects so far. */
  items: number;
  /** Objects in all, where the server tells. */
  total: number | null;
  /** Bytes over the wire so far. */
  wireBytes: number;
}

export interface RunProgress {
  /** RFC 3339. */
  since: string;
  lists: readonly ListProgress[];
  /** Everything is read, and the plan is being made. */
  deciding: boolean;
  cancelling: boolean;
}

/** Why a plan can't be carried out now. */
export type PruneBlock =
  | 'incomplete'
  | 'expired'
  | 'contextChanged'
  | 'registryProblem'
  | 'nothing'
  /** The workspace isn't trusted. */
  | 'restricted';

export interface PlanView {
  /** Another one for every plan. */
  id: string;
  summary: PlanSummary;
  /** Until when it may be carried out: RFC 3339. */
  expires: string;
  /** What only the host knows to be in the way. */
  blocked: 'contextChanged' | 'registryProblem' | 'restricted' | null;
  /** The command that grants what is missing; null where no grant helps. */
  grant: string | null;
  /** Since the last run of this context; null for the first. */
  changes: PlanChanges | null;
}

/** The registry, as far as it was looked at. */
export type RegistryState =
  | { kind: 'unchecked' }
  | { kind: 'checking' }
  | {
      kind: 'reached';
      address: string;
      /** `plain`: HTTP. */
      tls: 'verified' | 'unverified' | 'plain';
      /** null: not known. */
      mayPrune: boolean | null;
    }
  | { kind: 'problem'; address: string | null; message: string }
  /** Only API objects are pruned. */
  | { kind: 'unused' };

/** What a button under a problem does. */
export type NextStep =
  | 'runAgain'
  | 'ignoreInvalidRefs'
  | 'oneNamespace'
  | 'chooseContext'
  | 'openKubeconfigSetting'
  | 'openRegistry'
  /** Opens the diagnosis page, and looks at the way to the registry. */
  | 'diagnose'
  | 'openRuns'
  | 'openLog';

/** Why there is no result: what happened, to what, why, and what to do. */
export interface Problem {
  what: string;
  why: string;
  /** Details line by line, as a terminal would show them. */
  lines: readonly string[];
  /** A command that helps; null where none does. */
  command: string | null;
  /** The best first. */
  steps: readonly NextStep[];
}

export interface PruneProgress {
  stage: 'checking' | 'preparing' | 'pruning';
  /** RFC 3339. */
  since: string;
  planned: Deleted;
  done: Deleted;
  /** Images left alone, because something names them by now. */
  protections: number;
  /** The last step, in the words of the reference command. */
  last: string | null;
  cancelling: boolean;
}

export type RolloutState =
  | { kind: 'notNeeded' }
  | { kind: 'owed' }
  | { kind: 'running'; updated: number; desired: number }
  | { kind: 'done' }
  | { kind: 'failed'; message: string };

/**
 * Why a plan can't be carried out at an instant; null where it can.
 * @param now milliseconds since the epoch
 */
export function pruneBlock(plan: PlanView, now: number): PruneBlock | null {
  const { summary, blocked, expires } = plan;
  if (blocked === 'contextChanged') return blocked;
  if (!summary.complete) return 'incomplete';
  if (now > Date.parse(expires)) return 'expired';
  if (blocked !== null) return blocked;
  return summary.counts.images + summary.counts.tagItems === 0 ? 'nothing' : null;
}

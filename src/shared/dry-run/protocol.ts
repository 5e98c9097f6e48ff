// What the dry-run page and its host say to each other.

import type { Explanation } from '../../engine/explain.ts';
import type { BytesShare, RowQuery, RowWindow } from '../../engine/plan-rows.ts';
import type { NamespaceCount, ReasonCount } from '../../engine/plan-table.ts';
import type { Deleted } from '../../engine/steps.ts';
import type { CommonEvents, CommonRequests, Protocol } from '../page/protocol.ts';
import type { RunOptions } from './run-options.ts';
import type { NextStep, PageView, PruneProgress, RegistryState, RunProgress } from './view.ts';

/** What can be done with one row. */
export const ROW_ACTIONS = ['explain', 'reveal', 'openYaml', 'copyDigest', 'copyPullSpec'] as const;
export type RowAction = (typeof ROW_ACTIONS)[number];

export const EXPORT_FORMATS = ['json', 'csv', 'markdown'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** No window of rows is larger. */
export const MOST_ROWS = 500;

/** What a run with other options would come to. */
export interface OptionsPreview {
  counts: Deleted;
  /** Bytes. */
  freed: number;
}

/** What the rows of a plan can be filtered by. */
export interface Facets {
  reasons: readonly ReasonCount[];
  namespaces: readonly NamespaceCount[];
}

/** What the page can ask, and what the host answers. `plan` is the id of the plan that is meant. */
export interface DryRunRequests extends CommonRequests<PageView> {
  /** Begins a dry run. It is answered as soon as it has begun; the rest comes as events. */
  run: { ask: RunOptions; answer: null };
  /** Ends what is running: the dry run, or the prune. */
  cancel: { ask: null; answer: null };
  /** Asks the user, then prunes. Answered once it has begun, or once the user has said no. */
  prune: { ask: { plan: string }; answer: null };
  /** The rows from `start`, at most `count`, of those that a query finds. */
  rows: { ask: { plan: string; query: RowQuery; start: number; count: number }; answer: RowWindow };
  facets: { ask: { plan: string }; answer: Facets };
  /** Bytes by namespace; with a namespace: by its streams. */
  shares: { ask: { plan: string; namespace: string | null }; answer: readonly BytesShare[] };
  /** What keeps an image and what would let it go. */
  explain: { ask: { plan: string; image: string }; answer: Explanation };
  act: { ask: { plan: string; row: number; action: RowAction }; answer: null };
  /** Asks for a place and writes the file. A query limits what tables hold; JSON is always the whole plan. */
  export: { ask: { plan: string; format: ExportFormat; query: RowQuery }; answer: null };
  /** What other options would come to, worked out from what was read for the plan; null where that isn't enough. */
  preview: { ask: { plan: string; options: RunOptions }; answer: OptionsPreview | null };
  /** What is wrong with the registry's address; null: nothing. */
  checkRegistryUrl: { ask: { url: string }; answer: string | null };
  /** Lets the user choose a CA file: its path, or null. */
  browse: { ask: null; answer: string | null };
  checkRegistry: { ask: null; answer: null };
  openRegistry: { ask: null; answer: null };
  /** Opens the diagnosis page, and looks at the way to the registry. */
  diagnose: { ask: null; answer: null };
  rollOut: { ask: null; answer: null };
  openReport: { ask: { run: string }; answer: null };
  resume: { ask: { run: string }; answer: null };
  step: { ask: { step: NextStep }; answer: null };
}

/** What the host tells of its own accord. */
export interface DryRunEvents extends CommonEvents<PageView> {
  /** While the view's state is `running`. */
  running: RunProgress;
  /** While the view's state is `pruning`. */
  pruning: PruneProgress;
  registry: RegistryState;
  /** Shows these rows: a stream, a tag or an image that was chosen elsewhere. */
  show: { query: RowQuery };
}

export interface DryRunProtocol extends Protocol {
  requests: DryRunRequests;
  events: DryRunEvents;
}

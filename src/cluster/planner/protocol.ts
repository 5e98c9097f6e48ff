import type { l10nJsonFormat } from '@vscode/l10n';
import type { DetailedStep, KeptRevision } from '../../engine/detailed-steps.ts';
import type { ExplainTarget, Explanation } from '../../engine/explain.ts';
import type { InventoryResource, MissingList } from '../../engine/inventory.ts';
import type { PruneOptions } from '../../engine/options.ts';
import type { Counts, Plan, PlanOrigin, StreamPlan } from '../../engine/plan.ts';
import type { PlanOutline } from '../../engine/plan-outline.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import type { BytesShare, PlanChanges, PlanRow, RowQuery, RowWindow } from '../../engine/plan-rows.ts';
import type { NamespaceCount, ReasonCount } from '../../engine/plan-table.ts';
import type { InvalidReference } from '../../engine/referrer.ts';
import type { Said } from '../../engine/said.ts';
import type { NamespaceSummary, StreamSummary } from '../../engine/stream-summaries.ts';
import type { PageFacts } from '../inventory/take-inventory.ts';

/** The parts of a plan that come piece by piece: as text, or as objects. */
export interface Parts {
  /** What the reference command prints. */
  lines: string;
  json: string;
  streams: Plan['streams'][number];
  images: Plan['images'][number];
  blobs: Plan['blobs'][number];
  /** The streams with items that go, and the images that go. */
  prunedStreams: Plan['streams'][number];
  prunedImages: Plan['images'][number];
  /** Indexes that stay. */
  keptIndexes: Plan['images'][number];
  /** What goes, with its reasons and bytes, in the order of the deletions. */
  steps: DetailedStep;
  keptRevisions: KeptRevision;
  keptUnnamedImages: Plan['images'][number];
  /** The rows of the table as CSV. */
  csv: string;
  /** A report, with tables by namespace and of the largest images that go. */
  markdown: string;
}
export type Part = keyof Parts;

/** What some parts can be told besides. */
export interface PartRequest {
  /** Limits and sorts the rows of `csv`; without it they are all there, in natural order. */
  query?: RowQuery;
  /** The texts of `markdown`, as `vscode.l10n.bundle` has them: English to the user's language. */
  words?: l10nJsonFormat;
}

/** What the planner thread can be asked, and what it answers. */
export interface Calls {
  addPage: {
    ask: { resource: InventoryResource; body: ArrayBuffer; offset: number; length: number };
    answer: PageFacts;
  };
  drop: { ask: { resource: InventoryResource }; answer: null };
  addMissing: { ask: MissingList; answer: null };
  plan: {
    ask: { options: PruneOptions; now: number; origin: PlanOrigin | null };
    answer: PlanSummary | { invalidReferences: readonly InvalidReference[] };
  };
  /** What other options would come to; null where references can't be parsed. The plan stays. */
  preview: {
    ask: { options: PruneOptions; now: number };
    answer: { counts: Counts; freed: number } | null;
  };
  /** Opens a cursor over a part of the plan. */
  open: { ask: { part: Part } & PartRequest; answer: number };
  /** The next pieces at a cursor; none at its end. */
  next: { ask: { cursor: number }; answer: readonly unknown[] };
  explain: { ask: ExplainTarget; answer: { explanations: Explanation[] } | { unknown: Said } };
  rows: { ask: { query: RowQuery; offset: number; limit: number }; answer: RowWindow };
  row: { ask: { id: number }; answer: PlanRow };
  reasonCodes: { ask: null; answer: ReasonCount[] };
  namespaces: { ask: null; answer: NamespaceCount[] };
  /** `of` is a namespace: its streams; null: the namespaces as wholes; left out: all of them. */
  shares: { ask: { of?: string | null }; answer: readonly BytesShare[] };
  namespacesWithBytes: { ask: null; answer: NamespaceSummary[] };
  streamsOf: { ask: { namespace: string }; answer: StreamSummary[] };
  stream: { ask: { namespace: string; name: string }; answer: StreamPlan | undefined };
  outline: { ask: null; answer: PlanOutline };
  changes: { ask: { before: PlanOutline }; answer: PlanChanges };
}
export type CallName = keyof Calls;

export type Request = { [Name in CallName]: { id: number; name: Name; ask: Calls[Name]['ask'] } }[CallName];
export type Response = { id: number; answer: unknown } | { id: number; error: Said };

import type { DetailedStep, KeptRevision } from '../../engine/detailed-steps.ts';
import type { ExplainTarget, Explanation } from '../../engine/explain.ts';
import type { InventoryResource, MissingList } from '../../engine/inventory.ts';
import type { PruneOptions } from '../../engine/options.ts';
import type { Plan, PlanOrigin } from '../../engine/plan.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import type { InvalidReference } from '../../engine/referrer.ts';
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
  /** What goes, with its reasons and bytes, in the order of the deletions. */
  steps: DetailedStep;
  keptRevisions: KeptRevision;
  keptUnnamedImages: Plan['images'][number];
}
export type Part = keyof Parts;

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
  /** Opens a cursor over a part of the plan. */
  open: { ask: { part: Part }; answer: number };
  /** The next pieces at a cursor; none at its end. */
  next: { ask: { cursor: number }; answer: readonly unknown[] };
  explain: { ask: ExplainTarget; answer: { explanations: Explanation[] } | { unknown: string } };
}
export type CallName = keyof Calls;

export type Request = { [Name in CallName]: { id: number; name: Name; ask: Calls[Name]['ask'] } }[CallName];
export type Response = { id: number; answer: unknown } | { id: number; error: string };

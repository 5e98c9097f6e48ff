import type { BlobPlan, ImagePlan, StreamPlan } from '../engine/plan.ts';
import type { PlanSummary } from '../engine/plan-parts.ts';

/** What a plan removes, and no more: all that is needed to carry it out. Plain JSON. */
export interface PruneOrder {
  /** The plan's head: options, clock, origin, counts and bytes. */
  plan: PlanSummary;
  /** Streams with items that go; each whole, with what stays in it. */
  streams: readonly StreamPlan[];
  /** Images that go. */
  images: readonly ImagePlan[];
  /** Indexes that stay: whoever names a member of one needs its revisions. */
  keptIndexes: readonly ImagePlan[];
  /** Blobs that go, in the order of the images they go with. */
  blobs: readonly BlobPlan[];
}

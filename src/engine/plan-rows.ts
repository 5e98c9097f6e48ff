import type { Reason, ReasonCode, Verdict } from './plan.ts';
import type { Referrer } from './referrer.ts';

// What the dry run's table and picture show: plain JSON, worked out where the plan is and handed over in windows.

/** One line of the dry run's table: a revision in a tag's history, or an image that no stream names. */
export interface PlanRow {
  /** Its place among all rows of the plan in their natural order: an id that holds as long as the plan. */
  id: number;
  kind: 'revision' | 'image';
  /** Empty for an image, as are stream and tag. */
  namespace: string;
  stream: string;
  tag: string;
  /** 0 is the newest; -1 for an image. */
  position: number;
  /** The digest. */
  image: string;
  /** RFC 3339, null for the zero time: when the tag got the revision, or when the image was made. */
  created: string | null;
  verdict: Verdict;
  reasons: readonly Reason[];
  /** Everyone named in the reasons (and, at position 0, who uses the tag): each object once. */
  usedBy: readonly Referrer[];
  /** Bytes of the image's blobs; null where its Image object is missing or can't be seen. */
  size: number | null;
  /** What only this image holds, of the blobs that go; null likewise. */
  alone: number | null;
  /** Whether its Image object is missing. */
  missing: boolean;
}

/** null: natural order (namespace, stream, tag as in the plan, position; then the images by digest). */
export type RowSort = {
  by: 'verdict' | 'name' | 'image' | 'age' | 'size' | 'alone' | 'usedBy';
  descending: boolean;
} | null;

/** Which rows, and in which order. Every condition must hold; null (or an empty search) asks for nothing. */
export interface RowQuery {
  /** Words that must all occur, in any case, in `namespace/stream:tag`, the digest or who uses it. */
  search: string;
  /**
   * `missing`: its Image object is missing. `beyondReference`: it stays, and nothing but a reason in BEYOND_REFERENCE
   * keeps it.
   */
  verdict: Verdict | 'missing' | 'beyondReference' | null;
  /** Empty: the images that no stream names. */
  namespace: string | null;
  stream: string | null;
  reason: ReasonCode | null;
  sort: RowSort;
}

export interface RowWindow {
  /** How many rows the query finds. */
  total: number;
  /** How many the whole plan has. */
  all: number;
  rows: readonly PlanRow[];
}

/**
 * Bytes of one image stream, of a namespace as a whole (stream is empty), or of the images that no stream names
 * (namespace and stream are empty; their number stands in place of the revisions).
 */
export interface BytesShare {
  namespace: string;
  stream: string;
  /** What it names, each blob once within the share. */
  total: number;
  /** What is freed, each blob once in the whole plan: it counts for the first stream that named it. */
  goes: number;
  /** What it names and the prune leaves, each blob once within the share. */
  stays: number;
  revisions: number;
  revisionsGoing: number;
}

/** What changed between two plans of the same context. An image counts once, for the first that applies. */
export interface PlanChanges {
  /** RFC 3339: the clock of the earlier plan. */
  since: string;
  /** In both plans: stayed before and goes now. */
  newlyGoing: number;
  /** In both plans: went before and stays now. */
  noLongerGoing: number;
  /** Image objects that only one plan saw, whatever becomes of them. */
  newImages: number;
  goneImages: number;
  /** Bytes. */
  freedBefore: number;
  freedNow: number;
  /** At most 50, of every kind of change there is, by kind and digest. */
  samples: readonly { image: string; change: 'newlyGoing' | 'noLongerGoing' | 'new' | 'gone' }[];
}

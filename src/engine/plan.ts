import type { MissingList } from './inventory.ts';
import type { PruneOptions } from './options.ts';
import type { InvalidReference, Referrer } from './referrer.ts';

// A plan is plain JSON. What it says comes as codes with arguments; the words are made where people read them.

export type Verdict = 'keep' | 'prune';

/** One place in a tag's history. */
export interface Position {
  namespace: string;
  stream: string;
  tag: string;
  /** 0 is the newest. */
  position: number;
}

/**
 * Why something stays or goes. A kept thing lists every reason that keeps it (and `imageMissing` where that holds
 * too); a pruned thing lists why nothing kept it.
 */
export type Reason =
  // Keeps, by the reference's rules.
  | { code: 'streamYoung'; created: string | null }
  | { code: 'young'; created: string | null }
  | { code: 'tagUsed'; by: readonly Referrer[] }
  | { code: 'withinRevisions'; keep: number }
  | { code: 'imageUsed'; by: readonly Referrer[] }
  | { code: 'withinLimit'; size: number; limit: string; limitRange: string }
  | { code: 'noLimit'; size: number }
  | { code: 'namedByStream'; at: readonly Position[] }
  | { code: 'partOfIndex'; index: string }
  | { code: 'notManaged' }
  | { code: 'namespaceOnly'; namespace: string }
  | { code: 'holdsKept'; kept: number }
  | { code: 'nothingToPrune' }
  // Keeps, going beyond the reference.
  | { code: 'ephemeralContainer'; by: readonly Referrer[] }
  | { code: 'imageVolume'; by: readonly Referrer[] }
  | { code: 'reportedByContainer'; by: readonly Referrer[] }
  | { code: 'buildInput'; by: readonly Referrer[] }
  | { code: 'imageTrigger'; by: readonly Referrer[] }
  | { code: 'usedThroughIndex'; member: string; by: readonly Referrer[] }
  // Keeps, because it can't be told.
  | { code: 'imageUnknown' }
  // Lets go.
  | { code: 'imageMissing' }
  | { code: 'beyondRevisions'; position: number; keep: number }
  | { code: 'overLimit'; size: number; limit: string; limitRange: string }
  | { code: 'unnamed' }
  | { code: 'emptied'; items: number };

export type ReasonCode = Reason['code'];

/** Reasons that only `rules: 'extended'` gives: they protect more than `oc adm prune images` does. */
export const BEYOND_REFERENCE: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'ephemeralContainer',
  'imageVolume',
  'reportedByContainer',
  'buildInput',
  'imageTrigger',
  'usedThroughIndex',
]);

/** Reasons that let a thing go. */
export const LETS_GO: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'imageMissing',
  'beyondRevisions',
  'overLimit',
  'unnamed',
  'emptied',
]);

export interface RevisionPlan {
  position: number;
  image: string;
  /** RFC 3339, null for the zero time. */
  created: string | null;
  verdict: Verdict;
  reasons: readonly Reason[];
}

/** A tag goes when every one of its revisions goes. */
export interface TagPlan {
  tag: string;
  verdict: Verdict;
  reasons: readonly Reason[];
  /** Who names this tag, whatever that changes. */
  usedBy: readonly Referrer[];
  revisions: readonly RevisionPlan[];
}

/** Bytes of known blobs. What is in the plan as unknown is not in these sums. */
export interface StreamBytes {
  /** Everything its history names, each blob once. */
  total: number;
  /** What its part of the prune frees even where nothing else is pruned. */
  alone: number;
}

/** A stream's verdict is `prune` when its whole history goes; the object itself is never deleted. */
export interface StreamPlan {
  namespace: string;
  name: string;
  created: string | null;
  repository: string;
  verdict: Verdict;
  reasons: readonly Reason[];
  tags: readonly TagPlan[];
  /** How many tag items go. */
  itemsToPrune: number;
  /** Digests, in the order of their deletion. */
  layerLinks: readonly string[];
  manifestLinks: readonly string[];
  bytes: StreamBytes;
}

export interface ImageBytes {
  /** Its blobs, each once; an index's with those of its members. */
  total: number;
  /** What only this image holds, of the blobs that go. */
  alone: number;
}

export interface ImagePlan {
  /** The digest of its manifest, which is also its name. */
  name: string;
  created: string | null;
  managed: boolean;
  verdict: Verdict;
  reasons: readonly Reason[];
  /** Layers and config; not the manifest itself. */
  blobs: readonly string[];
  /** An index's members. */
  manifests: readonly string[];
  /** How many blobs of the plan go with it: those that no later image of the plan holds. */
  blobsToDelete: number;
  bytes: ImageBytes;
}

/** A blob to delete. */
export interface BlobPlan {
  digest: string;
  /** Bytes; null where the API doesn't tell (manifests). */
  size: number | null;
}

export interface Counts {
  /** What there is. */
  seen: { images: number; streams: number; tags: number; tagItems: number; referrers: number };
  /** What goes, as the reference command counts. */
  images: number;
  tagItems: number;
  tags: number;
  /** Streams that are updated. */
  streams: number;
  layerLinks: number;
  manifestLinks: number;
  blobs: number;
}

export interface PlanBytes {
  /** Blobs of managed images, each once. */
  registry: number;
  /** What the blobs to delete free, each once, of managed images. */
  freed: number;
  /** The part of `freed` that exactly one image holds, and the part that several share. */
  heldByOneImage: number;
  sharedByImages: number;
  /** The part of `freed` that exactly one stream's history holds, several hold, or none. */
  heldByOneStream: number;
  sharedByStreams: number;
  heldByNoStream: number;
  /** More that goes only if the registry mirrored these images by pull-through; not in `freed`. */
  freedIfMirrored: number;
  /** How many blobs to delete have a size that the API doesn't tell. */
  unknownSizes: number;
}

/** Which cluster a plan was made for. */
export interface PlanOrigin {
  context: string;
  server: string;
  /** Who asked, where known. */
  user: string;
}

export interface Plan {
  kind: 'PrunePlan';
  version: 1;
  origin: PlanOrigin | null;
  /** The instant all ages are relative to. */
  now: string;
  options: PruneOptions;
  /** False where something of the inventory is missing, or the view is limited: such a plan can't be applied. */
  complete: boolean;
  missing: readonly MissingList[];
  /** References that can't be parsed and were ignored on request. */
  ignoredReferences: readonly InvalidReference[];
  /** The youngest image that was pushed here: where the reference reads the registry's host from. */
  youngestManaged: { name: string; reference: string } | null;
  counts: Counts;
  bytes: PlanBytes;
  /** By namespace and name. */
  streams: readonly StreamPlan[];
  /** By name. */
  images: readonly ImagePlan[];
  /** Blobs to delete, in the order of the images they go with. */
  blobs: readonly BlobPlan[];
}

import type { Reason, Verdict } from '../../engine/plan.ts';
import type { Referrer } from '../../engine/referrer.ts';

// What the Image Streams view knows of each thing, wherever it comes from: a plan, or the cluster as it is now. Times are
// RFC 3339, null for the zero time and what isn't known. Bytes are null until, or unless, they are known.

export interface NamespaceEntry {
  namespace: string;
  /** How many image streams it has; null until they were listed. */
  streams: number | null;
  /** What its streams name, each blob once. */
  bytes: number | null;
  /** null without a plan. */
  decided: WholeDecided | null;
}

export interface StreamEntry {
  namespace: string;
  name: string;
  created: string | null;
  /** What its history names, each blob once. */
  bytes: number | null;
  /** null without a plan. */
  decided: (WholeDecided & { verdict: Verdict }) | null;
}

/** What a plan says of a stream, or of a namespace with all its streams. */
export interface WholeDecided {
  /** Bytes that are freed, each blob once in the whole plan: as in the shares of the dry-run page. */
  goes: number;
  revisions: number;
  revisionsGoing: number;
}

export interface TagEntry {
  tag: string;
  /** null without a plan. */
  decided: { verdict: Verdict; reasons: readonly Reason[]; usedBy: readonly Referrer[] } | null;
  /** The newest first. */
  revisions: readonly RevisionEntry[];
}

export interface RevisionEntry {
  /** 0 is the newest. */
  position: number;
  /** The digest. */
  image: string;
  created: string | null;
  /** The pull spec of its history, where it was read. */
  reference: string | null;
  /** Bytes of the image's blobs. */
  size: number | null;
  /** Its Image object is missing. */
  missing: boolean;
  /** null without a plan. */
  decided: RevisionDecided | null;
}

export interface RevisionDecided {
  verdict: Verdict;
  reasons: readonly Reason[];
  usedBy: readonly Referrer[];
  /** Bytes that only this image holds, of those that go. */
  alone: number | null;
}

/** Where the entries of the view come from. Answers are remembered, failures are not. */
export interface StreamsSource {
  namespaces(): Promise<readonly NamespaceEntry[]>;
  streams(namespace: string): Promise<readonly StreamEntry[]>;
  tags(namespace: string, stream: string): Promise<readonly TagEntry[]>;
  /** When streams were created, by name, where their entries don't say it. */
  ages(namespace: string): Promise<ReadonlyMap<string, string | null>>;
  /** The bytes of a stream whose entry has none yet; null where they can't be had. Never rejects. */
  bytesOf(namespace: string, stream: string): Promise<number | null>;
  /** The bytes of a namespace as a whole, once those of all its streams are known. */
  bytesOfAll(namespace: string): number | null;
  /** A tag was deleted. */
  tagDeleted(namespace: string, stream: string, tag: string): void;
}

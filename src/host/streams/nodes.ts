import type { NamespaceEntry, RevisionEntry, StreamEntry, TagEntry } from './entries.ts';

// The items of the Image Streams view. An item stays the same object as long as it is shown, so that the editor knows it
// again; what it says may change. Each one has what commands ask of an object: its kind, namespace and names.

export interface NamespaceNode {
  kind: 'namespace';
  id: string;
  namespace: string;
  entry: NamespaceEntry;
}

export interface StreamNode {
  kind: 'stream';
  id: string;
  parent: NamespaceNode;
  namespace: string;
  stream: string;
  entry: StreamEntry;
}

export interface TagNode {
  kind: 'tag';
  id: string;
  parent: StreamNode;
  namespace: string;
  stream: string;
  tag: string;
  entry: TagEntry;
}

export interface RevisionNode {
  kind: 'revision';
  id: string;
  parent: TagNode;
  namespace: string;
  stream: string;
  tag: string;
  image: string;
  entry: RevisionEntry;
}

/** What stands for the rest of a long list. */
export interface MoreNode {
  kind: 'more';
  id: string;
  parent: BranchNode | undefined;
  /** How many aren't shown. */
  hidden: number;
  /** How many a click brings. */
  next: number;
}

/** Why a branch can't be shown. */
export interface ProblemNode {
  kind: 'problem';
  id: string;
  parent: BranchNode;
  message: string;
}

export type BranchNode = NamespaceNode | StreamNode | TagNode;
export type StreamsNode = BranchNode | RevisionNode | MoreNode | ProblemNode;

/** The item above; undefined at the top. */
export function parentOf(node: StreamsNode): BranchNode | undefined {
  return node.kind === 'namespace' ? undefined : node.parent;
}

// Ids are paths, so that what is open and selected stays so after a refresh, a dry run and a change of order. A name of the
// API holds no slash, and the name of a stream no colon.

export function streamId(namespace: string, stream: string): string {
  return `${namespace}/${stream}`;
}

export function tagId(namespace: string, stream: string, tag: string): string {
  return `${namespace}/${stream}:${tag}`;
}

/**
 * The ids of a tag's revisions, in their order. A revision is known by its image, since its position moves with every
 * push; one that comes again further down is counted.
 */
export function revisionIds(tag: string, images: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return images.map((image) => {
    const before = seen.get(image) ?? 0;
    seen.set(image, before + 1);
    return before === 0 ? `${tag}@${image}` : `${tag}@${image} ${before + 1}`;
  });
}

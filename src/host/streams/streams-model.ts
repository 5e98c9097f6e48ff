import { errorInWords } from '../../shared/words/in-words.ts';
import type { NamespaceEntry, RevisionEntry, StreamEntry, StreamsSource, TagEntry } from './entries.ts';
import {
  type BranchNode,
  type MoreNode,
  type NamespaceNode,
  type ProblemNode,
  parentOf,
  type RevisionNode,
  revisionIds,
  type StreamNode,
  type StreamsNode,
  streamId,
  type TagNode,
  tagId,
} from './nodes.ts';
import { isFound, type SortBy, type SortFacts, sorted } from './order.ts';

/** As many items of a list are shown at first, and with every "Show more". */
const PAGE = 100;
/** How many streams are measured at a time. */
const MEASURED_AT_ONCE = 4;
/** How many namespaces are searched at a time. */
const SEARCHED_AT_ONCE = 4;

/** What of the view is there to be found: a whole path, or the beginning of one. */
export interface StreamsPath {
  namespace: string;
  stream?: string;
  tag?: string;
  image?: string;
}

/** How many namespaces there are, and how many of them the filter finds. */
export interface Found {
  shown: number;
  of: number;
}

/**
 * The items of the Image Streams view: filtered, sorted, in pages of a hundred. Only what is looked at is made, and what is
 * made stays the same object until another source takes the place of this one.
 */
export class StreamsModel {
  readonly #changed: (nodes: StreamsNode[] | undefined) => void;
  readonly #nodes = new Map<string, StreamsNode>();
  readonly #shown = new Map<string, number>();
  #source: StreamsSource | undefined;
  #found: { filter: string; namespaces: Promise<readonly NamespaceEntry[]> } | undefined;
  /** To be measured, and being measured. */
  readonly #unmeasured = new Set<StreamNode>();
  #waiting: StreamNode[] = [];
  #measuring = 0;
  #sort: SortBy = 'name';
  #filter = '';
  #count: Found | undefined;

  /** @param changed is told of items that are another than before, with everything below them; undefined for all */
  constructor(changed: (nodes: StreamsNode[] | undefined) => void) {
    this.#changed = changed;
  }

  get sort(): SortBy {
    return this.#sort;
  }

  get filter(): string {
    return this.#filter;
  }

  /** What the last list of namespaces came to; undefined before. */
  get count(): Found | undefined {
    return this.#count;
  }

  /** Sorts from now on. The caller shows everything anew, as after the next two. */
  sortBy(sort: SortBy): void {
    this.#sort = sort;
  }

  /** Shows only namespaces and streams whose name holds a text; an empty one shows all. */
  filterBy(filter: string): void {
    this.#filter = filter.trim();
    this.#shown.clear();
    this.#found = undefined;
  }

  /** Takes everything from a source. */
  use(source: StreamsSource): void {
    this.#source = source;
    this.#nodes.clear();
    this.#waiting = [];
    this.#unmeasured.clear();
    this.#found = undefined;
    this.#count = undefined;
  }

  /**
   * The items below one, or at the top. A branch that can't be had holds its problem.
   * @throws at the top, what the source throws
   */
  async children(node?: StreamsNode): Promise<StreamsNode[]> {
    for (;;) {
      const source = this.#source;
      if (!source) return [];
      const children = await this.#childrenFrom(source, node);
      // Another source came meanwhile: what the old one said is of no use.
      if (this.#source === source) return children;
    }
  }

  parent(node: StreamsNode): BranchNode | undefined {
    return parentOf(node);
  }

  /** Shows another page of a list. */
  showMore({ parent, id }: MoreNode): BranchNode | undefined {
    this.#shown.set(id, this.#shownOf(id) + PAGE);
    return parent;
  }

  /**
   * The item at a path, within the pages that are shown from now on.
   * @returns undefined where there is none, or the filter hides it
   */
  async find({ namespace, stream, tag, image }: StreamsPath): Promise<StreamsNode | undefined> {
    const among = async <Node extends StreamsNode>(
      parent: BranchNode | undefined,
      isIt: (node: StreamsNode) => node is Node,
    ): Promise<Node | undefined> => {
      for (let isLonger = false; ; isLonger = true) {
        const children = await this.children(parent);
        const found = children.find(isIt);
        const more = children.at(-1);
        if (found || more?.kind !== 'more') {
          if (isLonger) this.#changed(parent && [parent]);
          return found;
        }
        this.showMore(more);
      }
    };
    const top = await among(
      undefined,
      (node): node is NamespaceNode => node.kind === 'namespace' && node.namespace === namespace,
    );
    if (!top || stream === undefined) return top;
    const below = await among(
      top,
      (node): node is StreamNode => node.kind === 'stream' && node.stream === stream,
    );
    if (!below || tag === undefined) return below;
    const tagged = await among(below, (node): node is TagNode => node.kind === 'tag' && node.tag === tag);
    if (!tagged || image === undefined) return tagged;
    return among(tagged, (node): node is RevisionNode => node.kind === 'revision' && node.image === image);
  }

  /** A tag was deleted: the stream that had it, where it is shown. */
  tagDeleted(namespace: string, stream: string, tag: string): StreamsNode | undefined {
    this.#source?.tagDeleted(namespace, stream, tag);
    this.#nodes.delete(tagId(namespace, stream, tag));
    return this.#nodes.get(streamId(namespace, stream));
  }

  async #childrenFrom(source: StreamsSource, node: StreamsNode | undefined): Promise<StreamsNode[]> {
    if (!node) return this.#namespaceNodes(source);
    try {
      switch (node.kind) {
        case 'namespace':
          return await this.#streamNodes(source, node);
        case 'stream':
          return await this.#tagNodes(source, node);
        case 'tag':
          return this.#revisionNodes(node);
        default:
          return [];
      }
    } catch (error) {
      if (node.kind !== 'namespace' && node.kind !== 'stream') throw error;
      return [problemNode(node, error)];
    }
  }

  async #namespaceNodes(source: StreamsSource): Promise<StreamsNode[]> {
    const all = await source.namespaces();
    const entries = await this.#foundIn(source, all);
    if (this.#source === source) this.#count = { shown: entries.length, of: all.length };
    return this.#page(undefined, sorted(entries, this.#sort, factsOfNamespace), (entry): NamespaceNode => {
      const { namespace } = entry;
      return this.#same({ kind: 'namespace', id: namespace, namespace, entry });
    });
  }

  async #streamNodes(source: StreamsSource, parent: NamespaceNode): Promise<StreamsNode[]> {
    const { namespace } = parent;
    const all = await source.streams(namespace);
    if (parent.entry.streams === null && this.#source === source) {
      // Known only now that somebody looked.
      parent.entry.streams = all.length;
      this.#changed([parent]);
    }
    const entries = all.filter(({ name }) => isFound(this.#filter, namespace, name));
    const ages = this.#sort === 'age' ? await source.ages(namespace) : undefined;
    const facts = (entry: StreamEntry) => factsOfStream(entry, ages);
    const nodes = this.#page(parent, sorted(entries, this.#sort, facts), (entry): StreamNode => {
      const { name: stream } = entry;
      const id = streamId(namespace, stream);
      return this.#same({ kind: 'stream', id, parent, namespace, stream, entry });
    });
    this.#measure(nodes);
    return nodes;
  }

  async #tagNodes(source: StreamsSource, parent: StreamNode): Promise<StreamsNode[]> {
    const { namespace, stream } = parent;
    const tags = await source.tags(namespace, stream);
    return this.#page(parent, sorted(tags, this.#sort, factsOfTag), (entry): TagNode => {
      const { tag } = entry;
      return this.#same({
        kind: 'tag',
        id: tagId(namespace, stream, tag),
        parent,
        namespace,
        stream,
        tag,
        entry,
      });
    });
  }

  /** In their own order, which is what counts. */
  #revisionNodes(parent: TagNode): StreamsNode[] {
    const { namespace, stream, tag, entry } = parent;
    const ids = revisionIds(
      parent.id,
      entry.revisions.map(({ image }) => image),
    );
    return this.#page(parent, entry.revisions, (revision: RevisionEntry): RevisionNode => {
      const { image, position } = revision;
      const id = ids[position] ?? `${parent.id}@${image}`;
      return this.#same({ kind: 'revision', id, parent, namespace, stream, tag, image, entry: revision });
    });
  }

  /** Only what is shown becomes items. */
  #page<Entry>(
    parent: BranchNode | undefined,
    entries: readonly Entry[],
    nodeOf: (entry: Entry) => StreamsNode,
  ): StreamsNode[] {
    const id = `${parent?.id ?? ''} more`;
    const shown = this.#shownOf(id);
    const nodes = entries.slice(0, shown).map(nodeOf);
    const hidden = entries.length - nodes.length;
    if (hidden > 0) nodes.push({ kind: 'more', id, parent, hidden, next: Math.min(PAGE, hidden) });
    return nodes;
  }

  #shownOf(id: string): number {
    return this.#shown.get(id) ?? PAGE;
  }

  /** The item that is shown already, brought up to date, or this one. */
  #same<Node extends NamespaceNode | StreamNode | TagNode | RevisionNode>(fresh: Node): Node {
    const before = this.#nodes.get(fresh.id);
    if (before?.kind !== fresh.kind) {
      this.#nodes.set(fresh.id, fresh);
      return fresh;
    }
    return Object.assign(before, fresh);
  }

  /** The namespaces that a filter finds, by their own name or that of a stream. */
  #foundIn(
    source: StreamsSource,
    all: readonly NamespaceEntry[],
  ): Promise<readonly NamespaceEntry[]> | readonly NamespaceEntry[] {
    const filter = this.#filter;
    if (filter === '') return all;
    if (this.#found?.filter !== filter) {
      this.#found = { filter, namespaces: search(source, all, filter) };
    }
    return this.#found.namespaces;
  }

  /** Asks for the bytes that nobody told, a few streams at a time. */
  #measure(nodes: readonly StreamsNode[]): void {
    for (const node of nodes) {
      const isUnknown = node.kind === 'stream' && node.entry.bytes === null && node.entry.decided === null;
      if (!isUnknown || this.#unmeasured.has(node)) continue;
      this.#unmeasured.add(node);
      this.#waiting.push(node);
    }
    while (this.#measuring < MEASURED_AT_ONCE && this.#waiting.length > 0) void this.#measureWaiting();
  }

  async #measureWaiting(): Promise<void> {
    this.#measuring++;
    for (let node = this.#waiting.shift(); node; node = this.#waiting.shift()) {
      const source = this.#source;
      const bytes = await source?.bytesOf(node.namespace, node.stream);
      this.#unmeasured.delete(node);
      if (!source || bytes === undefined || bytes === null || this.#source !== source) continue;
      this.#measured(source, node, bytes);
    }
    this.#measuring--;
  }

  #measured(source: StreamsSource, node: StreamNode, bytes: number): void {
    const { entry, parent } = node;
    if (entry.bytes === bytes) return;
    entry.bytes = bytes;
    parent.entry.bytes = source.bytesOfAll(parent.namespace);
    const orderMayChange = this.#sort === 'size' && !this.#waiting.some((one) => one.parent === parent);
    const whole = parent.entry.bytes !== null || orderMayChange;
    this.#changed([whole ? parent : node]);
  }
}

function problemNode(parent: BranchNode, error: unknown): ProblemNode {
  return { kind: 'problem', id: `${parent.id} problem`, parent, message: errorInWords(error) };
}

async function search(
  source: StreamsSource,
  all: readonly NamespaceEntry[],
  filter: string,
): Promise<readonly NamespaceEntry[]> {
  const found = new Set<NamespaceEntry>();
  const waiting = all.values();
  const look = async () => {
    for (const entry of waiting) {
      const { namespace } = entry;
      if (isFound(filter, namespace, '') || (await holdsFound(source, namespace, filter))) found.add(entry);
    }
  };
  await Promise.all(Array.from({ length: SEARCHED_AT_ONCE }, look));
  return all.filter((entry) => found.has(entry));
}

/** A namespace that can't be listed is not found by what may be in it. */
async function holdsFound(source: StreamsSource, namespace: string, filter: string): Promise<boolean> {
  try {
    return (await source.streams(namespace)).some(({ name }) => isFound(filter, namespace, name));
  } catch {
    return false;
  }
}

function factsOfNamespace({ namespace, bytes, decided }: NamespaceEntry): SortFacts {
  return { name: namespace, size: bytes, created: null, goes: decided?.goes ?? null };
}

function factsOfStream(entry: StreamEntry, ages: ReadonlyMap<string, string | null> | undefined): SortFacts {
  const { name, bytes, created, decided } = entry;
  return { name, size: bytes, created: created ?? ages?.get(name) ?? null, goes: decided?.goes ?? null };
}

/** A tag is as old as its newest revision, and as large as that. */
function factsOfTag({ tag, revisions }: TagEntry): SortFacts {
  const [newest] = revisions;
  const going = new Map(revisions.map(({ image, decided }) => [image, decided?.alone ?? 0]));
  const goes = [...going.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { name: tag, size: newest?.size ?? null, created: newest?.created ?? null, goes };
}

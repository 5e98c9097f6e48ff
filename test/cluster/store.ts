// Every object, at every revision since the last compaction: lists page at one revision, watches resume from one.
import { createHash } from 'node:crypto';
import { type ApiObject, timestampOf } from './api-object.ts';
import { qualified, type Resource } from './resources.ts';

/** Objects that are not held but made when asked for. Keys ascend with the index. */
export interface BulkBase {
  resource: Resource;
  count: number;
  keyAt(index: number): string;
  /** Without kind and apiVersion, with a resourceVersion. */
  objectAt(index: number): ApiObject;
}

export interface Change {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: Resource;
  object: ApiObject;
}

interface Version {
  revision: number;
  object: ApiObject | undefined;
}

interface Collection {
  base: BulkBase | undefined;
  versions: Map<string, Version[]>;
  /** The keys of `versions` in order; undefined when it has to be sorted anew. */
  sorted: string[] | undefined;
}

const KEPT_CHANGES = 5_000;

/** The key of an object in its collection: `name`, or `namespace/name`. Keys sort as etcd's do. */
export function keyOf(resource: Resource, namespace: string | undefined, name: string): string {
  return resource.namespaced ? `${namespace ?? ''}/${name}` : name;
}

export class Store {
  #revision = 1000;
  #oldest = 0;
  #oldestChange = 0;
  #serial = 0;
  readonly #collections = new Map<string, Collection>();
  readonly #changes: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** The revision of the last change; a list made now is at this one. */
  get revision(): number {
    return this.#revision;
  }

  /** Anything older than this is compacted: its continue tokens and watches have expired. */
  get oldest(): number {
    return this.#oldest;
  }

  addBulk(base: BulkBase): void {
    this.#collection(base.resource).base = base;
  }

  bulkOf(resource: Resource): BulkBase | undefined {
    return this.#collection(resource).base;
  }

  /** The object as stored. It is shared: a caller that changes it changes a copy. */
  get(resource: Resource, namespace: string | undefined, name: string): ApiObject | undefined {
    return this.#at(this.#collection(resource), keyOf(resource, namespace, name), this.#revision);
  }

  /** Objects in the order of their keys. `from` is the first key wanted. */
  *scan(
    resource: Resource,
    options: { namespace?: string | undefined; revision?: number; from?: string } = {},
  ): Generator<{ key: string; object: ApiObject }> {
    const collection = this.#collection(resource);
    const revision = options.revision ?? this.#revision;
    const [low, high] = rangeOf(resource, options.namespace);
    const from = options.from !== undefined && options.from > low ? options.from : low;
    for (const { key, index } of keysFrom(collection, from)) {
      if (high !== undefined && key >= high) return;
      const version = versionAt(collection.versions.get(key) ?? [], revision);
      const made = version === undefined && index !== undefined;
      const object = made ? collection.base?.objectAt(index) : version?.object;
      if (object !== undefined) yield { key, object };
    }
  }

  list(resource: Resource, namespace?: string): ApiObject[] {
    return Array.from(this.scan(resource, { namespace }), (entry) => entry.object);
  }

  /** How many objects `scan` gives, counted without making those of a bulk base. */
  count(
    resource: Resource,
    options: { namespace?: string | undefined; revision: number; from?: string },
  ): number {
    const collection = this.#collection(resource);
    const [low, high] = rangeOf(resource, options.namespace);
    const from = options.from !== undefined && options.from > low ? options.from : low;
    const base = collection.base;
    let count =
      base === undefined
        ? 0
        : (high === undefined ? base.count : lowerBound(base, high)) - lowerBound(base, from);
    for (const [key, versions] of collection.versions) {
      if (key < from || (high !== undefined && key >= high)) continue;
      const version = versionAt(versions, options.revision);
      const inBase = indexIn(base, key) !== undefined;
      if (version === undefined) continue;
      if (inBase && version.object === undefined) count -= 1;
      if (!inBase && version.object !== undefined) count += 1;
    }
    return count;
  }

  /** Stores an object as a new revision and fills in uid, resourceVersion and creationTimestamp. */
  put(resource: Resource, object: ApiObject): ApiObject {
    const { kind: _kind, apiVersion: _apiVersion, ...bare } = object;
    const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
    const collection = this.#collection(resource);
    const before = this.#at(collection, key, this.#revision);
    this.#revision += 1;
    const stored: ApiObject = {
      ...bare,
      metadata: {
        ...object.metadata,
        uid: object.metadata.uid ?? this.#newUid(`${qualified(resource)}/${key}`),
        resourceVersion: String(this.#revision),
        creationTimestamp:
          object.metadata.creationTimestamp === undefined
            ? timestampOf(this.#clock())
            : object.metadata.creationTimestamp,
      },
    };
    this.#record(collection, key, stored);
    this.#emit({
      revision: this.#revision,
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      resource,
      object: stored,
    });
    return stored;
  }

  /** Removes an object; the result is the object as it last was, or undefined where there is none. */
  remove(resource: Resource, namespace: string | undefined, name: string): ApiObject | undefined {
    const key = keyOf(resource, namespace, name);
    const collection = this.#collection(resource);
    const before = this.#at(collection, key, this.#revision);
    if (before === undefined) return undefined;
    this.#revision += 1;
    this.#record(collection, key, undefined);
    const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#revision) } };
    this.#emit({ revision: this.#revision, type: 'DELETED', resource, object: last });
    return last;
  }

  /** Forgets history: every continue token and every watch from before now is expired. */
  compact(): void {
    this.#revision += 1;
    this.#oldest = this.#revision;
    this.#changes.length = 0;
    for (const collection of this.#collections.values()) {
      for (const [key, versions] of collection.versions) {
        const last = versions.at(-1);
        if (last === undefined) continue;
        if (last.object === undefined && indexIn(collection.base, key) === undefined) {
          collection.versions.delete(key);
          collection.sorted = undefined;
        } else {
          collection.versions.set(key, [last]);
        }
      }
    }
  }

  /** The changes after a revision that are still remembered; undefined when some are not. */
  changesAfter(revision: number): Change[] | undefined {
    if (revision < Math.max(this.#oldest, this.#oldestChange)) return undefined;
    return this.#changes.filter((change) => change.revision > revision);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #collection(resource: Resource): Collection {
    const name = qualified(resource);
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = { base: undefined, versions: new Map(), sorted: undefined };
      this.#collections.set(name, collection);
    }
    return collection;
  }

  #at(collection: Collection, key: string, revision: number): ApiObject | undefined {
    const versions = collection.versions.get(key);
    const version = versions === undefined ? undefined : versionAt(versions, revision);
    if (version !== undefined) return version.object;
    const index = indexIn(collection.base, key);
    return index === undefined ? undefined : collection.base?.objectAt(index);
  }

  #record(collection: Collection, key: string, object: ApiObject | undefined): void {
    const version = { revision: this.#revision, object };
    const versions = collection.versions.get(key);
    if (versions === undefined) {
      collection.versions.set(key, [version]);
      collection.sorted = undefined;
    } else {
      versions.push(version);
    }
  }

  #emit(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length > KEPT_CHANGES) {
      const dropped = this.#changes.splice(0, KEPT_CHANGES / 2);
      this.#oldestChange = dropped.at(-1)?.revision ?? this.#oldestChange;
    }
    for (const listener of this.#listeners) listener(change);
  }

  #newUid(of: string): string {
    this.#serial += 1;
    const hex = createHash('sha256').update(`${of}#${this.#serial}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}

function versionAt(versions: readonly Version[], revision: number): Version | undefined {
  return versions.findLast((version) => version.revision <= revision);
}

/** The keys of one namespace lie between `ns/` and `ns0`, because `0` follows `/`. */
function rangeOf(resource: Resource, namespace: string | undefined): [string, string | undefined] {
  return resource.namespaced && namespace !== undefined
    ? [`${namespace}/`, `${namespace}0`]
    : ['', undefined];
}

/** All keys in order, each with its index in the bulk base where it has one. */
function* keysFrom(
  collection: Collection,
  from: string,
): Generator<{ key: string; index: number | undefined }> {
  collection.sorted ??= [...collection.versions.keys()].sort();
  const sorted = collection.sorted;
  const base = collection.base;
  let held = sorted.findIndex((key) => key >= from);
  if (held < 0) held = sorted.length;
  let made = base === undefined ? 0 : lowerBound(base, from);
  while (true) {
    const left = sorted[held];
    const right = base !== undefined && made < base.count ? base.keyAt(made) : undefined;
    if (left === undefined && right === undefined) return;
    if (right === undefined || (left !== undefined && left <= right)) {
      held += 1;
      yield { key: left ?? '', index: left === right ? made : undefined };
      if (left === right) made += 1;
    } else {
      yield { key: right, index: made };
      made += 1;
    }
  }
}

function lowerBound(base: BulkBase, key: string): number {
  let low = 0;
  let high = base.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (base.keyAt(middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexIn(base: BulkBase | undefined, key: string): number | undefined {
  if (base === undefined) return undefined;
  const index = lowerBound(base, key);
  return index < base.count && base.keyAt(index) === key ? index : undefined;
}

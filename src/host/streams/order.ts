/** What the view can be sorted by: sizes, ages and reclaimable bytes with the largest first. */
export type SortBy = 'name' | 'size' | 'age' | 'goes';

const SORTS: readonly SortBy[] = ['name', 'size', 'age', 'goes'];

/** Reads a sort order that was kept somewhere; by name where it is none. */
export function sortOf(kept: unknown): SortBy {
  return SORTS.find((sort) => sort === kept) ?? 'name';
}

/** What a thing is sorted by; null for what isn't known, which comes last. */
export interface SortFacts {
  name: string;
  /** Bytes. */
  size: number | null;
  /** RFC 3339. */
  created: string | null;
  /** Bytes that can go. */
  goes: number | null;
}

/** A sorted copy: what is equal, by name. Numbers within names count as numbers: v2 comes before v10. */
export function sorted<T>(things: readonly T[], by: SortBy, factsOf: (thing: T) => SortFacts): T[] {
  const keyed = things.map((thing) => {
    const facts = factsOf(thing);
    return { thing, name: facts.name, key: keyOf(facts, by) };
  });
  const { compare } = new Intl.Collator('en', { numeric: true });
  keyed.sort((a, b) => b.key - a.key || compare(a.name, b.name));
  return keyed.map(({ thing }) => thing);
}

/** The larger, the further up. */
function keyOf({ size, created, goes }: SortFacts, by: SortBy): number {
  switch (by) {
    case 'name':
      return 0;
    case 'size':
      return size ?? -1;
    case 'goes':
      return goes ?? -1;
    case 'age':
      return created === null ? Number.MIN_SAFE_INTEGER : -Date.parse(created);
  }
}

/** Whether a filter finds a stream: by its name, or by that of its namespace. */
export function isFound(filter: string, namespace: string, stream: string): boolean {
  return `${namespace}/${stream}`.toLowerCase().includes(filter.toLowerCase());
}

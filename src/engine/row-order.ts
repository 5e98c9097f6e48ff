import { parseInstant } from './instants.ts';
import type { ImagePlan, Plan } from './plan.ts';
import type { RowSort } from './plan-rows.ts';
import { compareText, type Referrer } from './referrer.ts';
import { type Decided, isMissing, staysBeyondReference, usersOf } from './row-facts.ts';
import type { RowPlaces } from './row-places.ts';

/** What has no value comes last, whichever way the others go. */
const NO_VALUE = Number.NaN;

/**
 * Sorts row ids in place; what is equal stays in natural order. Upwards means: verdicts what goes, is missing, stays,
 * stays beyond the reference; names and digests by their characters; ages from the youngest; users by their number.
 */
export function sortRows(ids: Int32Array, sort: NonNullable<RowSort>, places: RowPlaces): void {
  const keys = keysFor(sort.by, places);
  const sign = sort.descending ? -1 : 1;
  for (let id = 0; id < keys.length; id++) {
    const key = keys[id] ?? NO_VALUE;
    keys[id] = Number.isNaN(key) ? Number.POSITIVE_INFINITY : sign * key;
  }
  ids.sort((a, b) => {
    const first = keys[a] ?? 0;
    const second = keys[b] ?? 0;
    return first < second ? -1 : first > second ? 1 : a - b;
  });
}

/** A number for every row, by which it is sorted upwards. */
function keysFor(by: NonNullable<RowSort>['by'], places: RowPlaces): Float64Array {
  switch (by) {
    case 'verdict':
      return decidedKeys(places, verdictRank);
    case 'usedBy':
      return decidedKeys(places, ({ reasons }, usedBy) => usersOf(reasons, usedBy).length);
    case 'age':
      return decidedKeys(places, ({ created }) => youth(created));
    case 'name':
      return nameKeys(places);
    case 'image':
      return digestKeys(places);
    default:
      return imageKeys(places, (image) => image.bytes[by === 'size' ? 'total' : 'alone']);
  }
}

type Aged = Decided & { created: string | null };

function decidedKeys(
  places: RowPlaces,
  keyOf: (thing: Aged, usedBy?: readonly Referrer[]) => number,
): Float64Array {
  const keys = new Float64Array(places.count).fill(NO_VALUE);
  for (const { tag, first } of places.tags()) {
    for (const [position, revision] of tag.revisions.entries()) {
      keys[first + position] = keyOf(revision, position === 0 ? tag.usedBy : undefined);
    }
  }
  for (let id = places.firstImage; id < places.count; id++) {
    const image = places.imageOf(id);
    if (image) keys[id] = keyOf(image);
  }
  return keys;
}

function imageKeys(places: RowPlaces, keyOf: (image: ImagePlan) => number): Float64Array {
  const keys = new Float64Array(places.count).fill(NO_VALUE);
  for (let id = 0; id < keys.length; id++) {
    const image = places.imageOf(id);
    if (image) keys[id] = keyOf(image);
  }
  return keys;
}

function verdictRank(thing: Decided): number {
  if (isMissing(thing)) return 1;
  if (thing.verdict === 'prune') return 0;
  return staysBeyondReference(thing) ? 3 : 2;
}

/** The zero time is older than everything. */
function youth(created: string | null): number {
  return created === null ? Number.MAX_VALUE : -parseInstant(created);
}

/** Streams come in order; the tags of a stream don't. */
function nameKeys(places: RowPlaces): Float64Array {
  const keys = new Float64Array(places.count).fill(NO_VALUE);
  const tags = [...places.tags()].sort((a, b) =>
    a.stream === b.stream ? compareText(a.tag.tag, b.tag.tag) : a.first - b.first,
  );
  for (const [rank, { tag, first }] of tags.entries()) keys.fill(rank, first, first + tag.revisions.length);
  return keys;
}

/** Images come in order of their digests; the digests whose Image object is missing have to be put between them. */
function digestKeys(places: RowPlaces): Float64Array {
  const keys = new Float64Array(places.count);
  const lost = new Set<string>();
  for (const { tag, first } of places.tags()) {
    for (const [position, { image }] of tag.revisions.entries()) {
      keys[first + position] = places.imagePlace(first + position);
      if (places.imagePlace(first + position) < 0) lost.add(image);
    }
  }
  for (let id = places.firstImage; id < places.count; id++) keys[id] = places.imagePlace(id);
  if (lost.size === 0) return keys;

  const between = new Map<string, number>();
  for (const [rank, digest] of [...lost].sort(compareText).entries()) {
    between.set(digest, firstAtOrAfter(digest, places.plan) - 1 + (rank + 1) / (lost.size + 1));
  }
  for (const { tag, first } of places.tags()) {
    for (const [position, { image }] of tag.revisions.entries()) {
      const key = between.get(image);
      if (key !== undefined) keys[first + position] = key;
    }
  }
  return keys;
}

/** The place of the first image whose digest is not before this one. */
function firstAtOrAfter(digest: string, { images }: Plan): number {
  let low = 0;
  let high = images.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(images[middle]?.name ?? '', digest) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

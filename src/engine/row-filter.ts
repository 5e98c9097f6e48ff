import type { Reason } from './plan.ts';
import type { RowQuery } from './plan-rows.ts';
import type { Referrer } from './referrer.ts';
import { type Decided, isMissing, staysBeyondReference, usersOf } from './row-facts.ts';
import type { RowPlaces } from './row-places.ts';

/** The ids of the rows that a query finds, in natural order. */
export function rowsFoundBy(query: RowQuery, places: RowPlaces): Int32Array<ArrayBuffer> {
  const found = new Int32Array(places.count);
  let count = 0;
  const words = wordsOf(query.search);
  for (const { stream, tag, first } of places.tags()) {
    if (!isWithin(query, stream.namespace, stream.name)) continue;
    const left = wordsNotIn(`${stream.namespace}/${stream.name}:${tag.tag}`, words);
    for (const [position, revision] of tag.revisions.entries()) {
      if (!isSuch(revision, query)) continue;
      const alsoUsedBy = position === 0 ? tag.usedBy : undefined;
      if (left.length > 0 && !occur(left, revision.image, revision.reasons, alsoUsedBy)) continue;
      found[count++] = first + position;
    }
  }
  if (isWithin(query, '', '')) {
    for (let id = places.firstImage; id < places.count; id++) {
      const image = places.imageOf(id);
      if (!image || !isSuch(image, query)) continue;
      if (words.length > 0 && !occur(words, image.name, image.reasons)) continue;
      found[count++] = id;
    }
  }
  return found.slice(0, count);
}

/** The words of a search, in lower case. */
export function wordsOf(search: string): string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function isWithin(query: RowQuery, namespace: string, stream: string): boolean {
  return (
    (query.namespace === null || query.namespace === namespace) &&
    (query.stream === null || query.stream === stream)
  );
}

function isSuch(thing: Decided, { verdict, reason }: RowQuery): boolean {
  if (reason !== null && !thing.reasons.some(({ code }) => code === reason)) return false;
  switch (verdict) {
    case null:
      return true;
    case 'missing':
      return isMissing(thing);
    case 'beyondReference':
      return staysBeyondReference(thing);
    default:
      return thing.verdict === verdict;
  }
}

function wordsNotIn(text: string, words: readonly string[]): readonly string[] {
  if (words.length === 0) return words;
  const lower = text.toLowerCase();
  return words.filter((word) => !lower.includes(word));
}

/** Whether every word stands in the digest or in what uses the image, written as people see it or as a path. */
function occur(
  words: readonly string[],
  digest: string,
  reasons: readonly Reason[],
  alsoUsedBy?: readonly Referrer[],
): boolean {
  const left = wordsNotIn(digest, words);
  if (left.length === 0) return true;
  const users = usersOf(reasons, alsoUsedBy);
  if (users.length === 0) return false;
  const names = users.map(({ resource, namespace, name }) => `${namespace}/${resource}/${name}`);
  return wordsNotIn(names.join(' '), left).length === 0;
}

import { formatInstant } from './instants.ts';
import type { StreamPlan } from './plan.ts';
import type { StreamRecord } from './records.ts';

/** A tag item that is taken out of a stream's history. */
export interface TrimmedItem {
  tag: string;
  /** Where it stands now; the plan may have seen it elsewhere. */
  position: number;
  image: string;
}

/** A revision that the plan lets go but that stays, and why. */
export interface SparedItem {
  tag: string;
  image: string;
  why: 'withinRevisions' | 'tagUsed' | 'imageUsed' | 'imageFound';
}

/** What has to be known now, besides the stream itself. */
export interface TrimGrounds {
  /** null in over-size mode. */
  keepTagRevisions: number | null;
  isTagUsed(tag: string): boolean;
  isImageUsed(digest: string): boolean;
  /** Asked only for images that the plan missed. */
  exists(digest: string): boolean;
}

/** What a plan's part for one stream comes to now. */
export interface Trim {
  items: TrimmedItem[];
  spared: SparedItem[];
  /** Every image that the remaining items name. */
  remaining: string[];
  /** The stream was made anew since the plan: it is not the one that was decided on, and all of it stays. */
  replaced: boolean;
}

/**
 * Decides again on a stream right before it changes, within its plan: of the revisions that the plan lets go, those
 * that are still there and that nothing keeps by now. An item that the plan doesn't know stays, whatever it is.
 * (REFERENCE section 3, steps 2 and 5.)
 */
export function trimOf(planned: StreamPlan, present: StreamRecord, grounds: TrimGrounds): Trim {
  const replaced = formatInstant(present.created) !== planned.created;
  const trim: Trim = { items: [], spared: [], remaining: [], replaced };
  const remaining = new Set<string>();
  for (const { tag, items } of present.tags) {
    const unmatched = replaced ? new Map<string, Planned[]>() : prunedRevisions(planned, tag);
    // From the oldest: what is pushed meanwhile comes in front.
    for (let position = items.length - 1; position >= 0; position--) {
      const item = items[position];
      if (!item) continue;
      const revision = unmatched.get(keyOf(item.image, formatInstant(item.created)))?.pop();
      const why = revision ? sparing(revision, tag, position, item.image, grounds) : undefined;
      if (revision && why === undefined) trim.items.push({ tag, position, image: item.image });
      else remaining.add(item.image);
      if (why !== undefined) trim.spared.push({ tag, image: item.image, why });
    }
  }
  trim.remaining = [...remaining];
  return trim;
}

interface Planned {
  missed: boolean;
}

/** The revisions of a tag that go, by image and age; several are alike where a tag was moved back and forth at once. */
function prunedRevisions(planned: StreamPlan, tag: string): Map<string, Planned[]> {
  const byKey = new Map<string, Planned[]>();
  for (const each of planned.tags) {
    if (each.tag !== tag) continue;
    for (const { verdict, image, created, reasons } of each.revisions) {
      if (verdict !== 'prune') continue;
      const revision = { missed: reasons.some((reason) => reason.code === 'imageMissing') };
      const key = keyOf(image, created);
      const alike = byKey.get(key);
      if (alike) alike.push(revision);
      else byKey.set(key, [revision]);
    }
  }
  return byKey;
}

function keyOf(image: string, created: string | null): string {
  return `${image} ${created ?? ''}`;
}

function sparing(
  { missed }: Planned,
  tag: string,
  position: number,
  image: string,
  grounds: TrimGrounds,
): SparedItem['why'] | undefined {
  if (position === 0 && grounds.isTagUsed(tag)) return 'tagUsed';
  // Where the Image object is missing, neither its place in the history nor its users keep an item.
  if (missed) return grounds.exists(image) ? 'imageFound' : undefined;
  const { keepTagRevisions } = grounds;
  if (keepTagRevisions !== null && position < keepTagRevisions) return 'withinRevisions';
  return grounds.isImageUsed(image) ? 'imageUsed' : undefined;
}

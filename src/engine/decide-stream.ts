import { formatInstant, type Instant, isAfter } from './instants.ts';
import type { Inventory } from './inventory.ts';
import { type ImageLimit, isOverLimit } from './limits.ts';
import type { PruneOptions } from './options.ts';
import { LETS_GO, type Reason, type RevisionPlan, type TagPlan } from './plan.ts';
import type { ImageRecord, RevisionRecord, StreamRecord, TagRecord } from './records.ts';
import type { Referrer } from './referrer.ts';
import { imageKey, tagKey, type Usage, type Use, type UseCode } from './usage.ts';

/** What every decision reads. */
export interface Grounds {
  inventory: Inventory;
  options: PruneOptions;
  /** Younger than this is kept; null where no age applies (over-size mode). */
  threshold: Instant;
  usage: Usage;
  limits: ReadonlyMap<string, ImageLimit>;
}

/** A stream's tags with a verdict each, before links and bytes are worked out. */
export interface StreamDecision {
  stream: StreamRecord;
  young: boolean;
  tags: TagPlan[];
  kept: number;
  pruned: number;
}

/** Decides on every revision of a stream (REFERENCE section 3, step 2). */
export function decideStream(stream: StreamRecord, grounds: Grounds): StreamDecision {
  const young = grounds.threshold !== null && isAfter(stream.created, grounds.threshold);
  const tags = stream.tags.map((tag) => decideTag(stream, tag, young, grounds));
  let kept = 0;
  let pruned = 0;
  for (const tag of tags) {
    for (const revision of tag.revisions) revision.verdict === 'keep' ? kept++ : pruned++;
  }
  return { stream, young, tags, kept, pruned };
}

function decideTag(stream: StreamRecord, tag: TagRecord, streamYoung: boolean, grounds: Grounds): TagPlan {
  const uses = grounds.usage.tags.get(tagKey(stream.namespace, stream.name, tag.tag)) ?? [];
  const revisions = tag.items.map((item, position) =>
    decideRevision(stream, item, position, position === 0 ? uses : [], streamYoung, grounds),
  );
  const kept = revisions.filter((revision) => revision.verdict === 'keep').length;
  const goes = revisions.length > 0 && kept === 0;
  return {
    tag: tag.tag,
    verdict: goes ? 'prune' : 'keep',
    reasons: [containerReason(kept, revisions.length)],
    usedBy: uses.map((use) => use.by),
    revisions,
  };
}

/** Why a tag or a stream as a whole stays or goes: it follows what it holds. */
export function containerReason(kept: number, all: number): Reason {
  if (all === 0) return NOTHING_TO_PRUNE;
  return kept === 0 ? { code: 'emptied', items: all } : { code: 'holdsKept', kept };
}

const NOTHING_TO_PRUNE: Reason = { code: 'nothingToPrune' };
const IMAGE_MISSING: Reason = { code: 'imageMissing' };
const IMAGE_UNKNOWN: Reason = { code: 'imageUnknown' };

function decideRevision(
  stream: StreamRecord,
  item: RevisionRecord,
  position: number,
  tagUses: readonly Use[],
  streamYoung: boolean,
  grounds: Grounds,
): RevisionPlan {
  const { inventory, threshold } = grounds;
  const keeps: Reason[] = [];
  const letsGo: Reason[] = [];
  if (streamYoung) keeps.push({ code: 'streamYoung', created: formatInstant(stream.created) });
  if (threshold !== null && isAfter(item.created, threshold)) {
    keeps.push({ code: 'young', created: formatInstant(item.created) });
  }
  keeps.push(...usesAsReasons(tagUses, 'tagUsed'));
  const image = inventory.images.get(item.image);
  if (image || !inventory.has('images')) {
    if (!image) keeps.push(IMAGE_UNKNOWN);
    for (const reason of reasonsOfImage(stream, item.image, image, position, grounds)) {
      (LETS_GO.has(reason.code) ? letsGo : keeps).push(reason);
    }
  } else letsGo.push(IMAGE_MISSING);

  const verdict = keeps.length > 0 ? 'keep' : 'prune';
  // Copies: an array that was filled piece by piece holds room for many more.
  const reasons = verdict === 'prune' ? [...letsGo] : [...keeps, ...letsGo.filter(worthKnowingWhenKept)];
  return { position, image: item.image, created: formatInstant(item.created), verdict, reasons };
}

function worthKnowingWhenKept(reason: Reason): boolean {
  return reason.code === 'imageMissing' || reason.code === 'overLimit';
}

/** @param image undefined where the images could not be listed: then what doesn't need it still holds */
function reasonsOfImage(
  stream: StreamRecord,
  digest: string,
  image: ImageRecord | undefined,
  position: number,
  grounds: Grounds,
): Reason[] {
  const { options, limits, usage } = grounds;
  const reasons: Reason[] = [];
  if (options.keepTagRevisions === null) {
    if (image) reasons.push(limitReason(image.size, limits.get(stream.namespace)));
  } else if (position < options.keepTagRevisions) reasons.push(withinRevisions(options.keepTagRevisions));
  else reasons.push(beyondRevisions(position, options.keepTagRevisions));
  reasons.push(
    ...usesAsReasons(usage.images.get(imageKey(stream.namespace, stream.name, digest)) ?? [], 'imageUsed'),
  );
  if (options.rules === 'reference') return reasons;

  reasons.push(...usesAsReasons(usage.digests.get(digest) ?? [], 'reportedByContainer'));
  for (const member of image ? membersOf(image, grounds.inventory) : []) {
    const uses = [
      ...(usage.images.get(imageKey(stream.namespace, stream.name, member)) ?? []),
      ...(usage.digests.get(member) ?? []),
    ];
    if (uses.length > 0) reasons.push({ code: 'usedThroughIndex', member, by: uses.map((use) => use.by) });
  }
  return reasons;
}

/** The digests of an index's members, and of theirs; an image that is no index has none. */
export function membersOf(image: ImageRecord, inventory: Inventory): string[] {
  if (image.manifests.length === 0) return [];
  const members = new Set<string>();
  const open = [...image.manifests];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === image.name || members.has(next)) continue;
    members.add(next);
    open.push(...(inventory.images.get(next)?.manifests ?? []));
  }
  return [...members].sort();
}

function limitReason(size: number, limit: ImageLimit | undefined): Reason {
  if (!limit) return { code: 'noLimit', size };
  const code = isOverLimit(size, limit) ? 'overLimit' : 'withinLimit';
  return { code, size, limit: limit.storage, limitRange: limit.limitRange };
}

// Hundreds of thousands of revisions share these objects.
const beyondRevisionsReasons = new Map<string, Reason>();
function beyondRevisions(position: number, keep: number): Reason {
  const key = `${position}/${keep}`;
  const known = beyondRevisionsReasons.get(key);
  if (known) return known;
  const reason: Reason = { code: 'beyondRevisions', position, keep };
  beyondRevisionsReasons.set(key, reason);
  return reason;
}

const withinRevisionsReasons: Reason[] = [];
function withinRevisions(keep: number): Reason {
  withinRevisionsReasons[keep] ??= { code: 'withinRevisions', keep };
  return withinRevisionsReasons[keep];
}

/** One reason a kind of use, each with everyone who uses the thing so. */
export function usesAsReasons(
  uses: readonly Use[],
  plain: 'tagUsed' | 'imageUsed' | 'reportedByContainer',
): Reason[] {
  if (uses.length === 0) return [];
  const byCode = new Map<UseCode, Referrer[]>();
  for (const use of uses) {
    const list = byCode.get(use.code);
    if (list) list.push(use.by);
    else byCode.set(use.code, [use.by]);
  }
  return [...byCode].map(([code, by]): Reason => ({ code: code === 'used' ? plain : code, by }));
}

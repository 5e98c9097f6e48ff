import { type BlobHolders, blobHolders, totalOfImage, totalOfStream } from './blob-holders.ts';
import { decideImages, type ImageDecisions } from './decide-images.ts';
import { containerReason, decideStream, type Grounds, type StreamDecision } from './decide-stream.ts';
import { formatInstant } from './instants.ts';
import type { Inventory } from './inventory.ts';
import { smallestLimits } from './limits.ts';
import type { PruneOptions } from './options.ts';
import type { Counts, ImagePlan, Plan, PlanOrigin, Reason, StreamPlan } from './plan.ts';
import type { ImageRecord } from './records.ts';
import { compareText, type InvalidReference, invalidReferenceLine } from './referrer.ts';
import { linksToDelete } from './repository-links.ts';
import { usageOf } from './usage.ts';

/** References that can't be parsed, where that was not to be ignored: nothing may be decided, let alone done. */
export class InvalidReferencesError extends Error {
  override name = 'InvalidReferencesError';
  readonly references: readonly InvalidReference[];
  /** One line for each, in the words and the order of the reference command. */
  readonly lines: readonly string[];

  constructor(references: readonly InvalidReference[]) {
    const lines = [...new Set(references.map(invalidReferenceLine))];
    super(lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`);
    this.references = references;
    this.lines = lines;
  }
}

export interface PlanRequest {
  inventory: Inventory;
  options: PruneOptions;
  /** Milliseconds since the epoch: every age is relative to it. */
  now: number;
  origin: PlanOrigin | null;
}

/**
 * Decides on everything in an inventory. The same inventory, options and clock give the same bytes of plan, in
 * whatever order the inventory's pages came.
 * @throws InvalidReferencesError where a reference can't be parsed and the options don't say to ignore that
 * @throws MalformedObjectError where a limit range's storage is no quantity
 */
export function makePlan({ inventory, options, now, origin }: PlanRequest): Plan {
  const threshold = options.keepYoungerThanMs === null ? null : now - options.keepYoungerThanMs;
  const usage = usageOf(inventory.referrers, options, threshold);
  if (usage.invalid.length > 0 && !options.ignoreInvalidRefs) throw new InvalidReferencesError(usage.invalid);

  const limits = options.pruneOverSizeLimit ? smallestLimits(inventory.limits) : new Map();
  const grounds: Grounds = { inventory, options, threshold, usage, limits };
  const decisions = [...inventory.streams]
    .filter((stream) => options.namespace === null || stream.namespace === options.namespace)
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name))
    .map((stream) => decideStream(stream, grounds));
  const decided = decideImages(decisions, grounds);
  const holders = blobHolders(decided, decisions, grounds);

  const streams = decisions.map((decision, place) => streamPlan(decision, place, holders, grounds));
  const images = decided.images.map((image, place) => imagePlan(image, place, decided, holders, grounds));
  const { youngestManaged } = inventory;
  return {
    kind: 'PrunePlan',
    version: 1,
    origin,
    now: formatInstant(now) ?? '',
    options,
    complete: inventory.missing.length === 0,
    missing: [...inventory.missing].sort((a, b) => compareText(a.resource, b.resource)),
    ignoredReferences: usage.invalid,
    youngestManaged: youngestManaged
      ? { name: youngestManaged.name, reference: youngestManaged.reference }
      : null,
    counts: countsOf(streams, images, holders, inventory),
    bytes: holders.bytes,
    streams,
    images,
    blobs: holders.toDelete,
  };
}

function streamPlan(
  decision: StreamDecision,
  place: number,
  holders: BlobHolders,
  grounds: Grounds,
): StreamPlan {
  const { stream, young, tags, kept, pruned } = decision;
  const created = formatInstant(stream.created);
  const reasons: Reason[] = [
    ...(young ? [{ code: 'streamYoung', created } as const] : []),
    containerReason(kept, kept + pruned),
  ];
  return {
    namespace: stream.namespace,
    name: stream.name,
    created,
    repository: stream.repository,
    verdict: pruned > 0 && kept === 0 ? 'prune' : 'keep',
    reasons,
    tags,
    itemsToPrune: pruned,
    ...linksToDelete(decision, grounds),
    bytes: { total: totalOfStream(decision, grounds), alone: holders.aloneOfStream(place) },
  };
}

const UNNAMED: readonly Reason[] = [{ code: 'unnamed' }];

function imagePlan(
  image: ImageRecord,
  place: number,
  decided: ImageDecisions,
  holders: BlobHolders,
  grounds: Grounds,
): ImagePlan {
  const keeps = decided.keeps[place] ?? [];
  const { blobs } = grounds.inventory;
  return {
    name: image.name,
    created: formatInstant(image.created),
    managed: image.managed,
    verdict: keeps.length > 0 ? 'keep' : 'prune',
    reasons: keeps.length > 0 ? keeps : UNNAMED,
    blobs: image.blobs.map((blob) => blobs.digestOf(blob)),
    manifests: image.manifests,
    blobsToDelete: holders.blobsToDeleteWith(place),
    bytes: { total: totalOfImage(image, grounds), alone: holders.aloneOfImage(place) },
  };
}

function countsOf(
  streams: readonly StreamPlan[],
  images: readonly ImagePlan[],
  holders: BlobHolders,
  inventory: Inventory,
): Counts {
  const counts: Counts = {
    seen: {
      images: images.length,
      streams: streams.length,
      tags: 0,
      tagItems: 0,
      referrers: inventory.referrers.length,
    },
    images: 0,
    tagItems: 0,
    tags: 0,
    streams: 0,
    layerLinks: 0,
    manifestLinks: 0,
    blobs: holders.toDelete.length,
  };
  for (const image of images) if (image.verdict === 'prune') counts.images++;
  for (const stream of streams) {
    counts.seen.tags += stream.tags.length;
    for (const tag of stream.tags) {
      counts.seen.tagItems += tag.revisions.length;
      if (tag.verdict === 'prune') counts.tags++;
    }
    counts.tagItems += stream.itemsToPrune;
    if (stream.itemsToPrune > 0) counts.streams++;
    counts.layerLinks += stream.layerLinks.length;
    counts.manifestLinks += stream.manifestLinks.length;
  }
  return counts;
}

import { type Grounds, membersOf, type StreamDecision, usesAsReasons } from './decide-stream.ts';
import { formatInstant, isAfter } from './instants.ts';
import type { Position, Reason } from './plan.ts';
import type { ImageRecord } from './records.ts';
import { compareText } from './referrer.ts';

/** Every image with the reasons that keep it; an image without any goes. In the order of the names. */
export interface ImageDecisions {
  images: readonly ImageRecord[];
  /** By the place in `images`. */
  keeps: readonly (readonly Reason[])[];
}

/**
 * Decides on every image once the streams are decided (REFERENCE section 3, step 3).
 * @param streams decisions on all streams, in order: what their kept revisions name stays
 */
export function decideImages(streams: readonly StreamDecision[], grounds: Grounds): ImageDecisions {
  const { inventory, options } = grounds;
  const images = [...inventory.images.values()].sort((a, b) => compareText(a.name, b.name));
  const named = namedByKeptRevisions(streams);
  const keeps = images.map((image) => reasonsToKeep(image, named.get(image.name), grounds));

  // In one namespace alone every image stays anyway.
  if (options.namespace === null && images.some((image) => image.manifests.length > 0)) {
    const places = new Map(images.map((image, place) => [image.name, place]));
    for (const [place, image] of images.entries()) {
      if (keeps[place]?.length !== 0) keepMembers(image, places, images, keeps);
    }
  }
  return { images, keeps };
}

/** Members of a kept index stay, however deep they are nested. */
function keepMembers(
  index: ImageRecord,
  places: ReadonlyMap<string, number>,
  images: readonly ImageRecord[],
  keeps: readonly Reason[][],
): void {
  for (const digest of index.manifests) {
    const place = places.get(digest);
    const member = place === undefined ? undefined : images[place];
    const reasons = place === undefined ? undefined : keeps[place];
    if (!member || !reasons || member === index) continue;
    if (reasons.some((reason) => reason.code === 'partOfIndex' && reason.index === index.name)) continue;
    reasons.push({ code: 'partOfIndex', index: index.name });
    keepMembers(member, places, images, keeps);
  }
}

function namedByKeptRevisions(streams: readonly StreamDecision[]): Map<string, Position[]> {
  const named = new Map<string, Position[]>();
  for (const { stream, tags } of streams) {
    for (const { tag, revisions } of tags) {
      for (const { verdict, image, position } of revisions) {
        if (verdict !== 'keep') continue;
        const at: Position = { namespace: stream.namespace, stream: stream.name, tag, position };
        const positions = named.get(image);
        if (positions) positions.push(at);
        else named.set(image, [at]);
      }
    }
  }
  return named;
}

const NOT_MANAGED: Reason = { code: 'notManaged' };

function reasonsToKeep(image: ImageRecord, named: Position[] | undefined, grounds: Grounds): Reason[] {
  const { options, threshold, usage, inventory } = grounds;
  const reasons: Reason[] = [];
  if (named) reasons.push({ code: 'namedByStream', at: named });
  if (!options.all && !image.managed) reasons.push(NOT_MANAGED);
  if (threshold !== null && isAfter(image.created, threshold)) {
    reasons.push({ code: 'young', created: formatInstant(image.created) });
  }
  if (options.namespace !== null) reasons.push({ code: 'namespaceOnly', namespace: options.namespace });
  if (options.rules === 'reference') return reasons;

  reasons.push(...usesAsReasons(usage.digests.get(image.name) ?? [], 'reportedByContainer'));
  for (const member of membersOf(image, inventory)) {
    const uses = usage.digests.get(member) ?? [];
    if (uses.length > 0) reasons.push({ code: 'usedThroughIndex', member, by: uses.map((use) => use.by) });
  }
  return reasons;
}

import { UNKNOWN_SIZE } from './blob-table.ts';
import type { ImageDecisions } from './decide-images.ts';
import { type Grounds, membersOf, type StreamDecision } from './decide-stream.ts';
import type { BlobPlan, PlanBytes } from './plan.ts';
import type { ImageRecord } from './records.ts';

/** No stream names a blob's images. */
const NOBODY = -1;
/** Several do. */
const SEVERAL = -2;
/** Not looked at yet. */
const UNSET = -3;

/** What is known of the blobs once every image is decided. */
export interface BlobHolders {
  /** Blobs to delete, in the order in which the images that hold them go. */
  toDelete: readonly BlobPlan[];
  /** What the blobs that go add up to. */
  bytes: PlanBytes;
  /** How many blobs go with this image; by its place among the decided images. */
  blobsToDeleteWith(place: number): number;
  /** Bytes that only this image holds, of the blobs that go; by its place among the decided images. */
  aloneOfImage(place: number): number;
  /** Bytes that only this stream's history holds, of the blobs that go; by its place among the decided streams. */
  aloneOfStream(place: number): number;
}

/**
 * Counts who holds each blob (REFERENCE section 3, steps 3 and 4): every image holds its layers, its config and itself.
 * A blob goes where only images that go hold it.
 */
export function blobHolders(
  decided: ImageDecisions,
  streams: readonly StreamDecision[],
  grounds: Grounds,
): BlobHolders {
  const { inventory, options } = grounds;
  const table = inventory.blobs;
  const count = table.digests.length;
  const managed = new Uint8Array(count);
  const holders = new Int32Array(count);
  const streamOfBlob = new Int32Array(count).fill(UNSET);
  const streamOfImage = streamsOfImages(streams, grounds);

  const blobsOf = (image: ImageRecord): number[] => {
    const self = table.numberOf(image.name);
    return self === undefined || image.blobs.includes(self) ? [...image.blobs] : [...image.blobs, self];
  };
  for (const image of decided.images) {
    const stream = streamOfImage.get(image.name) ?? NOBODY;
    for (const blob of blobsOf(image)) {
      if (image.managed) managed[blob] = 1;
      holders[blob] = (holders[blob] ?? 0) + 1;
      const before = streamOfBlob[blob];
      streamOfBlob[blob] = before === UNSET || before === stream ? stream : SEVERAL;
    }
  }

  const left = Int32Array.from(holders);
  const toDelete: BlobPlan[] = [];
  const deletedWith = new Int32Array(decided.images.length);
  const imageAlone = new Float64Array(decided.images.length);
  const streamAlone = new Float64Array(streams.length);
  const bytes: PlanBytes = {
    registry: 0,
    freed: 0,
    heldByOneImage: 0,
    sharedByImages: 0,
    heldByOneStream: 0,
    sharedByStreams: 0,
    heldByNoStream: 0,
    freedIfMirrored: 0,
    unknownSizes: 0,
  };
  for (let blob = 0; blob < count; blob++) if (managed[blob]) bytes.registry += knownSize(table.sizeOf(blob));
  for (const [place, image] of decided.images.entries()) {
    if (decided.keeps[place]?.length !== 0 || !options.pruneRegistry) continue;
    for (const blob of blobsOf(image)) {
      const remaining = (left[blob] ?? 0) - 1;
      left[blob] = remaining;
      // Kept images never let go of theirs.
      if (remaining > 0) continue;
      const size = table.sizeOf(blob);
      deletedWith[place] = (deletedWith[place] ?? 0) + 1;
      toDelete.push({ digest: table.digestOf(blob), size: size === UNKNOWN_SIZE ? null : size });
      if (size === UNKNOWN_SIZE) bytes.unknownSizes++;
      else if (managed[blob]) countFreed(blob, place, size);
      else bytes.freedIfMirrored += size;
    }
  }

  function countFreed(blob: number, place: number, size: number): void {
    bytes.freed += size;
    if (holders[blob] === 1) {
      bytes.heldByOneImage += size;
      imageAlone[place] = (imageAlone[place] ?? 0) + size;
    } else bytes.sharedByImages += size;
    const stream = streamOfBlob[blob] ?? NOBODY;
    if (stream === NOBODY) bytes.heldByNoStream += size;
    else if (stream === SEVERAL) bytes.sharedByStreams += size;
    else {
      bytes.heldByOneStream += size;
      streamAlone[stream] = (streamAlone[stream] ?? 0) + size;
    }
  }

  return {
    toDelete,
    bytes,
    blobsToDeleteWith: (place) => deletedWith[place] ?? 0,
    aloneOfImage: (place) => imageAlone[place] ?? 0,
    aloneOfStream: (place) => streamAlone[place] ?? 0,
  };
}

/** Bytes of every blob that a stream's history names, each once; unknown sizes count for nothing. */
export function totalOfStream(decision: StreamDecision, grounds: Grounds): number {
  const names = new Set<string>();
  for (const { revisions } of decision.tags) for (const { image } of revisions) names.add(image);
  return totalOf(names, grounds);
}

/** Bytes of an image's blobs, each once, an index's with those of its members; unknown sizes count for nothing. */
export function totalOfImage(image: ImageRecord, grounds: Grounds): number {
  return totalOf([image.name], grounds);
}

function totalOf(names: Iterable<string>, grounds: Grounds): number {
  const { images, blobs } = grounds.inventory;
  const seenImages = new Set<string>();
  const seenBlobs = new Set<number>();
  let total = 0;
  const add = (name: string) => {
    const image = images.get(name);
    if (!image || seenImages.has(name)) return;
    seenImages.add(name);
    for (const blob of image.blobs) {
      if (seenBlobs.has(blob)) continue;
      seenBlobs.add(blob);
      total += knownSize(blobs.sizeOf(blob));
    }
    for (const member of image.manifests) add(member);
  };
  for (const name of names) add(name);
  return total;
}

function knownSize(size: number): number {
  return size === UNKNOWN_SIZE ? 0 : size;
}

/** The only stream whose history names an image, itself or through an index, or SEVERAL. */
function streamsOfImages(streams: readonly StreamDecision[], grounds: Grounds): Map<string, number> {
  const { images } = grounds.inventory;
  const owners = new Map<string, number>();
  const claim = (name: string, stream: number) => {
    const before = owners.get(name);
    owners.set(name, before === undefined || before === stream ? stream : SEVERAL);
  };
  for (const [place, { tags }] of streams.entries()) {
    for (const { revisions } of tags) {
      for (const { image: name } of revisions) {
        claim(name, place);
        const image = images.get(name);
        if (!image || image.manifests.length === 0) continue;
        for (const member of membersOf(image, grounds.inventory)) claim(member, place);
      }
    }
  }
  return owners;
}

import { isObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';

/** What `imagestreams/<name>/layers` tells, which a developer may read too. Digests to bytes. */
export interface StreamLayers {
  /** Everything the stream's history names, each blob once. */
  blobs: ReadonlyMap<string, number>;
  /**
   * What the blobs of each image come to, an index's with those of its members; null where the Image object is missing. An
   * index whose members the server doesn't tell is not in it.
   */
  images: ReadonlyMap<string, number | null>;
}

/** Reads an ImageStreamLayers object. Blobs whose size the server doesn't tell count as nothing. */
export function readStreamLayers(object: unknown): StreamLayers {
  const blobs = new Map<string, number>();
  for (const [digest, blob] of Object.entries(objectAt(object, 'blobs'))) {
    blobs.set(digest, numberAt(blob, 'size') ?? 0);
  }
  const described = objectAt(object, 'images');
  const images = new Map<string, number | null>();
  for (const [digest, image] of Object.entries(described)) {
    const own = blobsOf(image, described);
    if (isObject(image) && image.imageMissing === true) images.set(digest, null);
    else if (own) images.set(digest, bytesOf(own, blobs));
  }
  return { blobs, images };
}

/** What blobs come to. */
export function bytesOf(digests: Iterable<string>, blobs: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const digest of new Set(digests)) sum += blobs.get(digest) ?? 0;
  return sum;
}

function blobsOf(image: unknown, images: Readonly<Record<string, unknown>>): string[] | undefined {
  const members = textsOf(image, 'manifests').map((digest) => images[digest]);
  if (!members.every(isObject)) return undefined;
  return [image, ...members].flatMap((one) => [...textsOf(one, 'layers'), textAt(one, 'config')]);
}

function textsOf(object: unknown, key: string): string[] {
  return listAt(object, key).filter((text) => typeof text === 'string');
}

// A described cluster whose images are really in a registry: what its API objects name is there, byte for byte.
import type { ApiObject } from '../cluster/api-object.ts';
import type { Seed } from '../cluster/miniature.ts';
import {
  type Age,
  type ClusterDescription,
  configDigest,
  type ImageDescription,
  layerDigest,
  manifestDigest,
  revisionOf,
} from '../cluster/seeds/description.ts';
import { at } from '../cluster/seeds/image-objects.ts';
import { type SeedOptions, seedOf } from '../cluster/seeds/seeded.ts';
import { imageObject } from '../registry/api-objects.ts';
import { type LayerSpec, smallestLayer } from '../registry/layers.ts';
import {
  type ImageSpec,
  type PushedImage,
  type PushedIndex,
  pushImages,
  pushIndex,
} from '../registry/push.ts';
import type { TestRegistry } from '../registry/start.ts';

/** How many times smaller than described everything is: layers, and with them the limits of projects. */
const SCALE = 64;

export interface PushedSeed extends Seed {
  /** How many images lie in the registry; an index and each of its members count. */
  images: number;
}

/** By name: an image as it is described here, and as it was pushed to the first place that has it. */
type Pushed = Map<string, [ImageDescription, PushedImage | PushedIndex]>;

/** One place where an image is pushed to. */
interface Place {
  namespace: string;
  name: string;
  tag: string;
  image: ImageDescription;
}

/**
 * Pushes every image of a description that a stream or an orphan's repository has, and makes the seed of it: digests,
 * sizes and references are those of the pushed images. What was imported, and what is described as missing, is not pushed.
 * @param options `registry` is the registry's own address here
 */
export async function pushedSeed(
  description: ClusterDescription,
  registry: TestRegistry,
  options: Omit<SeedOptions, 'registry'> = {},
): Promise<PushedSeed> {
  const now = options.now ?? new Date();
  const pushed: Pushed = new Map();
  const small = smaller(description);
  const { older, newest } = placesOf(small);
  const createdAt = (age: Age) => at({ now, registry: registry.host }, age);
  // A tag of the registry names what was pushed last.
  for (const places of [older, newest]) await pushPlaces(places, registry, createdAt, pushed);

  const digests = new Map<string, string>();
  const objects = new Map<string, ApiObject>();
  for (const [image, one] of withMembers(pushed.values())) {
    for (const [described, real] of digestsOf(image, one)) digests.set(described, real);
    objects.set(one.digest, { ...imageObject(one, { created: createdAt(image.age) }) });
  }
  const seed = seedOf(small, { ...options, now, registry: registry.host });
  return {
    objects: seed.objects.map((object) => {
      const renamed = withDigests(object, digests);
      return (renamed.kind === 'Image' && objects.get(renamed.metadata.name)) || renamed;
    }),
    images: objects.size,
  };
}

function placesOf(description: ClusterDescription): { older: Place[]; newest: Place[] } {
  const older: Place[] = [];
  const newest: Place[] = [];
  for (const { name: namespace, streams = {} } of description.projects) {
    for (const [name, { tags }] of Object.entries(streams)) {
      for (const [tag, history] of Object.entries(tags)) {
        for (const [position, { image, missing }] of history.map(revisionOf).entries()) {
          if (missing || image.importedFrom !== undefined) continue;
          (position === 0 ? newest : older).push({ namespace, name, tag, image });
        }
      }
    }
  }
  for (const { repository, image } of description.orphans) {
    const [namespace = '', name = ''] = repository.split('/');
    newest.push({ namespace, name, tag: 'latest', image });
  }
  return { older, newest };
}

/** The first place of an image is what its Image object names. */
async function pushPlaces(
  places: readonly Place[],
  registry: TestRegistry,
  createdAt: (age: Age) => string,
  pushed: Pushed,
): Promise<void> {
  const single = places.filter(({ image }) => image.children === undefined);
  const specs = single.map(
    ({ image, ...place }): ImageSpec => ({ ...place, ...contentOf(image, createdAt) }),
  );
  for (const [index, one] of (await pushImages(registry, specs)).entries()) {
    const image = single[index]?.image;
    if (image !== undefined && !pushed.has(image.name)) pushed.set(image.name, [image, one]);
  }
  for (const { image, ...place } of places) {
    if (image.children === undefined) continue;
    const images = image.children.map((child) => contentOf(child, createdAt));
    const mediaType = image.format ?? 'docker';
    const index = await pushIndex(registry, { ...place, mediaType, images }, { by: 'http' });
    if (!pushed.has(image.name)) pushed.set(image.name, [image, index]);
  }
}

function contentOf(image: ImageDescription, createdAt: (age: Age) => string) {
  return {
    layers: image.layers.map(({ name, bytes }): LayerSpec => ({ name, size: bytes })),
    created: createdAt(image.age),
    mediaType: image.format ?? ('docker' as const),
    config: {
      Cmd: ['/bin/sh', '-c', '/usr/libexec/run'],
      WorkingDir: '/opt/app-root/src',
      Labels: { 'io.k8s.display-name': image.name, 'io.openshift.build.name': image.name },
    },
  };
}

/** Every pushed image with what it was described as; an index, and then its members. */
function* withMembers(
  pushed: Iterable<[ImageDescription, PushedImage | PushedIndex]>,
): Generator<[ImageDescription, PushedImage | PushedIndex]> {
  for (const [image, one] of pushed) {
    yield [image, one];
    if (!('images' in one)) continue;
    for (const [index, child] of (image.children ?? []).entries()) {
      const member = one.images[index];
      if (member !== undefined) yield [child, member];
    }
  }
}

/** Described digest and real one, of a manifest, its config and its layers. */
function* digestsOf(image: ImageDescription, one: PushedImage | PushedIndex): Generator<[string, string]> {
  yield [manifestDigest(image), one.digest];
  if ('images' in one) return;
  yield [configDigest(image), one.config.digest];
  for (const [index, layer] of image.layers.entries()) {
    const real = one.layers[index];
    if (real !== undefined) yield [layerDigest(layer), real.digest];
  }
}

/** An object in which every described digest is the real one, also inside of pull specs. */
function withDigests(object: ApiObject, digests: ReadonlyMap<string, string>): ApiObject {
  return JSON.parse(JSON.stringify(object), (_key, value: unknown) =>
    typeof value === 'string'
      ? value.replace(/sha256:[0-9a-f]{64}/g, (digest) => digests.get(digest) ?? digest)
      : value,
  );
}

/** The description with layers and limits as small as what is pushed. */
function smaller(description: ClusterDescription): ClusterDescription {
  return JSON.parse(JSON.stringify(description), (key, value: unknown) => {
    if (key === 'bytes' && typeof value === 'number') {
      return Math.max(smallestLayer, Math.round(value / SCALE));
    }
    if (key !== 'imageLimits' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, limit]) => [name, smallerLimit(String(limit))]),
    );
  });
}

/** A quantity in Mi or Gi, so many times smaller in the unit below. */
function smallerLimit(limit: string): string {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(limit) ?? [];
  if (amount === undefined) throw new Error(`the limit ${limit} is in neither Mi nor Gi`);
  return `${(Number(amount) * 1024) / SCALE}${unit === 'Gi' ? 'Mi' : 'Ki'}`;
}

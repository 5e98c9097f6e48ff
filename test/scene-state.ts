// What the servers of a scene really hold: to be compared, and to be put back.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listAt, objectAt, textAt } from '../src/engine/shape.ts';
import type { Deleted } from '../src/engine/steps.ts';
import type { ApiObject } from './cluster/api-object.ts';
import { resourceNamed } from './cluster/resources.ts';
import { namesIn, type RepositoryLinks } from './registry/store.ts';
import type { Scene } from './scene.ts';

const IMAGES = resourceNamed('images', 'image.openshift.io');
const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');
const PODS = resourceNamed('pods');
const RESOURCES = [IMAGES, STREAMS, PODS];

/** Everything that a prune may change. Plain JSON. */
export interface SceneState {
  /** By `<namespace>/<name>`. */
  histories: Record<string, readonly unknown[]>;
  images: string[];
  /** By repository. */
  links: Record<string, RepositoryLinks>;
  blobs: string[];
}

/** Reads what the cluster and the registry's disk hold now. */
export async function stateOfScene({ cluster, registry }: Scene): Promise<SceneState> {
  const state: SceneState = {
    histories: {},
    images: cluster.store.list(IMAGES).map(({ metadata }) => metadata.name),
    links: {},
    blobs: (await registry.blobs()).map(({ digest }) => digest),
  };
  for (const stream of cluster.store.list(STREAMS)) {
    const { namespace, name } = stream.metadata;
    state.histories[`${namespace}/${name}`] = listAt(objectAt(stream, 'status'), 'tags');
  }
  const repositories = join(registry.folder, 'store/docker/registry/v2/repositories');
  for (const namespace of await namesIn(repositories)) {
    for (const name of await namesIn(join(repositories, namespace))) {
      const repository = `${namespace}/${name}`;
      state.links[repository] = await registry.repositoryLinks(repository);
    }
  }
  return state;
}

/** What one state had and a later one has no more, each thing as one line of text. */
export type Gone = { [what in keyof Deleted]: string[] };

export function goneBetween(before: SceneState, after: SceneState): Gone {
  const tagItems = missing(itemsOf(before), itemsOf(after));
  const links = (state: SceneState, kind: 'layers' | 'manifests') =>
    Object.entries(state.links).flatMap(([repository, of]) =>
      of[kind].map((digest) => `${repository} ${digest}`),
    );
  return {
    images: missing(before.images, after.images),
    tagItems,
    streams: [...new Set(tagItems.map((line) => line.split(':', 1)[0] ?? ''))],
    layerLinks: missing(links(before, 'layers'), links(after, 'layers')),
    manifestLinks: missing(links(before, 'manifests'), links(after, 'manifests')),
    blobs: missing(before.blobs, after.blobs),
  };
}

/** How many of each kind. */
export function countsOf({ images, tagItems, streams, layerLinks, manifestLinks, blobs }: Gone): Deleted {
  return {
    images: images.length,
    tagItems: tagItems.length,
    streams: streams.length,
    layerLinks: layerLinks.length,
    manifestLinks: manifestLinks.length,
    blobs: blobs.length,
  };
}

/**
 * Remembers a scene as it is now. Of the registry's files, only where a tag is at is ever written twice.
 * @returns how to put all of it back, as often as wanted: objects, the registry's disk with an empty cache, no runs, no
 *   faults
 */
export async function keepScene(scene: Scene): Promise<() => Promise<void>> {
  const { cluster, registry } = scene;
  const store = join(registry.folder, 'store');
  const kept = new Map<string, Buffer>();
  for (const path of await filesBelow(store)) kept.set(path, await readFile(path));
  const objects = RESOURCES.flatMap((resource) =>
    cluster.store.list(resource).map((object) => ({ resource, object })),
  );
  return async () => {
    cluster.faults.clear();
    registry.faults.length = 0;
    for (const resource of RESOURCES) {
      const names = new Set(objects.map(({ object }) => keyOf(object.metadata)));
      for (const { metadata } of cluster.store.list(resource)) {
        if (!names.has(keyOf(metadata))) cluster.store.remove(resource, metadata.namespace, metadata.name);
      }
    }
    for (const { resource, object } of objects) {
      const { namespace, name } = object.metadata;
      const present = cluster.store.get(resource, namespace, name);
      if (!present || contentOf(present) !== contentOf(object)) cluster.store.put(resource, object);
    }
    const present = new Set(await filesBelow(store));
    for (const path of present) if (!kept.has(path)) await rm(path);
    for (const [path, content] of kept) {
      if (present.has(path) && !path.includes('/_manifests/tags/')) continue;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await registry.restart();
    await rm(scene.env.IMAGE_HYGIENE_RUNS, { recursive: true, force: true });
    cluster.requests.length = 0;
    registry.requests.length = 0;
  };
}

/** An object without the version that the server gives it. */
function contentOf({ metadata, ...others }: ApiObject): string {
  return JSON.stringify({ ...others, metadata: { ...metadata, resourceVersion: '' } });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

function keyOf({ namespace = '', name }: { namespace?: string; name: string }): string {
  return `${namespace}/${name}`;
}

function itemsOf({ histories }: SceneState): string[] {
  return Object.entries(histories).flatMap(([stream, tags]) =>
    tags.flatMap((tag) =>
      listAt(tag, 'items').map(
        (item) => `${stream}:${textAt(tag, 'tag')} ${textAt(item, 'image')} ${textAt(item, 'created')}`,
      ),
    ),
  );
}

function missing(before: readonly string[], after: readonly string[]): string[] {
  const left = new Set(after);
  return before.filter((each) => !left.has(each));
}

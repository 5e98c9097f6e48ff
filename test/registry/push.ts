import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionsTo } from './calls.ts';
import { type PushSession, putImage, putManifest } from './http-push.ts';
import {
  type BuiltImage,
  buildImage,
  buildIndex,
  type ContentBlob,
  type ContentSpec,
  type Descriptor,
  descriptorOf,
  type ManifestFamily,
} from './images.ts';
import { writeLayout } from './oci-layout.ts';
import { accessOptions, inTemporaryFolder, runSkopeo, skopeoInstalled } from './skopeo.ts';
import type { TestRegistry } from './start.ts';

export interface ImageSpec extends ContentSpec {
  namespace: string;
  name: string;
  tag: string;
}

export interface IndexSpec {
  namespace: string;
  name: string;
  tag: string;
  /** Of the index and of its images. Default: `oci`. */
  mediaType?: ManifestFamily;
  /** One per architecture; these default to amd64, arm64, ppc64le and s390x, in this order. */
  images: Omit<ContentSpec, 'mediaType'>[];
}

export interface PushOptions {
  /** Default: skopeo where it is installed. Both leave the same bytes in the registry. */
  by?: 'skopeo' | 'http';
  /** Default: the registry's admin token. */
  token?: string;
}

interface Pushed {
  namespace: string;
  name: string;
  /** `<host>:<port>` that it was pushed to. */
  host: string;
  digest: string;
  mediaType: string;
  manifestSize: number;
}

/** An image as it lies in the registry. */
export interface PushedImage extends Pushed {
  /** Undefined for an image of an index, which no tag names. */
  tag: string | undefined;
  config: Descriptor;
  layers: Descriptor[];
  runtime: Record<string, unknown>;
  created: string;
  architecture: string;
  os: string;
}

export interface PushedIndex extends Pushed {
  tag: string;
  images: PushedImage[];
}

const usualArchitectures = ['amd64', 'arm64', 'ppc64le', 's390x'];

/** Pushes one image, or throws what the client said. */
export async function pushImage(
  registry: TestRegistry,
  spec: ImageSpec,
  options: PushOptions = {},
): Promise<PushedImage> {
  const image = buildImage(spec);
  if (usesSkopeo(options)) {
    // skopeo makes Docker's manifest itself, from the OCI image in the layout.
    const source = buildImage({ ...spec, mediaType: 'oci', created: image.created, age: undefined });
    await copyWithSkopeo(registry, spec, spec.mediaType, options.token, [source], undefined, image.manifest);
  } else {
    await overHttp(registry, options.token, (session) =>
      putImage(session, repositoryOf(spec), image, spec.tag),
    );
  }
  return pushedImage(registry, spec, image, spec.tag);
}

/** Pushes an index (or a manifest list) with all its images, which get no tag of their own. */
export async function pushIndex(
  registry: TestRegistry,
  spec: IndexSpec,
  options: PushOptions = {},
): Promise<PushedIndex> {
  const family = spec.mediaType ?? 'oci';
  const contents = spec.images.map((content, position) => ({
    ...content,
    architecture: content.architecture ?? usualArchitectures[position],
  }));
  const images = contents.map((content) => buildImage({ ...content, mediaType: family }));
  const index = buildIndex(family, images);
  if (usesSkopeo(options)) {
    const sources = contents.map((content, position) =>
      buildImage({ ...content, mediaType: 'oci', created: images[position]?.created, age: undefined }),
    );
    const source = buildIndex('oci', sources);
    await copyWithSkopeo(registry, spec, spec.mediaType, options.token, sources, source, index);
  } else {
    await overHttp(registry, options.token, async (session) => {
      const repository = repositoryOf(spec);
      await Promise.all(images.map((image) => putImage(session, repository, image, image.manifest.digest)));
      await putManifest(session, repository, index, spec.tag);
    });
  }
  return {
    ...pushed(registry, spec, index),
    tag: spec.tag,
    images: images.map((image) => pushedImage(registry, spec, image, undefined)),
  };
}

/**
 * Pushes many images over HTTP, several at a time; one blob goes to each repository once. Results in the order of `specs`.
 * The disk is what takes the time: with `TMPDIR` on a memory file system it goes three times as fast.
 */
export async function pushImages(
  registry: TestRegistry,
  specs: ImageSpec[],
  options: { connections?: number; token?: string } = {},
): Promise<PushedImage[]> {
  const connections = options.connections ?? 8;
  const results: PushedImage[] = [];
  await overHttp(
    registry,
    options.token,
    async (asking) => {
      const session = { ...asking, blindly: true };
      // One iterator that all workers take from.
      const remaining = specs.entries();
      const work = async () => {
        for (const [position, spec] of remaining) {
          const image = buildImage(spec);
          await putImage(session, repositoryOf(spec), image, spec.tag);
          results[position] = pushedImage(registry, spec, image, spec.tag);
        }
      };
      await Promise.all(Array.from({ length: connections }, work));
    },
    connections,
  );
  return results;
}

function usesSkopeo(options: PushOptions): boolean {
  return options.by === undefined ? skopeoInstalled() : options.by === 'skopeo';
}

async function overHttp(
  registry: TestRegistry,
  token: string | undefined,
  push: (session: PushSession) => Promise<void>,
  connections = 4,
): Promise<void> {
  const agent = connectionsTo(registry, connections);
  try {
    await push({ registry, token, agent, uploads: new Map() });
  } finally {
    agent.destroy();
  }
}

async function copyWithSkopeo(
  registry: TestRegistry,
  target: { namespace: string; name: string; tag: string },
  family: ManifestFamily | undefined,
  token: string | undefined,
  sources: BuiltImage[],
  sourceIndex: ContentBlob | undefined,
  expected: ContentBlob,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const layout = join(folder, 'layout');
    await writeLayout(layout, 'pushed', sources, sourceIndex);
    const digestFile = join(folder, 'digest');
    const result = await runSkopeo([
      'copy',
      '--quiet',
      `--digestfile=${digestFile}`,
      ...(sourceIndex ? ['--all'] : []),
      ...(family === 'docker' ? ['--format=v2s2'] : []),
      ...(await accessOptions('dest', registry, folder, token)),
      `oci:${layout}:pushed`,
      `docker://${registry.host}/${repositoryOf(target)}:${target.tag}`,
    ]);
    if (!result.ok) throw new Error(`skopeo could not push: ${result.error}`);
    const digest = (await readFile(digestFile, 'utf8')).trim();
    if (digest !== expected.digest) {
      throw new Error(
        `skopeo pushed ${digest} where ${expected.digest} was expected: it rewrote the manifest`,
      );
    }
  });
}

function pushedImage(
  registry: TestRegistry,
  target: { namespace: string; name: string },
  image: BuiltImage,
  tag: string | undefined,
): PushedImage {
  return {
    ...pushed(registry, target, image.manifest),
    tag,
    config: descriptorOf(image.config),
    layers: image.layers.map(descriptorOf),
    runtime: image.runtime,
    created: image.created,
    architecture: image.architecture,
    os: image.os,
  };
}

function pushed(
  registry: TestRegistry,
  target: { namespace: string; name: string },
  manifest: ContentBlob,
): Pushed {
  return {
    namespace: target.namespace,
    name: target.name,
    host: registry.host,
    digest: manifest.digest,
    mediaType: manifest.mediaType,
    manifestSize: manifest.size,
  };
}

function repositoryOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

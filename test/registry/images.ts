import { digestOf, type LayerSpec, layerOf } from './layers.ts';

export type ManifestFamily = 'oci' | 'docker';

/** What an image is made of. The same spec makes the same digests, unless `age` is used. */
export interface ContentSpec {
  layers: LayerSpec[];
  /** Goes to `config` of the image's configuration: `Env`, `Cmd`, `Labels`… */
  config?: Record<string, unknown>;
  /** Default: `oci`. */
  mediaType?: ManifestFamily;
  /** When the image says it was made, RFC 3339. Default: the start of 2024. */
  created?: string;
  /** In place of `created`: milliseconds before now. */
  age?: number;
  /** Default: `amd64`. */
  architecture?: string;
  /** Default: `linux`. */
  os?: string;
}

export type Descriptor = { mediaType: string; size: number; digest: string };
export type IndexEntry = Descriptor & { platform: { architecture: string; os: string } };
export type ContentBlob = Descriptor & { bytes: Buffer };

/** An image's bytes, ready to push. */
export type BuiltImage = {
  manifest: ContentBlob;
  config: ContentBlob;
  layers: ContentBlob[];
  /** `config` of the configuration, as the spec gave it. */
  runtime: Record<string, unknown>;
  created: string;
  architecture: string;
  os: string;
};

export const mediaTypes = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.oci.index || mediaType === mediaTypes.docker.index;
}

export function buildImage(spec: ContentSpec): BuiltImage {
  const types = mediaTypes[spec.mediaType ?? 'oci'];
  const made = spec.layers.map(layerOf);
  const created =
    spec.age === undefined
      ? (spec.created ?? '2024-01-01T00:00:00Z')
      : new Date(Date.now() - spec.age).toISOString();
  const architecture = spec.architecture ?? 'amd64';
  const os = spec.os ?? 'linux';
  const configuration = {
    created,
    architecture,
    os,
    config: spec.config ?? {},
    rootfs: { type: 'layers', diff_ids: made.map((layer) => layer.diffId) },
    history: made.map((_, index) => ({ created, created_by: `layer ${index}` })),
  };
  const config = blobOf(types.config, Buffer.from(JSON.stringify(configuration)));
  const layers = made.map((layer) => ({
    mediaType: types.layer,
    size: layer.bytes.length,
    digest: layer.digest,
    bytes: layer.bytes,
  }));
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  };
  return {
    manifest: blobOf(types.manifest, Buffer.from(JSON.stringify(manifest))),
    config,
    layers,
    runtime: spec.config ?? {},
    created,
    architecture,
    os,
  };
}

export function buildIndex(family: ManifestFamily, images: BuiltImage[]): ContentBlob {
  const mediaType = mediaTypes[family].index;
  const manifests: IndexEntry[] = images.map((image) => ({
    ...descriptorOf(image.manifest),
    platform: { architecture: image.architecture, os: image.os },
  }));
  return blobOf(mediaType, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })));
}

export function descriptorOf({ mediaType, size, digest }: Descriptor): Descriptor {
  return { mediaType, size, digest };
}

function blobOf(mediaType: string, bytes: Buffer): ContentBlob {
  return { mediaType, size: bytes.length, digest: digestOf(bytes), bytes };
}

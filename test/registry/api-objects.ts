import type { PushedImage, PushedIndex } from './push.ts';

/** `image.openshift.io/v1` Image, as a real push leaves it; without uid and resourceVersion, which an API server adds. */
export interface ImageObject {
  apiVersion: 'image.openshift.io/v1';
  kind: 'Image';
  metadata: { name: string; creationTimestamp: string; annotations?: Record<string, string> };
  dockerImageReference: string;
  dockerImageManifestMediaType: string;
  dockerImageMetadata: Record<string, unknown>;
  dockerImageMetadataVersion: '1.0';
  dockerImageLayers: { name: string; size: number; mediaType: string }[];
  dockerImageManifests?: {
    digest: string;
    mediaType: string;
    manifestSize: number;
    architecture: string;
    os: string;
  }[];
}

export interface ImageObjectOptions {
  /** When the Image object was made. Default: when the image says it was made. */
  created?: Date | string;
  /** False: as an import leaves it. Default: true. */
  managed?: boolean;
  /** Host in `dockerImageReference`. Default: the one it was pushed to. */
  registryHost?: string;
}

/** The Image object of a pushed image, or of a pushed index itself. */
export function imageObject(
  pushed: PushedImage | PushedIndex,
  options: ImageObjectOptions = {},
): ImageObject {
  const created = timestampOf(options.created ?? creationOf(pushed));
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'Image',
    metadata: {
      name: pushed.digest,
      creationTimestamp: created,
      ...(options.managed === false ? {} : { annotations: { ...annotationsOfPush } }),
    },
    dockerImageReference: referenceOf(pushed, options.registryHost),
    dockerImageManifestMediaType: pushed.mediaType,
    dockerImageMetadata: metadataOf(pushed),
    dockerImageMetadataVersion: '1.0',
    dockerImageLayers:
      'images' in pushed
        ? []
        : pushed.layers.map(({ digest, size, mediaType }) => ({ name: digest, size, mediaType })),
    ...('images' in pushed ? { dockerImageManifests: pushed.images.map(manifestEntry) } : {}),
  };
}

/** The Image objects of an index: its own, and one for each of its images, which stand in no tag. */
export function indexObjects(index: PushedIndex, options: ImageObjectOptions = {}): ImageObject[] {
  return [index, ...index.images].map((pushed) => imageObject(pushed, options));
}

/** `image.openshift.io/v1` ImageStream, without uid and resourceVersion. */
export interface ImageStreamObject {
  apiVersion: 'image.openshift.io/v1';
  kind: 'ImageStream';
  metadata: { namespace: string; name: string; creationTimestamp: string };
  spec: { lookupPolicy: { local: boolean } };
  status: { dockerImageRepository: string; tags: { tag: string; items: TagItem[] | null }[] };
}

export interface TagItem {
  created: string;
  dockerImageReference: string;
  image: string;
  generation: number;
}

export interface StreamTag {
  tag: string;
  /** Newest first. `created`: when the tag came to point there; default: when the image says it was made. */
  items: { pushed: PushedImage | PushedIndex; created?: Date | string; generation?: number }[] | null;
}

/** An image stream with these tag histories. */
export function streamObject(
  namespace: string,
  name: string,
  tags: StreamTag[],
  options: { registryHost: string; created?: Date | string },
): ImageStreamObject {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { namespace, name, creationTimestamp: timestampOf(options.created ?? '2024-01-01T00:00:00Z') },
    spec: { lookupPolicy: { local: false } },
    status: {
      dockerImageRepository: `${options.registryHost}/${namespace}/${name}`,
      tags: tags.map(({ tag, items }) => ({
        tag,
        items:
          items?.map(({ pushed, created, generation }, position) => ({
            created: timestampOf(created ?? creationOf(pushed)),
            dockerImageReference: referenceOf(pushed, options.registryHost),
            image: pushed.digest,
            generation: generation ?? items.length - position,
          })) ?? null,
      })),
    },
  };
}

const annotationsOfPush = {
  'image.openshift.io/dockerLayersOrder': 'ascending',
  'image.openshift.io/manifestBlobStored': 'true',
  'openshift.io/image.managed': 'true',
};

function metadataOf(pushed: PushedImage | PushedIndex): Record<string, unknown> {
  const kind = { kind: 'DockerImage', apiVersion: '1.0' };
  if ('images' in pushed) return { ...kind, Id: '', Created: null, ContainerConfig: {} };
  // A layer that occurs twice is stored once, and counted once.
  const sizes = new Map(pushed.layers.map((layer) => [layer.digest, layer.size]));
  const size = [...sizes.values()].reduce((total, bytes) => total + bytes, pushed.config.size);
  return {
    ...kind,
    Id: pushed.config.digest,
    Created: pushed.created,
    ContainerConfig: {},
    Config: pushed.runtime,
    Architecture: pushed.architecture,
    Size: size,
  };
}

function manifestEntry(image: PushedImage) {
  const { digest, mediaType, manifestSize, architecture, os } = image;
  return { digest, mediaType, manifestSize, architecture, os };
}

function referenceOf(pushed: PushedImage | PushedIndex, host = pushed.host): string {
  return `${host}/${pushed.namespace}/${pushed.name}@${pushed.digest}`;
}

function creationOf(pushed: PushedImage | PushedIndex): string {
  const image = 'images' in pushed ? pushed.images[0] : pushed;
  return image?.created ?? '2024-01-01T00:00:00Z';
}

/** Kubernetes writes whole seconds. */
function timestampOf(time: Date | string): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

// Image and ImageStream objects as a real cluster has them after a push.
import { type ApiObject, type ImageStream, timestampOf } from '../api-object.ts';
import {
  type Age,
  configDigest,
  type ImageDescription,
  layerDigest,
  manifestDigest,
  revisionOf,
  type StreamDescription,
  secondsOf,
} from './description.ts';

/** What the words of a description are turned into objects with. */
export interface Terms {
  now: Date;
  /** Host (and port) of the integrated registry. */
  registry: string;
}

/** Bytes of an image's config blob. */
export const CONFIG_BYTES = 6_400;

const DOCKER = 'application/vnd.docker';
const OCI = 'application/vnd.oci';

export function at(terms: Terms, age: Age): string {
  return timestampOf(new Date(terms.now.getTime() - secondsOf(age) * 1000));
}

/** @param repository `namespace/name` of the first stream the image was pushed to */
export function imageObject(terms: Terms, image: ImageDescription, repository: string): ApiObject {
  const name = manifestDigest(image);
  const base: ApiObject = {
    kind: 'Image',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, creationTimestamp: at(terms, image.age), annotations: annotationsOf(image) },
    dockerImageReference: `${image.importedFrom ?? `${terms.registry}/${repository}`}@${name}`,
  };
  return image.children === undefined ? single(terms, base, image) : index(base, image, image.children);
}

function annotationsOf(image: ImageDescription): Record<string, string> {
  if (image.importedFrom !== undefined) return { 'image.openshift.io/dockerLayersOrder': 'ascending' };
  return {
    'image.openshift.io/dockerLayersOrder': 'ascending',
    'image.openshift.io/manifestBlobStored': 'true',
    'openshift.io/image.managed': 'true',
  };
}

function single(terms: Terms, base: ApiObject, image: ImageDescription): ApiObject {
  const oci = image.format === 'oci';
  const unique = new Map(image.layers.map((layer) => [layer.name, layer.bytes]));
  const size = [...unique.values()].reduce((sum, bytes) => sum + bytes, CONFIG_BYTES);
  const config = {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'container=oci'],
    Cmd: ['/bin/sh', '-c', '/usr/libexec/run'],
    WorkingDir: '/opt/app-root/src',
    Labels: { 'io.k8s.display-name': image.name, 'io.openshift.build.name': image.name, version: '1.0' },
  };
  return {
    ...base,
    dockerImageMetadata: {
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Id: configDigest(image),
      Created: at(terms, image.age),
      Container: '',
      ContainerConfig: {},
      Config: config,
      Architecture: 'amd64',
      Os: 'linux',
      Size: size,
    },
    dockerImageMetadataVersion: '1.0',
    dockerImageLayers: image.layers.map((layer) => ({
      name: layerDigest(layer),
      size: layer.bytes,
      mediaType: oci ? `${OCI}.image.layer.v1.tar+gzip` : `${DOCKER}.image.rootfs.diff.tar.gzip`,
    })),
    dockerImageManifestMediaType: oci
      ? `${OCI}.image.manifest.v1+json`
      : `${DOCKER}.distribution.manifest.v2+json`,
  };
}

function index(base: ApiObject, image: ImageDescription, children: readonly ImageDescription[]): ApiObject {
  const oci = image.format === 'oci';
  const architectures = ['amd64', 'arm64', 's390x', 'ppc64le'];
  return {
    ...base,
    dockerImageMetadata: {
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Created: null,
      Id: '',
      Config: {},
      ContainerConfig: {},
    },
    dockerImageMetadataVersion: '1.0',
    dockerImageLayers: null,
    dockerImageManifestMediaType: oci
      ? `${OCI}.image.index.v1+json`
      : `${DOCKER}.distribution.manifest.list.v2+json`,
    dockerImageManifests: children.map((child, place) => ({
      digest: manifestDigest(child),
      mediaType:
        child.format === 'oci' ? `${OCI}.image.manifest.v1+json` : `${DOCKER}.distribution.manifest.v2+json`,
      manifestSize: 1_200,
      architecture: architectures[place] ?? 'amd64',
      os: 'linux',
    })),
  };
}

export function streamObject(
  terms: Terms,
  namespace: string,
  name: string,
  stream: StreamDescription,
): ImageStream {
  const repository = `${terms.registry}/${namespace}/${name}`;
  const tags = Object.entries(stream.tags).map(([tag, history]) => ({
    tag,
    items: history.map(revisionOf).map(({ image, age }, position) => ({
      created: at(terms, age ?? image.age),
      dockerImageReference: `${image.importedFrom ?? repository}@${manifestDigest(image)}`,
      image: manifestDigest(image),
      generation: history.length - position,
    })),
  }));
  const imported = Object.entries(stream.tags).flatMap(([tag, history]) => {
    const newest = history[0] === undefined ? undefined : revisionOf(history[0]).image.importedFrom;
    return newest === undefined
      ? []
      : [
          {
            name: tag,
            from: { kind: 'DockerImage', name: `${newest}:${tag}` },
            generation: 1,
            importPolicy: {},
            referencePolicy: { type: 'Source' },
          },
        ];
  });
  return {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, namespace, creationTimestamp: at(terms, stream.age), generation: 1 },
    spec: { lookupPolicy: { local: false }, ...(imported.length > 0 ? { tags: imported } : {}) },
    status: { dockerImageRepository: repository, tags },
  };
}

// A cluster with very many images, for measuring: nothing is held, every image and stream is made when asked for.
import { createHash } from 'node:crypto';
import { type ApiObject, type ImageStream, timestampOf } from '../api-object.ts';
import type { Seed } from '../miniature.ts';
import { resourceNamed } from '../resources.ts';
import type { BulkBase } from '../store.ts';
import { platformObjects } from './platform-objects.ts';
import { clusterRoleBinding } from './roles.ts';
import { INTERNAL_REGISTRY, type SeedOptions } from './seeded.ts';

export interface ManyImages extends SeedOptions {
  /** How many Image objects. */
  images: number;
  /** How many image streams; default one for 40 images. */
  streams?: number;
}

interface Layout {
  images: number;
  streams: number;
  now: Date;
  registry: string;
}

const IMAGES = resourceNamed('images', 'image.openshift.io');
const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');
const STREAMS_A_PROJECT = 20;
const DOCKER = 'application/vnd.docker';

/**
 * Images are dealt to the streams in turn, the newest of each stream first; every tenth of a stream is an orphan that
 * no tag names. One pod a stream runs the revision at position 5 by digest. Each image has 5 layers: 3 of a base that
 * a twelfth of all images shares, one of its stream, one of its own.
 */
export function manyImages(options: ManyImages): Seed {
  const layout: Layout = {
    images: options.images,
    streams: options.streams ?? Math.max(1, Math.ceil(options.images / 40)),
    now: options.now ?? new Date(),
    registry: options.registry ?? INTERNAL_REGISTRY,
  };
  const pods = Array.from({ length: layout.streams }, (_, stream) => podOf(layout, stream)).filter(
    (pod) => pod !== undefined,
  );
  return {
    objects: [
      ...platformObjects(layout, options.serviceCa ?? ''),
      clusterRoleBinding('registry-pruner', 'system:image-pruner', {
        kind: 'ServiceAccount',
        name: 'pruner',
        namespace: 'openshift-image-registry',
      }),
      ...namespaces(layout),
      ...pods,
    ],
    bulk: [imageBase(layout), streamBase(layout)],
  };
}

function imageBase(layout: Layout): BulkBase {
  return {
    resource: IMAGES,
    count: layout.images,
    keyAt: (index) => imageName(layout, index),
    objectAt: (index) => imageOf(layout, index),
  };
}

function streamBase(layout: Layout): BulkBase {
  return {
    resource: STREAMS,
    count: layout.streams,
    keyAt: (index) => `${projectName(index)}/${streamName(index)}`,
    objectAt: (index) => streamOf(layout, index),
  };
}

function digest(of: string): string {
  return createHash('sha256').update(of).digest('hex');
}

/** Digests that ascend with the index, so that lists come in the order of their keys. */
function imageName(layout: Layout, index: number): string {
  const first = Math.floor((index * 2 ** 32) / layout.images);
  return `sha256:${first.toString(16).padStart(8, '0')}${digest(`image ${index}`).slice(8)}`;
}

function projectName(stream: number): string {
  return `team-${String(Math.floor(stream / STREAMS_A_PROJECT)).padStart(5, '0')}`;
}

function streamName(stream: number): string {
  return `service-${String(stream).padStart(6, '0')}`;
}

/** The place of an image in its stream's time: 0 is the newest. */
function placeOf(layout: Layout, index: number): number {
  return Math.floor(index / layout.streams);
}

function createdOf(layout: Layout, place: number): string {
  return timestampOf(new Date(layout.now.getTime() - (2 + place * 20) * 3600 * 1000));
}

function isOrphan(place: number): boolean {
  return place % 10 === 9;
}

function imageOf(layout: Layout, index: number): ApiObject {
  const stream = index % layout.streams;
  const created = createdOf(layout, placeOf(layout, index));
  const name = imageName(layout, index);
  const layers = layersOf(index, stream);
  const size = layers.reduce((sum, layer) => sum + layer.size, 6_400);
  return {
    metadata: {
      name,
      uid: uidOf(`image ${index}`),
      resourceVersion: String(100 + (index % 800)),
      creationTimestamp: created,
      annotations: {
        'image.openshift.io/dockerLayersOrder': 'ascending',
        'image.openshift.io/manifestBlobStored': 'true',
        'openshift.io/image.managed': 'true',
      },
    },
    dockerImageReference: `${layout.registry}/${projectName(stream)}/${streamName(stream)}@${name}`,
    dockerImageMetadata: {
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      Id: `sha256:${digest(`config ${index}`)}`,
      Created: created,
      ContainerConfig: {},
      Config: configOf(index, stream, created),
      Architecture: 'amd64',
      Size: size,
    },
    dockerImageMetadataVersion: '1.0',
    dockerImageLayers: layers,
    dockerImageManifestMediaType: `${DOCKER}.distribution.manifest.v2+json`,
  };
}

function layersOf(index: number, stream: number) {
  const names = [
    'operating system',
    `updates ${stream % 3}`,
    `runtime ${stream % 12}`,
    `dependencies ${stream}`,
    `application ${index}`,
  ];
  const sizes = [79_000_000, 2_400_000, 61_000_000, 18_000_000, 1_000_000 + (index % 997) * 1_000];
  return names.map((name, place) => ({
    name: `sha256:${digest(`layer ${name}`)}`,
    size: sizes[place] ?? 0,
    mediaType: `${DOCKER}.image.rootfs.diff.tar.gzip`,
  }));
}

/** As long as the configs of real images that were built on a vendor's base: most of it labels. */
function configOf(index: number, stream: number, created: string) {
  const runtime = `runtime-${stream % 12}`;
  return {
    User: '1001',
    ExposedPorts: { '8080/tcp': {} },
    Env: [
      'PATH=/opt/app-root/src/bin:/opt/app-root/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'container=oci',
      `SUMMARY=Platform for building and running ${runtime} applications`,
      'STI_SCRIPTS_URL=image:///usr/libexec/s2i',
      'APP_ROOT=/opt/app-root',
      'HOME=/opt/app-root/src',
      `OPENSHIFT_BUILD_NAME=${streamName(stream)}-${index}`,
      `OPENSHIFT_BUILD_NAMESPACE=${projectName(stream)}`,
      `OPENSHIFT_BUILD_COMMIT=${digest(`commit ${index}`).slice(0, 40)}`,
    ],
    Cmd: ['/usr/libexec/s2i/run'],
    WorkingDir: '/opt/app-root/src',
    Labels: {
      architecture: 'x86_64',
      'build-date': created,
      'com.redhat.component': `${runtime}-container`,
      'com.redhat.license_terms': 'https://www.redhat.com/en/about/red-hat-end-user-license-agreements#UBI',
      description:
        `${runtime} available as container is a base platform for building and running various ${runtime} ` +
        'applications and frameworks. It is a JavaScript or JVM based platform with a package manager included.',
      'distribution-scope': 'public',
      'io.buildah.version': '1.33.8',
      'io.k8s.description': `Platform for building and running ${runtime} applications`,
      'io.k8s.display-name': `${projectName(stream)}/${streamName(stream)}-${index}:${digest(`commit ${index}`).slice(0, 8)}`,
      'io.openshift.build.commit.author': 'Build Robot <robot@git.example>',
      'io.openshift.build.commit.id': digest(`commit ${index}`).slice(0, 40),
      'io.openshift.build.commit.message': `Change number ${index} of ${streamName(stream)}`,
      'io.openshift.build.source-location': `https://git.example/${projectName(stream)}/${streamName(stream)}.git`,
      'io.openshift.expose-services': '8080:http',
      'io.openshift.s2i.scripts-url': 'image:///usr/libexec/s2i',
      'io.openshift.tags': `builder,${runtime}`,
      maintainer: 'Platform team <platform@example>',
      name: `ubi9/${runtime}`,
      release: String(index % 200),
      url: `https://access.redhat.com/containers/#/registry/ubi9/${runtime}`,
      'vcs-ref': digest(`base ${stream % 12}`).slice(0, 40),
      'vcs-type': 'git',
      summary: `Platform for building and running ${runtime} applications in the projects of ${projectName(stream)}`,
      usage: `s2i build https://git.example/${projectName(stream)}/${streamName(stream)}.git ubi9/${runtime} app`,
      vendor: 'Example, Inc.',
      version: '1',
    },
  };
}

function streamOf(layout: Layout, stream: number): ImageStream {
  const namespace = projectName(stream);
  const name = streamName(stream);
  const repository = `${layout.registry}/${namespace}/${name}`;
  const items = [];
  for (let index = stream; index < layout.images; index += layout.streams) {
    const place = placeOf(layout, index);
    if (isOrphan(place)) continue;
    const image = imageName(layout, index);
    const created = createdOf(layout, place);
    items.push({ created, dockerImageReference: `${repository}@${image}`, image, generation: 1 });
  }
  return {
    metadata: {
      name,
      namespace,
      uid: uidOf(`stream ${stream}`),
      resourceVersion: String(100 + (stream % 800)),
      generation: 1,
      creationTimestamp: timestampOf(new Date(layout.now.getTime() - 400 * 24 * 3600 * 1000)),
    },
    spec: { lookupPolicy: { local: false } },
    status: { dockerImageRepository: repository, tags: [{ tag: 'latest', items }] },
  };
}

function podOf(layout: Layout, stream: number): ApiObject | undefined {
  const index = stream + 5 * layout.streams;
  if (index >= layout.images) return undefined;
  const namespace = projectName(stream);
  const image = `${layout.registry}/${namespace}/${streamName(stream)}@${imageName(layout, index)}`;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: `${streamName(stream)}-0`, namespace, creationTimestamp: createdOf(layout, 5) },
    spec: { containers: [{ name: 'main', image }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'main', image, imageID: image, ready: true }] },
  };
}

function namespaces(layout: Layout): ApiObject[] {
  return Array.from({ length: Math.ceil(layout.streams / STREAMS_A_PROJECT) }, (_, project) => ({
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name: projectName(project * STREAMS_A_PROJECT), creationTimestamp: createdOf(layout, 400) },
    status: { phase: 'Active' },
  }));
}

function uidOf(name: string): string {
  const hex = digest(name);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

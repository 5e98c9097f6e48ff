import { Inventory, type InventoryResource, type MissingList } from '../../../src/engine/inventory.ts';
import { makePlan } from '../../../src/engine/make-plan.ts';
import { type RequestedOptions, resolveOptions } from '../../../src/engine/options.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { digestOf } from './named-digests.ts';

/** The clock of every test. */
export const NOW = Date.UTC(2024, 0, 31, 12, 0, 0);
/** Ages, in minutes: either side of the default of 60. */
export const YOUNG = 10;
export const OLD = 2 * 24 * 60;

export const REGISTRY = 'image-registry.openshift-image-registry.svc:5000';

export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export type ApiObject = Record<string, unknown>;
export type ApiLists = Partial<Record<InventoryResource, ApiObject[]>>;

/** An instant so many minutes before now, as the API writes it. */
export function ago(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString();
}

/** The pull spec of `ns/name`, `ns/name:tag` or `ns/name@image` in the integrated registry. */
export function pull(what: string): string {
  const [repository = '', image] = what.split('@');
  return `${REGISTRY}/${repository}${image === undefined ? '' : `@${digestOf(image)}`}`;
}

export interface ImageDescription {
  /** `name:bytes`, in order; the same one may stand there twice. */
  layers?: readonly string[];
  /** `name:bytes`; given, the image has a media type that names its config. */
  config?: string;
  /** `dockerImageMetadata.Size` where it isn't the sum of the distinct layers and the config. */
  size?: number;
  mediaType?: string;
  /** The images that an index lists: `name` or `name:bytes of its manifest`. */
  members?: readonly string[];
  managed?: boolean;
  age?: number;
  reference?: string;
}

/** One item of a tag: an old one by the image's name, or with an age in minutes (null: without a date). */
export type Item = string | { image: string; age: number | null };

export interface PodDescription {
  init?: readonly string[];
  containers?: readonly string[];
  ephemeral?: readonly string[];
  volumes?: readonly string[];
}

export interface PodStatusDescription {
  phase?: string;
  age?: number | null;
  /** What containers report as imageID. */
  reports?: readonly string[];
  initReports?: readonly string[];
  ephemeralReports?: readonly string[];
}

export type From = { kind: string; name: string; namespace?: string };

/** A cluster, told piece by piece; every piece is older than an hour where nothing else is said. */
export class ClusterDescription {
  readonly lists: ApiLists = {};
  readonly missingLists: MissingList[] = [];

  image(name: string, image: ImageDescription = {}): this {
    const layers = (image.layers ?? []).map(sized);
    const distinct = new Map(layers.map((layer) => [layer.name, layer.bytes]));
    const config = image.config === undefined ? undefined : sized(image.config);
    const sum = [...distinct.values()].reduce((total, bytes) => total + bytes, config?.bytes ?? 0);
    const members = (image.members ?? []).map(sized);
    return this.add('images', {
      metadata: {
        name: digestOf(name),
        creationTimestamp: ago(image.age ?? OLD),
        ...(image.managed === false ? {} : { annotations: { 'openshift.io/image.managed': 'true' } }),
      },
      dockerImageReference: image.reference ?? `${REGISTRY}/some/where@${digestOf(name)}`,
      dockerImageManifestMediaType: image.mediaType ?? defaultMediaType(image),
      dockerImageLayers: layers.map((layer) => ({ name: digestOf(layer.name), size: layer.bytes })),
      dockerImageMetadata: {
        Id: config ? digestOf(config.name) : '',
        Size: image.size ?? sum,
      },
      ...(members.length === 0
        ? {}
        : {
            dockerImageManifests: members.map((member) => ({
              digest: digestOf(member.name),
              ...(member.bytes > 0 ? { manifestSize: member.bytes } : {}),
            })),
          }),
    });
  }

  /** @param path `namespace/name` */
  stream(path: string, tags: Record<string, readonly Item[] | null>, { age = OLD } = {}): this {
    return this.add('imagestreams', {
      metadata: meta(path, age),
      status: {
        dockerImageRepository: `${REGISTRY}/${path}`,
        tags: Object.entries(tags).map(([tag, items]) => ({
          tag,
          items: items?.map(itemOf) ?? null,
        })),
      },
    });
  }

  pod(path: string, pod: PodDescription, status: PodStatusDescription = {}): this {
    return this.add('pods', {
      metadata: meta(path, status.age === undefined ? OLD : status.age),
      spec: podSpec(pod),
      status: {
        phase: status.phase ?? 'Running',
        containerStatuses: reported(status.reports),
        initContainerStatuses: reported(status.initReports),
        ephemeralContainerStatuses: reported(status.ephemeralReports),
      },
    });
  }

  /** Anything with a pod template. */
  workload(resource: InventoryResource, path: string, pod: PodDescription, spec: ApiObject = {}): this {
    const template = { spec: podSpec(pod) };
    const whole = resource === 'cronjobs' ? { jobTemplate: { spec: { template } } } : { template };
    return this.add(resource, { metadata: meta(path, OLD), spec: { ...whole, ...spec } });
  }

  /** A build or build config. */
  build(resource: 'builds' | 'buildconfigs', path: string, strategy: string, from: From | null): this {
    return this.add(resource, {
      metadata: meta(path, OLD),
      spec: { strategy: { [strategy]: from ? { from } : {} } },
    });
  }

  /** A build or build config that takes files out of other images. */
  buildInput(resource: 'builds' | 'buildconfigs', path: string, ...from: From[]): this {
    return this.add(resource, {
      metadata: meta(path, OLD),
      spec: { strategy: {}, source: { images: from.map((one) => ({ from: one })) } },
    });
  }

  /** A limit range with one limit. */
  limit(path: string, storage: string | number, type = 'openshift.io/Image'): this {
    return this.add('limitranges', {
      metadata: meta(path, OLD),
      spec: { limits: [{ type, max: { storage } }] },
    });
  }

  add(resource: InventoryResource, ...objects: ApiObject[]): this {
    this.lists[resource] = [...(this.lists[resource] ?? []), ...objects];
    return this;
  }

  /** Says that a list could not be had. */
  missing(resource: InventoryResource): this {
    this.missingLists.push({ resource, cause: 'forbidden', message: `${resource} is forbidden` });
    return this;
  }

  inventory(): Inventory {
    const inventory = inventoryOf(this.lists);
    inventory.missing.push(...this.missingLists);
    return inventory;
  }

  plan(options: RequestedOptions = {}): Plan {
    return planOf(this.inventory(), options);
  }

  /** A plan by the reference's own rules. */
  referencePlan(options: RequestedOptions = {}): Plan {
    return this.plan({ ...options, rules: 'reference' });
  }
}

export function planOf(inventory: Inventory, options: RequestedOptions = {}): Plan {
  return makePlan({ inventory, options: resolveOptions(options), now: NOW, origin: null });
}

export function inventoryOf(lists: ApiLists): Inventory {
  const inventory = new Inventory();
  for (const [resource, objects] of Object.entries(lists)) {
    inventory.addPage(resource as InventoryResource, objects);
  }
  return inventory;
}

function meta(path: string, age: number | null) {
  const [namespace = '', name = ''] = path.split('/');
  return { namespace, name, creationTimestamp: age === null ? null : ago(age) };
}

function sized(text: string): { name: string; bytes: number } {
  const [name = '', bytes = '0'] = text.split(':');
  return { name, bytes: Number(bytes) };
}

function defaultMediaType(image: ImageDescription): string {
  if (image.members) return OCI_INDEX;
  return image.config === undefined ? SCHEMA_1 : DOCKER_MANIFEST;
}

function itemOf(item: Item): ApiObject {
  const { image, age } = typeof item === 'string' ? { image: item, age: OLD } : item;
  return {
    image: digestOf(image),
    created: age === null ? null : ago(age),
    dockerImageReference: `${REGISTRY}/some/where@${digestOf(image)}`,
    generation: 1,
  };
}

function podSpec(pod: PodDescription): ApiObject {
  const named = (prefix: string, images: readonly string[] = []) =>
    images.map((image, place) => ({ name: `${prefix}${place}`, image }));
  return {
    containers: named('c', pod.containers),
    ...(pod.init ? { initContainers: named('i', pod.init) } : {}),
    ...(pod.ephemeral ? { ephemeralContainers: named('e', pod.ephemeral) } : {}),
    ...(pod.volumes
      ? { volumes: pod.volumes.map((reference, place) => ({ name: `v${place}`, image: { reference } })) }
      : {}),
  };
}

function reported(ids: readonly string[] | undefined): ApiObject[] | null {
  return ids?.map((imageID, place) => ({ name: `c${place}`, imageID })) ?? null;
}

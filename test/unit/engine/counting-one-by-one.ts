// REFERENCE section 3 once more, step by step and slowly: with counters that go up for everything there is and down for
// everything that goes, straight from the objects of the API. It shares nothing with the engine but the specification.

import type { RequestedOptions } from '../../../src/engine/options.ts';
import { type ApiLists, type ApiObject, NOW } from './cluster-description.ts';
import { nameOf } from './named-digests.ts';
import { type Deletions, sorted } from './plan-readings.ts';

interface Metadata {
  name?: string;
  namespace?: string;
  creationTimestamp?: string | null;
  annotations?: Record<string, string> | null;
}
interface ImageObject {
  metadata: Metadata;
  dockerImageLayers?: { name: string; size: number }[];
  dockerImageManifestMediaType?: string;
  dockerImageMetadata?: { Id?: string; Size?: number };
  dockerImageManifests?: { digest: string }[];
}
interface StreamObject {
  metadata: Metadata;
  status?: { tags?: { tag: string; items: { image: string; created: string | null }[] | null }[] };
}
interface LimitRangeObject {
  metadata: Metadata;
  spec?: { limits?: { type: string; max: { storage: string } }[] };
}
interface PodSpec {
  containers?: { image: string }[];
  initContainers?: { image: string }[];
}
interface PodObject {
  metadata: Metadata;
  spec?: PodSpec;
  status?: { phase?: string };
}
interface TemplateObject {
  spec?: { template?: { spec?: PodSpec } };
}
interface CronJobObject {
  spec?: { jobTemplate?: TemplateObject };
}
type Strategy = { from?: { kind: string; name: string; namespace?: string } };
interface BuildObject {
  metadata: Metadata;
  spec?: {
    strategy?: { sourceStrategy?: Strategy; dockerStrategy?: Strategy; customStrategy?: Strategy };
  };
}

/** The deletions of a prune, or `invalid` where a reference can't be parsed and that isn't ignored. */
export function countOneByOne(lists: ApiLists, options: RequestedOptions): Deletions | 'invalid' {
  const overSize = options.pruneOverSizeLimit === true;
  const revisionsToKeep = options.keepTagRevisions ?? 3;
  const registryToo = options.pruneRegistry !== false;
  const threshold = NOW - (options.keepYoungerThanMs ?? 3_600_000);
  const instant = (text: unknown) => (typeof text === 'string' ? Date.parse(text) : Number.NEGATIVE_INFINITY);
  const isYoung = (text: unknown) => !overSize && instant(text) > threshold;

  const usedTags = new Set<string>();
  const usedImages = new Set<string>();
  if (!gatherUses(lists, usedTags, usedImages, (created) => !overSize && instant(created) < threshold)) {
    if (!options.ignoreInvalidRefs) return 'invalid';
  }

  const images = new Map<string, ImageObject>();
  for (const image of objects<ImageObject>(lists.images)) images.set(image.metadata?.name ?? '', image);
  const deletions: Deletions = {
    items: [],
    tags: [],
    layerLinks: [],
    manifestLinks: [],
    blobs: [],
    images: [],
  };

  const stillNamed = new Set<string>();
  for (const stream of objects<StreamObject>(lists.imagestreams)) {
    const { namespace = '', name = '', creationTimestamp } = stream.metadata ?? {};
    if (options.namespace !== undefined && namespace !== options.namespace) continue;
    const path = `${namespace}/${name}`;
    const tags = stream.status?.tags ?? [];
    if (isYoung(creationTimestamp)) {
      for (const tag of tags) for (const item of tag.items ?? []) stillNamed.add(item.image ?? '');
      continue;
    }

    const blobs = new Counter();
    const manifests = new Counter();
    for (const tag of tags) {
      for (const item of tag.items ?? []) {
        const image = images.get(item.image ?? '');
        if (!image) continue;
        manifests.up(item.image ?? '');
        for (const blob of blobsOf(image)) blobs.up(blob);
      }
    }

    for (const tag of tags) {
      const items = tag.items ?? [];
      let left = items.length;
      for (let position = 0; position < items.length; position++) {
        const item = items[position];
        const digest: string = item?.image ?? '';
        const keeps = (): boolean => {
          if (isYoung(item?.created)) return true;
          if (position === 0 && usedTags.has(`${path}:${tag.tag}`)) return true;
          const image = images.get(digest);
          if (!image) return false;
          if (overSize ? !exceedsLimit(lists, namespace, image) : position < revisionsToKeep) return true;
          return usedImages.has(`${path}@${digest}`);
        };
        if (keeps()) {
          stillNamed.add(digest);
          continue;
        }
        left--;
        deletions.items.push(`${path}:${tag.tag}#${position} ${nameOf(digest)}`);
        const image = images.get(digest);
        if (!image || !registryToo) continue;
        if (manifests.down(digest)) deletions.manifestLinks.push(`${path} ${nameOf(digest)}`);
        for (const blob of blobsOf(image)) {
          if (blobs.down(blob)) deletions.layerLinks.push(`${path} ${nameOf(blob)}`);
        }
      }
      if (items.length > 0 && left === 0) deletions.tags.push(`${path}:${tag.tag}`);
    }
  }
  if (options.namespace !== undefined) return sorted(deletions);

  const kept = new Set<string>();
  const keep = (digest: string) => {
    if (kept.has(digest)) return;
    kept.add(digest);
    for (const member of images.get(digest)?.dockerImageManifests ?? []) keep(member.digest ?? '');
  };
  for (const digest of stillNamed) keep(digest);
  const holders = new Counter();
  for (const [digest, image] of images) {
    if (options.all === false && image.metadata?.annotations?.['openshift.io/image.managed'] !== 'true')
      keep(digest);
    if (isYoung(image.metadata?.creationTimestamp)) keep(digest);
    for (const blob of [...blobsOf(image), digest]) holders.up(blob);
  }
  for (const [digest, image] of images) {
    if (kept.has(digest)) continue;
    deletions.images.push(nameOf(digest));
    if (!registryToo) continue;
    for (const blob of [...blobsOf(image), digest]) {
      if (holders.down(blob)) deletions.blobs.push(nameOf(blob));
    }
  }
  return sorted(deletions);
}

class Counter {
  readonly #counts = new Map<string, number>();

  up(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** Whether nothing is left. */
  down(what: string): boolean {
    const left = (this.#counts.get(what) ?? 0) - 1;
    this.#counts.set(what, left);
    return left === 0;
  }
}

/** With multiplicity: a blob that an image names twice counts twice. */
function blobsOf(image: ImageObject): string[] {
  const blobs = [];
  for (const layer of image.dockerImageLayers ?? []) blobs.push(String(layer.name));
  const type: string = image.dockerImageManifestMediaType ?? '';
  const config: string = image.dockerImageMetadata?.Id ?? '';
  const named =
    type === 'application/vnd.docker.distribution.manifest.v2+json' ||
    type === 'application/vnd.oci.image.manifest.v1+json';
  if (named && config !== '') blobs.push(config);
  return blobs;
}

/** Only for the quantities that the random clusters have. */
function exceedsLimit(lists: ApiLists, namespace: string, image: ImageObject): boolean {
  const bytes: Record<string, number> = { '300': 300, '0.5k': 500, '1Ki': 1024, '2e3': 2000 };
  for (const range of objects<LimitRangeObject>(lists.limitranges)) {
    if (range.metadata?.namespace !== namespace) continue;
    for (const limit of range.spec?.limits ?? []) {
      if (limit.type !== 'openshift.io/Image') continue;
      const most = bytes[limit.max?.storage ?? ''];
      if (most === undefined) throw new RangeError(`${limit.max?.storage} is not in the list`);
      if ((image.dockerImageMetadata?.Size ?? 0) > most) return true;
    }
  }
  return false;
}

/** @returns false where a reference can't be parsed */
function gatherUses(
  lists: ApiLists,
  tags: Set<string>,
  images: Set<string>,
  isOld: (created: unknown) => boolean,
): boolean {
  let allParsed = true;
  const pullSpec = (spec: string) => {
    if (spec.trim() === '') return;
    const [repository = '', digest] = spec.split('@');
    const parts = repository.split('/');
    const [last = '', tag = 'latest'] = (parts.pop() ?? '').split(':');
    const bad = spec.includes(' ') || /[A-Z]/.test(last) || (digest !== undefined && digest.length !== 71);
    if (bad) allParsed = false;
    else if (parts.length === 2 && (parts[0] === 'localhost' || parts[0]?.includes('.'))) {
      if (digest === undefined) tags.add(`${parts[1]}/${last}:${tag}`);
      else images.add(`${parts[1]}/${last}@${digest}`);
    }
  };
  const podSpec = (spec: PodSpec | undefined) => {
    for (const container of spec?.initContainers ?? []) pullSpec(String(container.image));
    for (const container of spec?.containers ?? []) pullSpec(String(container.image));
  };

  for (const pod of objects<PodObject>(lists.pods)) {
    const alive = pod.status?.phase === 'Running' || pod.status?.phase === 'Pending';
    if (alive || !isOld(pod.metadata?.creationTimestamp)) podSpec(pod.spec);
  }
  for (const job of objects<CronJobObject>(lists.cronjobs))
    podSpec(job.spec?.jobTemplate?.spec?.template?.spec);
  for (const resource of [
    'replicationcontrollers',
    'deploymentconfigs',
    'replicasets',
    'deployments',
    'daemonsets',
    'statefulsets',
    'jobs',
  ] as const) {
    for (const workload of objects<TemplateObject>(lists[resource])) podSpec(workload.spec?.template?.spec);
  }
  for (const build of [...objects<BuildObject>(lists.builds), ...objects<BuildObject>(lists.buildconfigs)]) {
    const strategy = build.spec?.strategy;
    const chosen = strategy?.sourceStrategy ?? strategy?.dockerStrategy ?? strategy?.customStrategy;
    const { kind, name = '', namespace = build.metadata?.namespace } = chosen?.from ?? {};
    if (kind === 'DockerImage') pullSpec(name);
    if (kind === 'ImageStreamImage') images.add(`${namespace}/${name}`);
    if (kind === 'ImageStreamTag' && name.includes('@')) allParsed = false;
    else if (kind === 'ImageStreamTag') tags.add(`${namespace}/${name}`);
  }
  return allParsed;
}

function objects<T>(list: readonly ApiObject[] | undefined): T[] {
  return JSON.parse(JSON.stringify(list ?? []));
}

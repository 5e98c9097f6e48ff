import type { Instant } from './instants.ts';
import type { PruneOptions } from './options.ts';
import {
  digestInImageId,
  InvalidReferenceError,
  parseImageStreamImageName,
  parseImageStreamTagName,
  parsePullSpec,
} from './pull-spec.ts';
import type { Place, Reference, ReferrerRecord, ReferrerResource } from './records.ts';
import {
  compareReferrers,
  compareText,
  type InvalidReference,
  invalidReference,
  type Referrer,
  referrerAt,
} from './referrer.ts';

/** Why a use protects: the first is the reference command's, the others go beyond it. */
export type UseCode =
  | 'used'
  | 'ephemeralContainer'
  | 'imageVolume'
  | 'reportedByContainer'
  | 'buildInput'
  | 'imageTrigger';

export interface Use {
  code: UseCode;
  by: Referrer;
}

/** Who uses what. Keys are built by the key functions below. */
export interface Usage {
  /** By tagKey. */
  tags: Map<string, Use[]>;
  /** By imageKey: an image as it stands in one stream. */
  images: Map<string, Use[]>;
  /** By digest alone, wherever the image stands. */
  digests: Map<string, Use[]>;
  /** In the order in which the reference command meets them. */
  invalid: InvalidReference[];
}

export function tagKey(namespace: string, stream: string, tag: string): string {
  return `${namespace}/${stream}:${tag}`;
}

export function imageKey(namespace: string, stream: string, digest: string): string {
  return `${namespace}/${stream}@${digest}`;
}

const CODES: Record<Place, UseCode> = {
  initContainer: 'used',
  container: 'used',
  strategy: 'used',
  ephemeralContainer: 'ephemeralContainer',
  volume: 'imageVolume',
  containerStatus: 'reportedByContainer',
  source: 'buildInput',
  trigger: 'imageTrigger',
};

/** The order in which the reference command looks through the resources: its errors come in it. */
const ANALYSIS_ORDER: readonly ReferrerResource[] = [
  'pod',
  'replicationcontroller',
  'deploymentconfig',
  'replicaset',
  'deployment',
  'daemonset',
  'build',
  'buildconfig',
  'statefulset',
  'job',
  'cronjob',
];

/**
 * Works out who uses which tags and images (REFERENCE section 3, step 1). With `rules: 'reference'` only what the
 * reference command looks at counts; `extended` adds the other places.
 * @param threshold objects created after it are young; null where no age applies, so that no pod is too old
 */
export function usageOf(
  records: readonly ReferrerRecord[],
  options: PruneOptions,
  threshold: Instant,
): Usage {
  const usage: Usage = { tags: new Map(), images: new Map(), digests: new Map(), invalid: [] };
  const ordered = [...records].sort(
    (a, b) =>
      ANALYSIS_ORDER.indexOf(a.resource) - ANALYSIS_ORDER.indexOf(b.resource) ||
      compareText(a.namespace, b.namespace) ||
      compareText(a.name, b.name),
  );
  for (const record of ordered) {
    if (record.resource === 'pod' && isOverAndOld(record, threshold)) continue;
    for (const reference of record.references) {
      if (options.rules === 'reference' && CODES[reference.place] !== 'used') continue;
      addReference(usage, record, reference);
    }
  }
  for (const uses of [usage.tags, usage.images, usage.digests]) {
    for (const [key, list] of uses) uses.set(key, sortedAndDistinct(list));
  }
  return usage;
}

/** Neither Running nor Pending, and older than the threshold: such a pod protects nothing. */
function isOverAndOld(pod: ReferrerRecord, threshold: Instant): boolean {
  if (pod.phase === 'Running' || pod.phase === 'Pending' || threshold === null) return false;
  return pod.created === null || pod.created < threshold;
}

function addReference(usage: Usage, record: ReferrerRecord, reference: Reference): void {
  const use: Use = { code: CODES[reference.place], by: referrerAt(record, reference) };
  try {
    switch (reference.kind) {
      case 'ImageID': {
        // What a node reports is not written by anyone: where no digest can be read from it, it says nothing.
        const digest = digestInImageId(reference.value);
        if (digest !== undefined) add(usage.digests, digest, use);
        return;
      }
      case 'DockerImage': {
        const spec = parsePullSpec(reference.value);
        if (spec.registry === '' || spec.namespace === '' || spec.name.includes('/')) return;
        if (spec.digest !== '') add(usage.images, imageKey(spec.namespace, spec.name, spec.digest), use);
        else add(usage.tags, tagKey(spec.namespace, spec.name, spec.tag || 'latest'), use);
        return;
      }
      case 'ImageStreamImage': {
        const { name, digest } = parseImageStreamImageName(reference.value);
        add(usage.images, imageKey(reference.namespace || record.namespace, name, digest), use);
        return;
      }
      case 'ImageStreamTag': {
        const { name, tag } = parseImageStreamTagName(reference.value);
        add(usage.tags, tagKey(reference.namespace || record.namespace, name, tag), use);
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    usage.invalid.push(invalidReference(record, reference, error.message));
  }
}

function add(uses: Map<string, Use[]>, key: string, use: Use): void {
  const list = uses.get(key);
  if (list) list.push(use);
  else uses.set(key, [use]);
}

function sortedAndDistinct(uses: Use[]): Use[] {
  if (uses.length < 2) return uses;
  const sorted = [...uses].sort((a, b) => compareText(a.code, b.code) || compareReferrers(a.by, b.by));
  return sorted.filter((use, index) => {
    const before = sorted[index - 1];
    return !before || before.code !== use.code || compareReferrers(before.by, use.by) !== 0;
  });
}

import type { Plan, Reason } from '../../../src/engine/plan.ts';
import { nameOf } from './named-digests.ts';

/** Everything that a plan deletes, in names instead of digests, sorted. */
export interface Deletions {
  /** `namespace/stream:tag#position image` */
  items: string[];
  /** `namespace/stream:tag` */
  tags: string[];
  /** `namespace/stream blob` */
  layerLinks: string[];
  /** `namespace/stream image` */
  manifestLinks: string[];
  blobs: string[];
  images: string[];
}

export function deletionsOf(plan: Plan): Deletions {
  const deletions: Deletions = {
    items: [],
    tags: [],
    layerLinks: [],
    manifestLinks: [],
    blobs: plan.blobs.map((blob) => nameOf(blob.digest)),
    images: plan.images.filter((image) => image.verdict === 'prune').map((image) => nameOf(image.name)),
  };
  for (const { namespace, name, tags, layerLinks, manifestLinks } of plan.streams) {
    const path = `${namespace}/${name}`;
    deletions.layerLinks.push(...layerLinks.map((digest) => `${path} ${nameOf(digest)}`));
    deletions.manifestLinks.push(...manifestLinks.map((digest) => `${path} ${nameOf(digest)}`));
    for (const { tag, verdict, revisions } of tags) {
      if (verdict === 'prune') deletions.tags.push(`${path}:${tag}`);
      for (const revision of revisions) {
        if (revision.verdict !== 'prune') continue;
        deletions.items.push(`${path}:${tag}#${revision.position} ${nameOf(revision.image)}`);
      }
    }
  }
  return sorted(deletions);
}

export function sorted(deletions: Deletions): Deletions {
  for (const list of Object.values(deletions)) list.sort();
  return deletions;
}

/** The revisions of `namespace/stream:tag`, newest first: `keep young withinRevisions`, `prune beyondRevisions`. */
export function revisionsOf(plan: Plan, path: string): string[] {
  return tagOf(plan, path).revisions.map((revision) => spoken(revision));
}

/** One image: `keep namedByStream`, `prune unnamed`. */
export function imageVerdict(plan: Plan, name: string): string {
  return spoken(imageOf(plan, name));
}

export function imageOf(plan: Plan, name: string) {
  return found(
    plan.images.find((image) => nameOf(image.name) === name),
    name,
  );
}

export function streamOf(plan: Plan, path: string) {
  return found(
    plan.streams.find((stream) => `${stream.namespace}/${stream.name}` === path),
    path,
  );
}

export function tagOf(plan: Plan, path: string) {
  const [stream = '', tagName = ''] = path.split(':');
  return found(
    streamOf(plan, stream).tags.find((tag) => tag.tag === tagName),
    path,
  );
}

/** The reason with a code, of something that has reasons. */
export function reasonOf<C extends Reason['code']>(thing: { reasons: readonly Reason[] }, code: C) {
  const reason = thing.reasons.find((one): one is Extract<Reason, { code: C }> => one.code === code);
  return found(reason, code);
}

export function at<T>(list: readonly T[], place: number): T {
  return found(list[place], `element ${place}`);
}

function spoken(thing: { verdict: string; reasons: readonly Reason[] }): string {
  return [thing.verdict, ...thing.reasons.map((reason) => reason.code)].join(' ');
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`${what} is not there`);
  return thing;
}

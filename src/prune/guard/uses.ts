import { compareReferrers, type Referrer } from '../../engine/referrer.ts';
import { imageKey, tagKey, type Usage, type Use } from '../../engine/usage.ts';

/** Who was seen to use what. It only grows: whoever used a thing once during a prune may still rely on it. */
export class Uses {
  readonly #tags = new Map<string, Map<string, Referrer>>();
  readonly #images = new Map<string, Map<string, Referrer>>();
  readonly #digests = new Map<string, Map<string, Referrer>>();

  add(usage: Usage): void {
    addAll(this.#tags, usage.tags);
    addAll(this.#images, usage.images);
    addAll(this.#digests, usage.digests);
  }

  /** Each use once, in the order of `compareReferrers`. */
  ofTag(namespace: string, stream: string, tag: string): Referrer[] {
    return sorted(this.#tags.get(tagKey(namespace, stream, tag)));
  }

  /** Each use once, in the order of `compareReferrers`: of the images as they stand in the stream, or anywhere. */
  ofImages(namespace: string, stream: string, digests: readonly string[]): Referrer[] {
    const found = new Map<string, Referrer>();
    for (const digest of digests) {
      for (const uses of [this.#images.get(imageKey(namespace, stream, digest)), this.#digests.get(digest)]) {
        for (const [key, referrer] of uses ?? []) found.set(key, referrer);
      }
    }
    return sorted(found);
  }
}

/** The same for every mention of an image at one place of one object. */
export function referrerKey({ resource, namespace, name, place, at }: Referrer): string {
  return `${resource} ${namespace}/${name} ${place} ${at}`;
}

function addAll(known: Map<string, Map<string, Referrer>>, uses: ReadonlyMap<string, readonly Use[]>): void {
  for (const [key, list] of uses) {
    const referrers = known.get(key) ?? new Map<string, Referrer>();
    known.set(key, referrers);
    for (const { by } of list) referrers.set(referrerKey(by), by);
  }
}

function sorted(referrers: ReadonlyMap<string, Referrer> | undefined): Referrer[] {
  return referrers ? [...referrers.values()].sort(compareReferrers) : [];
}

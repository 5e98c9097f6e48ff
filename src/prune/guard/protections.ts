import type { Position } from '../../engine/plan.ts';
import type { ReferrerRecord, StreamRecord } from '../../engine/records.ts';
import type { InvalidReference, Referrer } from '../../engine/referrer.ts';
import { tagKey, usageOf } from '../../engine/usage.ts';
import { type GuardScope, ScopeIndex } from './guard-scope.ts';
import { referrerKey, Uses } from './uses.ts';

/** An image of the plan that is needed after all. */
export interface Protection {
  /** The digest of its manifest. */
  image: string;
  /** What names it, or an index that it is a member of, or a member that it has: a workload or build, or a tag history. */
  by: Referrer | Position;
  /** When that was seen: RFC 3339. */
  at: string;
}

/**
 * Works out what newly names the images of a plan, from the objects that there are now. The same references count as
 * in planning (REFERENCE section 3): whatever they keep, the plan has not let go, so that one which would keep something
 * that goes must be new. Nothing is ever taken back.
 *
 * Beyond planning, a digest counts in whatever repository it is named, if that is new: what planning let pass there is
 * known by its age.
 */
export class Protections {
  readonly list: Protection[] = [];
  readonly uses = new Uses();
  readonly #scope: GuardScope;
  readonly #index: ScopeIndex;
  readonly #onProtection: (protection: Protection) => void;
  readonly #onYoungImage: (image: string) => void;
  readonly #now: () => string;
  readonly #images = new Set<string>();
  readonly #causes = new Set<string>();
  /** Mentions of a digest in another repository that planning let pass. */
  readonly #passed = new Set<string>();
  readonly #young = new Set<string>();

  /**
   * @param now RFC 3339
   * @param onYoungImage told once of each image that stays and that a tag got since the plan was made, or may have
   */
  constructor(
    scope: GuardScope,
    now: () => string,
    onProtection: (protection: Protection) => void,
    onYoungImage: (image: string) => void = () => {},
  ) {
    this.#onYoungImage = onYoungImage;
    this.#scope = scope;
    this.#index = new ScopeIndex(scope);
    this.#now = now;
    this.#onProtection = onProtection;
  }

  /** Whether anything newly names the image, in a way that makes its data needed. */
  has(image: string): boolean {
    return this.#images.has(image);
  }

  /** Users of an image as it stands in a stream; by the extended rules also of an index's members, where known. */
  usersOfImage(namespace: string, stream: string, digest: string): Referrer[] {
    const members = this.#scope.options.rules === 'extended' ? this.#index.membersOf(digest) : [];
    return this.uses.ofImages(namespace, stream, [digest, ...members]);
  }

  /**
   * Takes objects that may name images, as they are now.
   * @param isStart they were there when guarding began; false for what has come or changed since
   * @returns references that can't be parsed; they protect nothing
   */
  addReferrers(records: readonly ReferrerRecord[], isStart: boolean): readonly InvalidReference[] {
    const { options, threshold } = this.#scope;
    const usage = usageOf(records, options, threshold);
    this.uses.add(usage);
    for (const [tag, uses] of usage.tags) {
      const image = this.#index.newestThatGoes(tag);
      if (image !== undefined) for (const { by } of uses) this.#protectWithMembers(image, by);
    }
    for (const [key, uses] of usage.images) {
      const [repository = '', digest = ''] = key.split('@');
      if (!this.#matters(digest)) continue;
      const wouldHaveKept = this.#wouldHaveKept(repository, digest);
      for (const { by } of uses) {
        if (wouldHaveKept || this.#isNew(`${key} ${referrerKey(by)}`, by, records, isStart)) {
          this.#protectUsed(digest, by);
        }
      }
    }
    for (const [digest, uses] of usage.digests) {
      if (this.#matters(digest)) for (const { by } of uses) this.#protectUsed(digest, by);
    }
    return usage.invalid;
  }

  /** Takes image streams as they are now: an item of an image that goes which the plan doesn't know is new. */
  addStreams(streams: readonly StreamRecord[]): void {
    for (const { namespace, name, tags } of streams) {
      for (const { tag, items } of tags) {
        for (const [position, item] of items.entries()) {
          if (!this.#index.goes(item.image)) {
            if (!this.#index.isOlderThanPlan(item.created)) this.#reportYoung(item.image);
            continue;
          }
          if (this.#index.knowsItem(tagKey(namespace, name, tag), item)) continue;
          this.#protectWithMembers(item.image, { namespace, stream: name, tag, position });
        }
      }
    }
  }

  /** Whether a use of the digest can protect anything. */
  #matters(digest: string): boolean {
    return this.#withIndexes(digest).some((image) => this.#index.concerns(image));
  }

  /** Whether planning would have kept something that goes, had it seen the digest named in this repository. */
  #wouldHaveKept(repository: string, digest: string): boolean {
    return this.#withIndexes(digest).some((image) => this.#index.revisionGoes(repository, image));
  }

  /** What a use of a digest is a use of: by the extended rules also the indexes that it is a member of. */
  #withIndexes(digest: string): readonly string[] {
    return this.#scope.options.rules === 'extended' ? [digest, ...this.#index.indexesOf(digest)] : [digest];
  }

  /** Whether a mention that doesn't count in planning wasn't there then. */
  #isNew(mention: string, by: Referrer, records: readonly ReferrerRecord[], isStart: boolean): boolean {
    const { resource, namespace, name } = by;
    const record = records.find(
      (one) => one.resource === resource && one.namespace === namespace && one.name === name,
    );
    if (!record || !this.#index.isOlderThanPlan(record.created)) return true;
    if (isStart) this.#passed.add(mention);
    return !this.#passed.has(mention);
  }

  #reportYoung(image: string): void {
    if (this.#young.has(image)) return;
    this.#young.add(image);
    this.#onYoungImage(image);
  }

  #protectUsed(digest: string, by: Referrer): void {
    for (const image of this.#withIndexes(digest))
      if (this.#index.concerns(image)) this.#protectWithMembers(image, by);
  }

  #protectWithMembers(image: string, by: Referrer | Position): void {
    this.#protect(image, by);
    for (const member of this.#index.membersOf(image))
      if (this.#index.goes(member)) this.#protect(member, by);
  }

  #protect(image: string, by: Referrer | Position): void {
    const cause = `${image} ${'resource' in by ? referrerKey(by) : tagKey(by.namespace, by.stream, by.tag)}`;
    if (this.#causes.has(cause)) return;
    this.#causes.add(cause);
    this.#images.add(image);
    const protection = { image, by, at: this.#now() };
    this.list.push(protection);
    this.#onProtection(protection);
  }
}

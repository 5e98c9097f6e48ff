import { formatInstant, type Instant } from '../../engine/instants.ts';
import type { PruneOptions } from '../../engine/options.ts';
import type { ImagePlan, StreamPlan } from '../../engine/plan.ts';
import type { RevisionRecord } from '../../engine/records.ts';
import { repositoryOf } from '../../engine/steps.ts';
import { tagKey } from '../../engine/usage.ts';

/** What of a plan has to be guarded while it is carried out. */
export interface GuardScope {
  /** Of the plan. */
  options: PruneOptions;
  /** The plan's instant minus keepYoungerThan, null in over-size mode: as makePlan works it out. */
  threshold: Instant;
  /** The plan's instant. Where it is absent, `threshold` tells it; where neither does, whatever is seen is taken for new. */
  plannedAt?: Instant;
  /** Streams with items that go: all their revisions, those that go and those that stay. */
  streams: readonly StreamPlan[];
  /** Images that go. An index that stays may be given too, so that its members are known. */
  images: readonly ImagePlan[];
}

/** Clocks of servers may differ by so much from the one that the plan was made by. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/** Questions about a scope, answered without going through it again. */
export class ScopeIndex {
  /** Images that go. */
  readonly #goes = new Set<string>();
  /** What an index's members need: by index and by member, however deep they are nested. */
  readonly #members = new Map<string, readonly string[]>();
  readonly #indexes = new Map<string, string[]>();
  /** Revisions that go and that a use would have kept: the digests by repository, and all together. */
  readonly #revisions = new Map<string, Set<string>>();
  readonly #digests = new Set<string>();
  /** By tag, the image that goes at position 0. */
  readonly #newest = new Map<string, string>();
  /** By tag and image that goes, when the tag got it. */
  readonly #items = new Map<string, Map<string, (string | null)[]>>();
  readonly #plannedAt: Instant;

  constructor({ options, threshold, plannedAt, streams, images }: GuardScope) {
    const { keepYoungerThanMs } = options;
    const known = threshold === null || keepYoungerThanMs === null ? null : threshold + keepYoungerThanMs;
    this.#plannedAt = plannedAt ?? known;
    for (const { name, verdict } of images) if (verdict === 'prune') this.#goes.add(name);
    this.#addMembers(images);
    for (const stream of streams) this.#addStream(stream);
  }

  /** Whether the plan removes the Image object. */
  goes(image: string): boolean {
    return this.#goes.has(image);
  }

  /** Whether the plan removes the Image object or a revision of it that a use would have kept. */
  concerns(image: string): boolean {
    return this.#goes.has(image) || this.#digests.has(image);
  }

  /** The members of an index, and theirs. */
  membersOf(image: string): readonly string[] {
    return this.#members.get(image) ?? [];
  }

  /** The indexes that an image is a member of. */
  indexesOf(image: string): readonly string[] {
    return this.#indexes.get(image) ?? [];
  }

  /** Whether the image's item in this repository goes, which a use of it there would have prevented. */
  revisionGoes(repository: string, image: string): boolean {
    return this.#revisions.get(repository)?.has(image) ?? false;
  }

  /** The image that stood at position 0 of a tag and goes there. @param tag by tagKey */
  newestThatGoes(tag: string): string | undefined {
    return this.#newest.get(tag);
  }

  /** Whether the plan was made with this item of an image that goes. @param tag by tagKey */
  knowsItem(tag: string, { image, created }: RevisionRecord): boolean {
    return this.#items.get(tag)?.get(image)?.includes(formatInstant(created)) ?? false;
  }

  /** Whether something of this age was there when the plan was made, for certain. */
  isOlderThanPlan(created: Instant): boolean {
    if (this.#plannedAt === null) return false;
    return created === null || created < this.#plannedAt - CLOCK_DIFFERENCE_MS;
  }

  #addMembers(images: readonly ImagePlan[]): void {
    const direct = new Map(images.map((image) => [image.name, image.manifests]));
    for (const { name, manifests } of images) {
      if (manifests.length === 0) continue;
      const members = new Set<string>();
      const open = [...manifests];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (next === name || members.has(next)) continue;
        members.add(next);
        open.push(...(direct.get(next) ?? []));
      }
      this.#members.set(name, [...members].sort());
      for (const member of members) {
        const indexes = this.#indexes.get(member);
        if (indexes) indexes.push(name);
        else this.#indexes.set(member, [name]);
      }
    }
  }

  #addStream(stream: StreamPlan): void {
    const { namespace, name, tags } = stream;
    const going = new Set<string>();
    for (const { tag, revisions } of tags) {
      const key = tagKey(namespace, name, tag);
      const items = new Map<string, (string | null)[]>();
      for (const { position, image, created, verdict, reasons } of revisions) {
        if (this.#goes.has(image)) {
          const times = items.get(image);
          if (times) times.push(created);
          else items.set(image, [created]);
        }
        if (verdict === 'keep') continue;
        if (position === 0) this.#newest.set(key, image);
        // What has lost its Image object goes whoever uses it.
        if (!reasons.some((reason) => reason.code === 'imageMissing')) going.add(image);
      }
      if (items.size > 0) this.#items.set(key, items);
    }
    this.#revisions.set(repositoryOf(stream), going);
    for (const image of going) this.#digests.add(image);
  }
}

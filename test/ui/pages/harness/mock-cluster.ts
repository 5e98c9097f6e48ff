// A cluster that never was, of any size: the same for the same numbers. The engine makes real plans of it.
import { Inventory, type InventoryResource } from '../../../../src/engine/inventory.ts';
import type { Place, Reference, ReferrerResource, TagRecord } from '../../../../src/engine/records.ts';
import { SeededRandom } from '../../../unit/engine/seeded-random.ts';

/** The clock of the cluster. */
export const NOW = Date.UTC(2026, 4, 20, 9, 30);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 2 ** 20;

const NAMESPACES = [
  'checkout',
  'payments',
  'data-science',
  'platform-ci',
  'storefront',
  'legacy-erp',
  'search',
  'identity',
  'observability',
  'mobile-backend',
  'team-a',
  'team-b',
];
const APPS = ['web', 'api', 'worker', 'gateway', 'jobs', 'notifier', 'reports', 'batch', 'auth', 'frontend'];
const TAGS = [
  'latest',
  'stable',
  'v2',
  'v2.1',
  'v2.1-may-2016',
  'main',
  'release',
  'nightly',
  'pr-1182',
  'dev',
];

export interface ClusterSize {
  namespaces: number;
  streamsInEach: number;
  tagsInEach: number;
  revisionsInEach: number;
  /** Images that no stream names. */
  unnamed: number;
  /** Later is different: images were pushed, others are no longer used. */
  later?: boolean;
}

/** Big enough to fill the page, small enough to be planned in an instant. */
export const SMALL: ClusterSize = {
  namespaces: 12,
  streamsInEach: 5,
  tagsInEach: 4,
  revisionsInEach: 9,
  unnamed: 60,
};
/** A hundred thousand rows. */
export const LARGE: ClusterSize = {
  namespaces: 250,
  streamsInEach: 10,
  tagsInEach: 4,
  revisionsInEach: 10,
  unnamed: 400,
};
/** Nothing at all. */
export const NONE: ClusterSize = {
  namespaces: 0,
  streamsInEach: 0,
  tagsInEach: 0,
  revisionsInEach: 0,
  unnamed: 0,
};

/** Takes the inventory of such a cluster. */
export function mockInventory(size: ClusterSize, missing: readonly InventoryResource[] = []): Inventory {
  const building = new Building(size);
  const { inventory } = building;
  for (const resource of missing) {
    inventory.drop(resource);
    inventory.missing.push({
      resource,
      cause: 'forbidden',
      message: `${resource} is forbidden: User "developer" cannot list resource "${resource}" in API group "" at the cluster scope`,
    });
  }
  return inventory;
}

class Building {
  readonly inventory = new Inventory();
  readonly #random = new SeededRandom(7);
  readonly #size: ClusterSize;
  readonly #base: readonly number[];
  #lastDigest = 0;

  constructor(size: ClusterSize) {
    this.#size = size;
    this.#base = [38, 12, 62, 91].map((mebibytes) => this.#blob(mebibytes * MIB));
    for (let n = 0; n < size.namespaces; n++) {
      const namespace =
        n < NAMESPACES.length ? (NAMESPACES[n] ?? '') : `tenant-${String(n).padStart(3, '0')}`;
      // Some teams build much and clean up little.
      const weight = n % 5 === 0 ? 3 : n % 3 === 0 ? 1.5 : 0.6;
      for (let s = 0; s < size.streamsInEach; s++)
        this.#addStream(namespace, APPS[s % APPS.length] ?? '', weight);
    }
    for (let u = 0; u < size.unnamed; u++) this.#image(this.#random.below(200) * DAY, 0.8, u % 7 !== 0);
  }

  #addStream(namespace: string, name: string, weight: number): void {
    const tags: TagRecord[] = [];
    for (let t = 0; t < this.#size.tagsInEach; t++) {
      const tag = TAGS[t] ?? `v${t}`;
      const dated = tag.includes('2016');
      const count = dated
        ? 1
        : Math.max(1, Math.round(this.#size.revisionsInEach * (0.6 + this.#random.fraction())));
      tags.push({ tag, items: this.#history(count, weight) });
      this.#use(namespace, name, tag, tags.at(-1));
    }
    const repository = `image-registry.openshift-image-registry.svc:5000/${namespace}/${name}`;
    this.inventory.streams.push({ namespace, name, created: NOW - 400 * DAY, repository, tags });
  }

  #history(count: number, weight: number): TagRecord['items'] {
    let age = this.#random.below(3 * 24) * HOUR + this.#random.below(60) * MINUTE;
    if (this.#size.later && this.#random.chance(0.1)) age = 0;
    const items: TagRecord['items'] = [];
    for (let r = 0; r < count; r++) {
      const image = this.#random.chance(0.012) ? this.#digest() : this.#image(age, weight, true);
      items.push({ image, created: NOW - age });
      age += this.#random.below(9 * 24) * HOUR + 7 * HOUR;
    }
    return items;
  }

  /** Some tags are deployed, some revisions further down are still run, and some are used in ways `oc` doesn't see. */
  #use(namespace: string, stream: string, tag: string, record: TagRecord | undefined): void {
    const spec = `image-registry.openshift-image-registry.svc:5000/${namespace}/${stream}`;
    if (this.#random.chance(0.5)) this.#refer('deployment', namespace, stream, 'container', `${spec}:${tag}`);
    const old = record?.items[5]?.image;
    if (old === undefined) return;
    const dice = this.#random.fraction();
    if (dice < 0.2) this.#refer('replicaset', namespace, `${stream}-6f9c7b`, 'container', `${spec}@${old}`);
    else if (dice < 0.28)
      this.#refer('cronjob', namespace, `${stream}-nightly`, 'container', `${spec}@${old}`);
    else if (dice < 0.38)
      this.#refer('pod', namespace, `${stream}-debug`, 'ephemeralContainer', `${spec}@${old}`);
    else if (dice < 0.44) this.#refer('pod', namespace, `${stream}-0`, 'volume', `${spec}@${old}`);
  }

  #refer(resource: ReferrerResource, namespace: string, name: string, place: Place, value: string): void {
    // Between two runs a few workloads went away.
    if (this.#size.later && this.#random.chance(0.08)) return;
    const reference: Reference = { place, at: 'app', kind: 'DockerImage', value, namespace: '' };
    this.inventory.referrers.push({
      resource,
      namespace,
      name,
      created: NOW - 90 * DAY,
      phase: resource === 'pod' ? 'Running' : '',
      references: [reference],
    });
  }

  #image(age: number, weight: number, managed: boolean): string {
    const name = this.#digest();
    const base = this.#base.slice(0, 2 + this.#random.below(3));
    const own = this.#blob(
      Math.round((4 + this.#random.below(60)) * weight * MIB) + this.#random.below(9999),
    );
    const blobs = [...base, own, this.#blob(6_000 + this.#random.below(4_000))];
    const size = blobs.reduce((sum, blob) => sum + this.inventory.blobs.sizeOf(blob), 0);
    this.inventory.images.set(name, { name, created: NOW - age, managed, size, blobs, manifests: [] });
    return name;
  }

  #blob(size: number): number {
    return this.inventory.blobs.add(this.#digest(), size);
  }

  #digest(): string {
    this.#lastDigest++;
    const random = new SeededRandom(this.#lastDigest);
    const words = Array.from({ length: 8 }, () =>
      random
        .below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    );
    return `sha256:${words.join('')}`;
  }
}

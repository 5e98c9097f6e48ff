import { BlobTable } from './blob-table.ts';
import { type Instant, isAfter } from './instants.ts';
import { readImage, readLimits, readReferrer, readStream } from './intake.ts';
import type { ImageRecord, LimitRecord, ReferrerRecord, ReferrerResource, StreamRecord } from './records.ts';
import type { Said } from './said.ts';

/** The plural resource names of the lists that an inventory is made of (REFERENCE section 4). */
export const INVENTORY_RESOURCES = [
  'pods',
  'replicationcontrollers',
  'limitranges',
  'daemonsets',
  'deployments',
  'replicasets',
  'statefulsets',
  'jobs',
  'cronjobs',
  'buildconfigs',
  'builds',
  'deploymentconfigs',
  'imagestreams',
  'images',
] as const;
export type InventoryResource = (typeof INVENTORY_RESOURCES)[number];

const REFERRERS: Partial<Record<InventoryResource, ReferrerResource>> = {
  pods: 'pod',
  replicationcontrollers: 'replicationcontroller',
  daemonsets: 'daemonset',
  deployments: 'deployment',
  replicasets: 'replicaset',
  statefulsets: 'statefulset',
  jobs: 'job',
  cronjobs: 'cronjob',
  buildconfigs: 'buildconfig',
  builds: 'build',
  deploymentconfigs: 'deploymentconfig',
};

/** A list that could not be had whole, and what would help. */
export interface MissingList {
  resource: InventoryResource;
  /** `forbidden`: 403; `failed`: anything else. */
  cause: 'forbidden' | 'failed';
  /** What the server or the network said. */
  message: string;
  /** The same, to be said in the language of its reader; absent where these are a server’s own words. */
  words?: Said;
}

/** The youngest image that was pushed to the integrated registry: where the registry's host is read from. */
export interface YoungestManaged {
  name: string;
  created: Instant;
  reference: string;
}

/**
 * Everything that decides, reduced from the API's lists. It is filled page by page; the order in which pages arrive
 * does not change what a plan made from it says.
 */
export class Inventory {
  readonly blobs = new BlobTable();
  readonly images = new Map<string, ImageRecord>();
  readonly streams: StreamRecord[] = [];
  readonly referrers: ReferrerRecord[] = [];
  readonly limits: LimitRecord[] = [];
  readonly missing: MissingList[] = [];
  youngestManaged: YoungestManaged | undefined;

  /**
   * Takes one page of a list.
   * @param items objects as the API sent them (list items: without kind)
   * @throws MalformedObjectError where an object lacks what its kind must have; the page counts as not read
   */
  addPage(resource: InventoryResource, items: readonly unknown[]): void {
    switch (resource) {
      case 'images':
        for (const item of items) this.#addImage(item);
        return;
      case 'imagestreams':
        for (const item of items) this.streams.push(readStream(item));
        return;
      case 'limitranges':
        for (const item of items) this.limits.push(...readLimits(item));
        return;
      default: {
        const referrer = REFERRERS[resource];
        if (referrer) for (const item of items) this.referrers.push(readReferrer(referrer, item));
      }
    }
  }

  /** Forgets what was read of a list, so that it can be listed again from the start. */
  drop(resource: InventoryResource): void {
    switch (resource) {
      case 'images':
        this.images.clear();
        this.youngestManaged = undefined;
        return;
      case 'imagestreams':
        this.streams.length = 0;
        return;
      case 'limitranges':
        this.limits.length = 0;
        return;
      default: {
        const kept = this.referrers.filter((referrer) => referrer.resource !== REFERRERS[resource]);
        this.referrers.length = 0;
        for (const referrer of kept) this.referrers.push(referrer);
      }
    }
  }

  /** Whether the objects of a list are all here. */
  has(resource: InventoryResource): boolean {
    return !this.missing.some((list) => list.resource === resource);
  }

  #addImage(item: unknown): void {
    const { record, reference } = readImage(item, this.blobs);
    this.images.set(record.name, record);
    if (!record.managed || reference === '') return;
    const best = this.youngestManaged;
    const sameAge = best?.created === record.created;
    if (!best || isAfter(record.created, best.created) || (sameAge && record.name < best.name)) {
      this.youngestManaged = { name: record.name, created: record.created, reference };
    }
  }
}

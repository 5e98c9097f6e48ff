import { exceeds, parseQuantity } from './quantity.ts';
import type { LimitRecord } from './records.ts';

/** A namespace's smallest image size limit. */
export interface ImageLimit {
  storage: string;
  limitRange: string;
  billionths: bigint;
}

/**
 * The smallest `openshift.io/Image` limit of each namespace: an image that exceeds any exceeds this one.
 * @throws RangeError where a limit is no quantity
 */
export function smallestLimits(records: readonly LimitRecord[]): Map<string, ImageLimit> {
  const smallest = new Map<string, ImageLimit>();
  for (const { namespace, limitRange, storage } of records) {
    const limit = { storage, limitRange, billionths: parseQuantity(storage) };
    const before = smallest.get(namespace);
    const same = before?.billionths === limit.billionths;
    if (!before || limit.billionths < before.billionths || (same && limitRange < before.limitRange)) {
      smallest.set(namespace, limit);
    }
  }
  return smallest;
}

/** Whether an image of this size is larger than the limit; without a limit nothing is. */
export function isOverLimit(size: number, limit: ImageLimit | undefined): boolean {
  return limit !== undefined && exceeds(size, limit.billionths);
}

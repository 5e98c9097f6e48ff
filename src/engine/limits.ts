import { exceeds, parseQuantity } from './quantity.ts';
import type { LimitRecord } from './records.ts';
import { said } from './said.ts';
import { MalformedObjectError } from './shape.ts';

/** A namespace's smallest image size limit. */
export interface ImageLimit {
  storage: string;
  limitRange: string;
  billionths: bigint;
}

/**
 * The smallest `openshift.io/Image` limit of each namespace: an image that exceeds any exceeds this one.
 * @throws MalformedObjectError where a limit is no quantity
 */
export function smallestLimits(records: readonly LimitRecord[]): Map<string, ImageLimit> {
  const smallest = new Map<string, ImageLimit>();
  for (const { namespace, limitRange, storage } of records) {
    const limit = { storage, limitRange, billionths: quantityOf(namespace, limitRange, storage) };
    const before = smallest.get(namespace);
    const same = before?.billionths === limit.billionths;
    if (!before || limit.billionths < before.billionths || (same && limitRange < before.limitRange)) {
      smallest.set(namespace, limit);
    }
  }
  return smallest;
}

function quantityOf(namespace: string, limitRange: string, storage: string): bigint {
  try {
    return parseQuantity(storage);
  } catch (cause) {
    const what = `limitrange ${namespace}/${limitRange}`;
    throw new MalformedObjectError(said('{0}: {1} is not a quantity', what, JSON.stringify(storage)), {
      cause,
    });
  }
}

/** Whether an image of this size is larger than the limit; without a limit nothing is. */
export function isOverLimit(size: number, limit: ImageLimit | undefined): boolean {
  return limit !== undefined && exceeds(size, limit.billionths);
}

import { BEYOND_REFERENCE, LETS_GO, type Reason, type Verdict } from './plan.ts';
import type { Referrer } from './referrer.ts';

/** A revision or an image: what was decided on it, and why. */
export interface Decided {
  verdict: Verdict;
  reasons: readonly Reason[];
}

const NOBODY: readonly Referrer[] = [];

/**
 * Everyone who is named in reasons, and everyone else given: each object once, however many of its containers name the
 * image, in the order in which they are named.
 */
export function usersOf(
  reasons: readonly Reason[],
  others: readonly Referrer[] = NOBODY,
): readonly Referrer[] {
  if (others.length === 0 && !reasons.some((reason) => 'by' in reason)) return NOBODY;
  const users = new Map<string, Referrer>();
  const add = (user: Referrer) => {
    const name = userName(user);
    if (!users.has(name)) users.set(name, user);
  };
  for (const reason of reasons) if ('by' in reason) reason.by.forEach(add);
  others.forEach(add);
  return [...users.values()];
}

/** `deployment/shop/web`: how a user of an image is told from all others. */
export function userName({ resource, namespace, name }: Referrer): string {
  return `${resource}/${namespace}/${name}`;
}

/** Whether an Image object is missing. */
export function isMissing({ reasons }: Decided): boolean {
  return reasons.some((reason) => reason.code === 'imageMissing');
}

/** Whether a thing stays, and the reference command would not have kept it. */
export function staysBeyondReference({ verdict, reasons }: Decided): boolean {
  return (
    verdict === 'keep' &&
    reasons.every((reason) => BEYOND_REFERENCE.has(reason.code) || LETS_GO.has(reason.code))
  );
}

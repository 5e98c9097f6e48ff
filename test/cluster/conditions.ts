// status.conditions: one of each type, and when its status last changed.
import { isObject, type JsonObject, listAt, textAt } from '../../src/engine/shape.ts';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** A status with these conditions in it; a condition that keeps its status keeps its time. */
export function withConditions(
  status: JsonObject,
  conditions: readonly Condition[],
  now: string,
): JsonObject {
  const all = listAt(status, 'conditions').filter(isObject);
  for (const condition of conditions) {
    const at = all.findIndex((one) => textAt(one, 'type') === condition.type);
    const before = all[at];
    const kept = before !== undefined && textAt(before, 'status') === condition.status;
    const next = { ...condition, lastTransitionTime: (kept && textAt(before, 'lastTransitionTime')) || now };
    if (at < 0) all.push(next);
    else all[at] = next;
  }
  return { ...status, conditions: all };
}

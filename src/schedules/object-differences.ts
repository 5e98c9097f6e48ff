// What applying a manifest would change of the object that is there: of what the manifest says, and nothing else. Fields
// that the API server fills in, or that somebody else owns, stay as they are.
import { isObject, type JsonObject } from '../engine/shape.ts';

/** One field that would change. */
export interface FieldDifference {
  /** `spec.jobTemplate.spec.template.spec.containers[0].args[3]`. */
  path: string;
  /** As JSON; empty where it isn’t there. */
  before: string;
  after: string;
}

/**
 * @param existing as the API server has it
 * @param applied as it would be: the server's answer to a dry run
 */
export function objectDifferences(existing: JsonObject, applied: JsonObject): FieldDifference[] {
  return [...differences('', withoutBookkeeping(existing), withoutBookkeeping(applied))];
}

const BOOKKEEPING = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** An object without what the API server keeps about it: status, versions, owners of fields. */
export function withoutBookkeeping(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  if (!isObject(metadata)) return rest;
  const kept = Object.entries(metadata).filter(([key]) => !BOOKKEEPING.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

function* differences(path: string, before: unknown, after: unknown): Generator<FieldDifference> {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* differences(path === '' ? key : `${path}.${key}`, before[key], after[key]);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let place = 0; place < Math.max(before.length, after.length); place++) {
      yield* differences(`${path}[${place}]`, before[place], after[place]);
    }
    return;
  }
  const [was, is] = [before, after].map((value) => (value === undefined ? '' : JSON.stringify(value)));
  if (was !== is) yield { path, before: was ?? '', after: is ?? '' };
}

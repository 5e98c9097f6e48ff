// metadata.managedFields: who owns which field of an object.
import { isObject, type JsonObject, listAt, textAt } from '../../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from '../api-object.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import { type FieldPath, type Leaves, leavesOf, textOf } from './fields.ts';

export interface Manager {
  name: string;
  operation: 'Apply' | 'Update';
  /** `status`, or empty. */
  subresource: string;
  apiVersion: string;
  time: string;
  /** By the path's text. */
  owned: Map<string, FieldPath>;
}

/** Who owns what. An object that says nothing of it, but is there, belongs to `before-first-apply`. */
export function managersOf(resource: Resource, object: ApiObject): Manager[] {
  const managers = listAt(object.metadata, 'managedFields').map((entry): Manager => {
    const owned = new Map<string, FieldPath>();
    readFields(isObject(entry) ? entry.fieldsV1 : undefined, [], owned);
    return {
      name: textAt(entry, 'manager'),
      operation: textAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
      subresource: textAt(entry, 'subresource'),
      apiVersion: textAt(entry, 'apiVersion'),
      time: textAt(entry, 'time'),
      owned,
    };
  });
  if (managers.length > 0) return managers;
  const { status: _status, ...rest } = object;
  const owned = pathsOf(leavesOf(rest));
  const apiVersion = apiVersionOf(resource);
  const time = object.metadata.creationTimestamp ?? '';
  return [{ name: 'before-first-apply', operation: 'Update', subresource: '', apiVersion, time, owned }];
}

/** The object with its owners written down. */
export function withManagers(object: ApiObject, managers: readonly Manager[]): ApiObject {
  const managedFields = managers
    .filter(({ owned }) => owned.size > 0)
    .map(({ name, operation, subresource, apiVersion, time, owned }) => ({
      manager: name,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: writeFields(owned.values()),
      ...(subresource === '' ? {} : { subresource }),
    }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

export function pathsOf(leaves: Leaves): Map<string, FieldPath> {
  return new Map([...leaves].map(([text, { path }]) => [text, path]));
}

/** Who changes an object otherwise than by an apply owns what differs afterwards. */
export function updatedBy(
  who: { name: string; subresource: string; now: Date },
  resource: Resource,
  before: ApiObject | undefined,
  after: ApiObject,
): ApiObject {
  const old = before === undefined ? new Map() : leavesOf(before);
  const next = leavesOf(after);
  const changed = new Map<string, FieldPath>();
  for (const [text, { path, value }] of next) {
    const was = old.get(text);
    if (was === undefined || JSON.stringify(was.value) !== JSON.stringify(value)) changed.set(text, path);
  }
  const managers = before === undefined ? [] : managersOf(resource, before);
  for (const { owned } of managers) {
    for (const text of owned.keys()) if (changed.has(text) || !next.has(text)) owned.delete(text);
  }
  const apiVersion = apiVersionOf(resource);
  const own = managers.find(
    (one) => one.name === who.name && one.operation === 'Update' && one.subresource === who.subresource,
  );
  if (changed.size === 0) return withManagers(after, managers);
  const time = timestampOf(who.now);
  if (own === undefined) {
    managers.push({
      name: who.name,
      operation: 'Update',
      subresource: who.subresource,
      apiVersion,
      time,
      owned: changed,
    });
  } else {
    own.time = time;
    for (const [text, path] of changed) own.owned.set(text, path);
  }
  return withManagers(after, managers);
}

function readFields(fields: unknown, path: FieldPath, owned: Map<string, FieldPath>): void {
  if (!isObject(fields)) return;
  const entries = Object.entries(fields);
  if (entries.length === 0 && path.length > 0) owned.set(textOf(path), path);
  for (const [part, below] of entries) readFields(below, [...path, part], owned);
}

function writeFields(paths: Iterable<FieldPath>): JsonObject {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let at = root;
    for (const part of path) {
      const below = (at[part] ?? {}) as Record<string, unknown>;
      at[part] = below;
      at = below;
    }
  }
  return root;
}

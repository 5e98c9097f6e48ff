// PATCH with application/apply-patch+yaml: what is applied is laid over what is there, unless others own it.
import type { ApiObject } from '../api-object.ts';
import { timestampOf } from '../api-object.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import { ApiError, badRequest, invalid } from '../status.ts';
import { type Leaves, leavesOf, overlaid, without } from './fields.ts';
import { type Manager, managersOf, pathsOf, withManagers } from './managed-fields.ts';

export const APPLY_PATCH = 'application/apply-patch+yaml';

export interface Application {
  manager: string;
  /** Takes what others own. */
  force: boolean;
  now: Date;
  /** Of the object without unknown fields and with nothing filled in. */
  applied: ApiObject;
}

/**
 * @returns the object as it then is, not yet validated
 * @throws ApiError 409 where others own what would change; 400 for an object that can't be applied
 */
export function appliedTo(
  resource: Resource,
  before: ApiObject | undefined,
  application: Application,
): ApiObject {
  const { applied, force, now } = application;
  if (applied.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const leaves = leavesOf(applied);
  const managers = before === undefined ? [] : managersOf(resource, before);
  const own = managers.find(({ name, operation }) => name === application.manager && operation === 'Apply');
  const others = managers.filter((one) => one !== own);
  const conflicts = before === undefined ? [] : conflictsWith(others, leaves, leavesOf(before));
  if (conflicts.length > 0 && !force) throw conflicting(conflicts);
  for (const { manager, field } of conflicts) manager.owned.delete(field);

  let object = (before === undefined ? applied : overlaid(before, applied)) as ApiObject;
  for (const [text, path] of own?.owned ?? []) {
    const held = leaves.has(text) || others.some(({ owned }) => owned.has(text));
    // A map that holds fields still is no field of its own any more.
    const isHolder = [...leaves.keys()].some((one) => one.startsWith(`${text}.`));
    if (!held && !isHolder) object = without(object, path) as ApiObject;
  }
  const next: Manager = {
    name: application.manager,
    operation: 'Apply',
    subresource: '',
    apiVersion: apiVersionOf(resource),
    time: timestampOf(now),
    owned: pathsOf(leaves),
  };
  return withManagers(object, [...(own === undefined ? [next, ...others] : replaced(managers, own, next))]);
}

/** Who applies says who it is (fieldManager). @throws ApiError 422 */
export function managerOfApply(query: URLSearchParams): string {
  const manager = query.get('fieldManager') ?? '';
  if (manager !== '') return manager;
  const options = { group: 'meta.k8s.io', kind: 'PatchOptions' } as Resource;
  throw invalid(options, '', [{ field: 'fieldManager', why: 'Required value: is required for apply patch' }]);
}

interface Conflict {
  manager: Manager;
  field: string;
}

function conflictsWith(others: readonly Manager[], leaves: Leaves, there: Leaves): Conflict[] {
  return others.flatMap((manager) =>
    [...leaves].flatMap(([field, { value }]) => {
      if (!manager.owned.has(field) || manager.subresource !== '') return [];
      return JSON.stringify(there.get(field)?.value) === JSON.stringify(value) ? [] : [{ manager, field }];
    }),
  );
}

function conflicting(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${described(manager)}`,
    field,
  }));
  return new ApiError(409, 'Conflict', messageOf(conflicts), { details: { causes } });
}

/** Worded as structured-merge-diff words it. */
function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${described(first.manager)}: ${first.field}`;
  }
  const names = [...new Set(conflicts.map(({ manager }) => described(manager)))].sort();
  const lines = names.flatMap((name) => [
    `conflicts with ${name}:`,
    ...conflicts.filter(({ manager }) => described(manager) === name).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function described({ name, operation, apiVersion }: Manager): string {
  return operation === 'Apply' ? `"${name}"` : `"${name}" using ${apiVersion}`;
}

function replaced(managers: readonly Manager[], own: Manager, next: Manager): Manager[] {
  return managers.map((one) => (one === own ? next : one));
}

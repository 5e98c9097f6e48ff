// Single objects of stored resources: get, create, update, patch, apply, delete.
import { randomUUID } from 'node:crypto';
import { listAt } from '../../src/engine/shape.ts';
import { allows } from './access.ts';
import { admitted } from './admission.ts';
import { type ApiObject, timestampOf } from './api-object.ts';
import { updatedBy } from './apply/managed-fields.ts';
import { APPLY_PATCH, appliedTo, managerOfApply } from './apply/server-side-apply.ts';
import { type Answer, type Call, json, jsonBody, type Target } from './call.ts';
import { orphan } from './garbage.ts';
import { patched } from './patches.ts';
import { apiVersionOf, qualified, type Resource, typed } from './resources.ts';
import { selectorOf } from './selectors.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  deleted,
  forbidden,
  invalid,
  methodNotAllowed,
  notFound,
  versionMissing,
} from './status.ts';
import { tableOf, wantsTable } from './tables.ts';
import { attributesOf } from './target.ts';

/** Whose fields have owners here. Those of images and streams, which are held by the thousand, have none. */
const OWNED = new Set([
  'jobs.batch',
  'cronjobs.batch',
  'serviceaccounts',
  'configmaps',
  'namespaces',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'imagepruners.imageregistry.operator.openshift.io',
  'configs.imageregistry.operator.openshift.io',
]);

export function objects(call: Call): Answer | undefined {
  const { target } = call;
  if (target === undefined || target.resource.origin !== 'stored') return undefined;
  const known = target.subresource === undefined || target.subresource === 'status';
  if (!known) return undefined;
  switch (call.method) {
    case 'GET':
      return get(call, target);
    case 'POST':
      return create(call, target);
    case 'PUT':
      return update(call, target);
    case 'PATCH':
      return patch(call, target);
    case 'DELETE':
      return target.name === undefined ? removeAll(call, target) : remove(call, target, target.name);
    default:
      throw methodNotAllowed();
  }
}

function get(call: Call, target: Target): Answer {
  const object = existing(call, target);
  const { resource } = target;
  return json(wantsTable(call.headers) ? tableOf(resource, [object], {}, call) : typed(resource, object));
}

function create(call: Call, target: Target): Answer {
  const { resource, namespace } = target;
  if (target.name !== undefined) throw methodNotAllowed();
  const body = jsonBody(call) as unknown as ApiObject;
  const metadata = { ...body.metadata };
  metadata.name ??= generatedName(call, metadata.generateName);
  if (!metadata.name)
    throw invalid(resource, '', [
      { field: 'metadata.name', why: 'Required value: name or generateName is required' },
    ]);
  if (resource.namespaced) {
    if (namespace === undefined) throw methodNotAllowed();
    if (metadata.namespace && metadata.namespace !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    metadata.namespace = namespace;
  }
  const { store } = call.state;
  if (store.get(resource, namespace, metadata.name) !== undefined)
    throw alreadyExists(resource, metadata.name);
  // Both belong to the server.
  delete metadata.resourceVersion;
  delete metadata.uid;
  delete metadata.creationTimestamp;
  return json(typed(resource, made(call, resource, { ...body, metadata })), 201);
}

/** A new object, stored unless that is only tried. */
function made(call: Call, resource: Resource, object: ApiObject): ApiObject {
  const { store, clock } = call.state;
  const checked = admitted(call, resource, object);
  const metadata = { ...checked.metadata, ...(hasGeneration(resource) ? { generation: 1 } : {}) };
  const whole = owned(call, resource, undefined, { ...checked, metadata });
  if (!isDryRun(call)) return store.put(resource, whole);
  return {
    ...whole,
    metadata: { ...whole.metadata, creationTimestamp: timestampOf(clock()), uid: randomUUID() },
  };
}

function update(call: Call, target: Target): Answer {
  const body = jsonBody(call) as unknown as ApiObject;
  if (target.name === undefined) throw methodNotAllowed();
  if (body.metadata?.name !== target.name) {
    throw badRequest('the name of the object does not match the name on the URL');
  }
  const before = existing(call, target);
  const version = body.metadata.resourceVersion ?? '';
  if (version === '' && target.resource.needsVersion) throw versionMissing(target.resource, target.name);
  if (version !== '' && version !== before.metadata.resourceVersion)
    throw conflict(target.resource, target.name);
  return stored(call, target, before, body);
}

function patch(call: Call, target: Target): Answer {
  const mediaType = (call.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (mediaType === APPLY_PATCH) return apply(call, target);
  const before = existing(call, target);
  const whole = typed(target.resource, before);
  const after = patched(whole, () => jsonBody(call), mediaType) as ApiObject;
  if (after.metadata.resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(target.resource, before.metadata.name);
  }
  return stored(call, target, before, after);
}

/** Server-side apply: makes the object where there is none, for who may do that. */
function apply(call: Call, target: Target): Answer {
  const { resource, namespace, name } = target;
  const manager = managerOfApply(call.query);
  const body = jsonBody(call) as unknown as ApiObject;
  if (name === undefined || target.subresource !== undefined) throw methodNotAllowed();
  if (body.kind !== resource.kind || body.apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `the API version and kind of the object (${body.apiVersion}, ${body.kind}) do not match those of the request (${apiVersionOf(resource)}, ${resource.kind})`,
    );
  }
  if (body.metadata?.name !== name) {
    throw badRequest('the name of the object does not match the name on the URL');
  }
  const before = call.state.store.get(resource, namespace, name);
  if (before === undefined) {
    const asked = attributesOf('POST', { ...target, name: undefined }, call.query);
    if (!allows(call.state.store, call.user, asked)) throw forbidden(call.user.name, asked);
  }
  const { resourceVersion } = body.metadata;
  if (resourceVersion !== undefined && resourceVersion !== before?.metadata.resourceVersion) {
    throw conflict(resource, name);
  }
  const { kind: _kind, apiVersion: _version, status: _status, ...bare } = body;
  const applied = {
    ...bare,
    metadata: { ...bare.metadata, ...(namespace === undefined ? {} : { namespace }) },
  };
  const application = {
    manager,
    force: call.query.get('force') === 'true',
    now: call.state.clock(),
    applied,
  };
  const next = appliedTo(resource, before, application);
  if (before === undefined) return json(typed(resource, made(call, resource, next)), 201);
  return stored(call, target, before, next);
}

/** The status subresource changes the status alone; the object itself changes anything but that. */
function stored(call: Call, target: Target, before: ApiObject, after: ApiObject): Answer {
  const { resource } = target;
  const next =
    target.subresource === 'status'
      ? { ...before, status: after.status }
      : withoutStatus(resource, before, after);
  const metadata = {
    ...next.metadata,
    name: before.metadata.name,
    ...(before.metadata.namespace === undefined ? {} : { namespace: before.metadata.namespace }),
    ...(before.metadata.uid === undefined ? {} : { uid: before.metadata.uid }),
    ...(before.metadata.creationTimestamp === undefined
      ? {}
      : { creationTimestamp: before.metadata.creationTimestamp }),
  };
  const checked =
    target.subresource === 'status' ? next : admitted(call, resource, { ...next, metadata }, before);
  if (hasGeneration(resource) && JSON.stringify(checked.spec) !== JSON.stringify(before.spec)) {
    metadata.generation = (before.metadata.generation ?? 1) + 1;
  }
  const object = owned(call, resource, before, { ...checked, metadata }, target.subresource);
  if (isDryRun(call)) return json(typed(resource, object));
  if (OWNED.has(qualified(resource)) && isSame(object, before)) return json(typed(resource, before));
  return json(typed(resource, call.state.store.put(resource, object)));
}

/** With its owners written down, where this cluster keeps them. An apply has done so itself. */
function owned(
  call: Call,
  resource: Resource,
  before: ApiObject | undefined,
  after: ApiObject,
  subresource = '',
): ApiObject {
  const applies = call.headers['content-type']?.startsWith(APPLY_PATCH);
  if (applies || !OWNED.has(qualified(resource))) return after;
  const { kind: _kind, apiVersion: _version, ...bare } = after;
  const agent = call.headers['user-agent']?.split('/')[0];
  const name = call.query.get('fieldManager') ?? (agent || 'unknown');
  return updatedBy({ name, subresource, now: call.state.clock() }, resource, before, bare);
}

/** Whether a change changes nothing: then there is no new version either. */
function isSame(after: ApiObject, before: ApiObject): boolean {
  const content = ({ kind: _kind, apiVersion: _version, metadata, ...rest }: ApiObject) => {
    const managers = listAt(metadata, 'managedFields').map((entry) => ({ ...(entry as object), time: '' }));
    return JSON.stringify([{ ...metadata, resourceVersion: '', managedFields: managers }, rest]);
  };
  return content(after) === content(before);
}

function withoutStatus(resource: Resource, before: ApiObject, after: ApiObject): ApiObject {
  const separate = resource.subresources.includes('status');
  return separate && before.status !== undefined ? { ...after, status: before.status } : after;
}

function remove(call: Call, target: Target, name: string): Answer {
  const { resource, namespace } = target;
  const before = existing(call, target);
  const options = jsonBody(call);
  const preconditions = options.preconditions as { uid?: string; resourceVersion?: string } | undefined;
  const { uid, resourceVersion } = before.metadata;
  if (
    (preconditions?.uid !== undefined && preconditions.uid !== uid) ||
    (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
  ) {
    throw conflict(resource, name);
  }
  const dryRun = isDryRun(call) || (Array.isArray(options.dryRun) && options.dryRun.includes('All'));
  if (!dryRun) {
    const propagation = call.query.get('propagationPolicy') ?? options.propagationPolicy;
    if (propagation === 'Orphan') orphan(call.state.store, uid ?? '');
    call.state.store.remove(resource, namespace, name);
  }
  return json(deleted(resource, name, uid));
}

function removeAll(call: Call, target: Target): Answer {
  const selector = selectorOf(call.query) ?? (() => true);
  const items = call.state.store.list(target.resource, target.namespace).filter(selector);
  if (!isDryRun(call)) {
    for (const { metadata } of items)
      call.state.store.remove(target.resource, metadata.namespace, metadata.name);
  }
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
}

/** @throws ApiError 404 */
export function existing(call: Call, target: Target): ApiObject {
  const found = call.state.store.get(target.resource, target.namespace, target.name ?? '');
  if (found === undefined) throw notFound(target.resource, target.name ?? '');
  return found;
}

export function isDryRun(call: Call): boolean {
  return call.query.getAll('dryRun').includes('All');
}

function hasGeneration(resource: Resource): boolean {
  return !['', 'rbac.authorization.k8s.io', 'image.openshift.io'].includes(resource.group);
}

function generatedName(call: Call, prefix: unknown): string {
  if (typeof prefix !== 'string' || prefix === '') return '';
  return `${prefix}${((call.state.store.revision * 2654435761) % 60466176).toString(36).padStart(5, '0')}`;
}

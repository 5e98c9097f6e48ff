// Single objects of stored resources: get, create, update, patch, delete.
import type { ApiObject } from './api-object.ts';
import { type Answer, type Call, json, jsonBody, type Target } from './call.ts';
import { patched } from './patches.ts';
import { type Resource, typed } from './resources.ts';
import { selectorOf } from './selectors.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  deleted,
  invalid,
  methodNotAllowed,
  notFound,
  versionMissing,
} from './status.ts';
import { tableOf, wantsTable } from './tables.ts';

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
    throw invalid(resource, '', 'metadata.name', 'Required value: name or generateName is required');
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
  if (hasGeneration(resource)) metadata.generation = 1;
  const made = { ...body, metadata };
  return json(typed(resource, isDryRun(call) ? made : store.put(resource, made)), 201);
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
  const before = existing(call, target);
  const mediaType = (call.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const whole = typed(target.resource, before);
  const after = patched(whole, () => jsonBody(call), mediaType) as ApiObject;
  if (after.metadata.resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(target.resource, before.metadata.name);
  }
  return stored(call, target, before, after);
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
  if (hasGeneration(resource) && JSON.stringify(next.spec) !== JSON.stringify(before.spec)) {
    metadata.generation = (before.metadata.generation ?? 1) + 1;
  }
  const object = { ...next, metadata };
  return json(typed(resource, isDryRun(call) ? object : call.state.store.put(resource, object)));
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
  if (!dryRun) call.state.store.remove(resource, namespace, name);
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

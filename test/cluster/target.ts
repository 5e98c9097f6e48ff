// From a path to the object it names, and from a request to what authorization must judge.
import type { Target } from './call.ts';
import { apiVersionOf, RESOURCES } from './resources.ts';
import type { Attributes } from './status.ts';

/** The resource, namespace, name and subresource of a path; undefined where the cluster has none such. */
export function targetOf(path: string, disabledGroups: ReadonlySet<string>): Target | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  let decoded: string[];
  try {
    decoded = parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const grouped = decoded[0] === 'apis';
  if (!grouped && decoded[0] !== 'api') return undefined;
  const apiVersion = decoded.slice(1, grouped ? 3 : 2).join('/');
  const rest = decoded.slice(grouped ? 3 : 2);
  if (grouped && disabledGroups.has(decoded[1] ?? '')) return undefined;
  return rest[0] === 'namespaces' && rest.length > 2
    ? named(apiVersion, rest.slice(2), rest[1])
    : named(apiVersion, rest, undefined);
}

function named(apiVersion: string, rest: string[], namespace: string | undefined): Target | undefined {
  const [plural, name, ...subresource] = rest;
  const resource = RESOURCES.find((one) => one.plural === plural && apiVersionOf(one) === apiVersion);
  if (resource === undefined) {
    // namespaces/<name>/status reads like a namespaced resource called "status"
    return plural === 'status' && namespace !== undefined
      ? named(apiVersion, ['namespaces', namespace, 'status'], undefined)
      : undefined;
  }
  if (namespace !== undefined && !resource.namespaced) return undefined;
  if (resource.namespaced && namespace === undefined && name !== undefined) return undefined;
  return {
    resource,
    namespace,
    name,
    subresource: subresource.length > 0 ? subresource.join('/') : undefined,
  };
}

export function isWatch(query: URLSearchParams): boolean {
  return ['true', '1'].includes(query.get('watch') ?? '');
}

export function attributesOf(method: string, target: Target, query: URLSearchParams): Attributes {
  const { resource, name } = target;
  // A namespace and a project are judged inside themselves, so that rights in it are enough to read it.
  const own = resource.plural === 'namespaces' || resource.plural === 'projects' ? name : undefined;
  return {
    // To open a port or to run a program is to create, whatever the method (Kubernetes since 1.35).
    verb: ['portforward', 'exec'].includes(target.subresource ?? '') ? 'create' : verbOf(method, name, query),
    group: resource.group,
    resource: resource.plural,
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
    ...((target.namespace ?? own) === undefined ? {} : { namespace: target.namespace ?? own ?? '' }),
    ...(name === undefined ? {} : { name }),
  };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (name !== undefined) return 'get';
      return isWatch(query) ? 'watch' : 'list';
  }
}

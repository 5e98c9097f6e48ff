// GET of a collection: one stable snapshot, cut into pages.
import type { ApiObject } from './api-object.ts';
import type { Answer, Call, Target } from './call.ts';
import { apiVersionOf, qualified, type Resource } from './resources.ts';
import { selectorOf } from './selectors.ts';
import { badRequest, continueExpired } from './status.ts';
import { metadataOf, tableOf, wantsMetadata, wantsTable } from './tables.ts';
import { isWatch } from './target.ts';

/** Where a list goes on: the snapshot's revision (-1: whatever is current) and the last key already sent. */
interface Position {
  revision: number;
  after: string;
}

interface ListRequest {
  target: Target;
  revision: number;
  /** Undefined: everything at once. */
  limit: number | undefined;
  from: string | undefined;
  selector: ((object: ApiObject) => boolean) | undefined;
}

export function list(call: Call): Answer | undefined {
  const { target } = call;
  if (call.method !== 'GET' || target === undefined || target.name !== undefined) return undefined;
  if (target.resource.origin !== 'stored' || isWatch(call.query)) return undefined;
  const request = requestOf(call, target);
  const shaped = wantsTable(call.headers) || wantsMetadata(call.headers);
  const bulk = call.state.store.bulkOf(target.resource) !== undefined && !shaped;
  if (bulk && request.selector === undefined) return bulkList(call, request);
  const page = pageOf(call, request);
  const body = wantsTable(call.headers)
    ? tableOf(target.resource, page.items, page.metadata, call)
    : wantsMetadata(call.headers)
      ? metadataOf(page.items, page.metadata)
      : { kind: `${target.resource.kind}List`, apiVersion: apiVersionOf(target.resource), ...page };
  return { kind: 'json', code: 200, body, list: true };
}

/** Makes and keeps the compressed pages of a bulk list before anyone asks. @returns the number of pages */
export function warmPages(state: Call['state'], resource: Resource, limit: number): number {
  const call = { state } as Call;
  const target: Target = { resource, namespace: undefined, name: undefined, subresource: undefined };
  const base = state.store.bulkOf(resource);
  if (base === undefined) return 0;
  let pages = 0;
  for (let start = 0; start < base.count; start += limit) {
    const from = start === 0 ? undefined : `${base.keyAt(start - 1)}\0`;
    bulkList(call, { target, revision: state.store.revision, limit, from, selector: undefined });
    pages += 1;
  }
  return pages;
}

function requestOf(call: Call, target: Target): ListRequest {
  const { query, state } = call;
  const limitText = query.get('limit');
  const token = query.get('continue') ?? '';
  const version = query.get('resourceVersion');
  if (token !== '' && version !== null && version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const limit = limitText === null || limitText === '' ? 0 : Number(limitText);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`strconv.ParseInt: parsing "${limitText}": invalid syntax`);
  // Served from the watch cache of a real server, which ignores the limit.
  const unlimited = limit === 0 || (version === '0' && token === '');
  const position = token === '' ? undefined : positionOf(token);
  const current = state.store.revision;
  if (position !== undefined && position.revision >= 0 && position.revision < state.store.oldest) {
    throw continueExpired(tokenOf({ revision: -1, after: position.after }));
  }
  const exact = query.get('resourceVersionMatch') === 'Exact' ? Number(version) : undefined;
  return {
    target,
    revision: position !== undefined && position.revision >= 0 ? position.revision : (exact ?? current),
    limit: unlimited ? undefined : limit,
    // The smallest key after the last one sent.
    from: position === undefined ? undefined : `${position.after}\0`,
    selector: selectorOf(query),
  };
}

function pageOf(call: Call, request: ListRequest) {
  const { target, revision, limit, from, selector } = request;
  const items: ApiObject[] = [];
  let last: string | undefined;
  let more = false;
  const options = { namespace: target.namespace, revision, ...(from === undefined ? {} : { from }) };
  for (const { key, object } of call.state.store.scan(target.resource, options)) {
    if (selector !== undefined && !selector(object)) continue;
    if (limit !== undefined && items.length === limit) {
      more = true;
      break;
    }
    items.push(object);
    last = key;
  }
  const metadata: Record<string, unknown> = { resourceVersion: String(revision) };
  if (more && last !== undefined) {
    metadata.continue = tokenOf({ revision, after: last });
    // The real server does not know how many of the rest a selector takes.
    if (selector === undefined) {
      metadata.remainingItemCount = call.state.store.count(target.resource, {
        namespace: target.namespace,
        revision,
        from: `${last}\0`,
      });
    }
  }
  return { metadata, items };
}

function bulkList(call: Call, request: ListRequest): Answer {
  const { resource, namespace } = request.target;
  const head = (metadata: unknown) =>
    `{"kind":"${resource.kind}List","apiVersion":"${apiVersionOf(resource)}","metadata":${JSON.stringify(metadata)},"items":[`;
  if (request.limit === undefined) {
    return { kind: 'parts', code: 200, parts: allParts(call, request, head) };
  }
  const name = [
    qualified(resource),
    namespace ?? '',
    request.revision,
    request.limit,
    request.from ?? '',
  ].join(' ');
  const body = call.state.pages.page(name, () => {
    const page = pageOf(call, request);
    return `${head(page.metadata)}${page.items.map((item) => JSON.stringify(item)).join(',')}]}\n`;
  });
  return { kind: 'gzipped', code: 200, body };
}

function* allParts(call: Call, request: ListRequest, head: (metadata: unknown) => string): Generator<string> {
  const { target, revision } = request;
  yield head({ resourceVersion: String(revision) });
  let part: string[] = [];
  let first = true;
  for (const { object } of call.state.store.scan(target.resource, {
    namespace: target.namespace,
    revision,
  })) {
    part.push(JSON.stringify(object));
    if (part.length < 200) continue;
    yield (first ? '' : ',') + part.join(',');
    first = false;
    part = [];
  }
  if (part.length > 0) yield (first ? '' : ',') + part.join(',');
  yield ']}\n';
}

function tokenOf(position: Position): string {
  const body = { v: 'meta.k8s.io/v1', rv: position.revision, start: `${position.after}\0` };
  return Buffer.from(JSON.stringify(body)).toString('base64url');
}

function positionOf(token: string): Position {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as {
      rv: unknown;
      start: unknown;
    };
    if (typeof rv === 'number' && typeof start === 'string')
      return { revision: rv, after: start.slice(0, -1) };
  } catch {
    // Falls through: a token that is not ours.
  }
  throw badRequest('continue key is not valid: illegal base64 data or unknown token');
}

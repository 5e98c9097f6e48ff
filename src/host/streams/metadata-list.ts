import { continueTokenOf } from '../../cluster/inventory/list-head.ts';
import { type RetryPolicy, withRetry } from '../../cluster/inventory/retry.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { toApiError } from '../../cluster/session/api-status.ts';
import { MalformedListError } from '../../cluster/watch/list-pages.ts';
import { said } from '../../engine/said.ts';
import { isObject, listAt, objectAt, textAt } from '../../engine/shape.ts';

/** The name of an object and when it was created: all that is asked of a list. */
export interface ObjectName {
  /** Empty for what is in no namespace. */
  namespace: string;
  name: string;
  /** RFC 3339, null where it isn't told. */
  created: string | null;
}

/** Somebody is waiting: better an error soon than an answer late. */
export const SHORT_RETRY: RetryPolicy = { attempts: 3, firstDelayMs: 250, longestDelayMs: 3000 };

/** Names without histories, which are most of an image stream; whole objects from a server that can't leave them out. */
const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const PAGE_SIZE = 500;
/** How often a list whose continue token expired is begun again. */
const RESTARTS = 3;

/**
 * Lists a collection by name, in pages.
 * @param path of the collection, such as `/api/v1/namespaces`
 * @throws ApiError, ClusterUnreachableError, MalformedListError
 */
export async function listNames(session: ApiSession, path: string): Promise<ObjectName[]> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await listOnce(session, path);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 410;
      if (!expired || restarts >= RESTARTS) throw error;
    }
  }
}

async function listOnce(session: ApiSession, path: string): Promise<ObjectName[]> {
  const names: ObjectName[] = [];
  for (let token: string | undefined; token !== ''; ) {
    const query = { limit: String(PAGE_SIZE), continue: token };
    const body = await withRetry(() => fetchPage(session, path, query), undefined, SHORT_RETRY);
    const page = readPage(path, body);
    names.push(...listAt(page, 'items').map(nameOf));
    token = continueTokenOf(body) ?? textAt(objectAt(page, 'metadata'), 'continue');
  }
  return names;
}

async function fetchPage(
  session: ApiSession,
  path: string,
  query: Record<string, string | undefined>,
): Promise<Buffer> {
  const request = { path, query, headers: { accept: NAMES_ONLY } };
  const answer = await session.bytes(request);
  if (answer.status < 200 || answer.status > 299) {
    throw toApiError(request, answer, { context: session.target.context });
  }
  return answer.body;
}

function readPage(path: string, body: Buffer): unknown {
  let page: unknown;
  try {
    page = JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedListError(said('The server’s answer to the list of {0} is not JSON.', path));
  }
  // An answer without items is not an empty list.
  if (!isObject(page) || !('items' in page)) {
    throw new MalformedListError(said('The server’s answer to the list of {0} is no list.', path));
  }
  return page;
}

function nameOf(object: unknown): ObjectName {
  const metadata = objectAt(object, 'metadata');
  return {
    namespace: textAt(metadata, 'namespace'),
    name: textAt(metadata, 'name'),
    created: textAt(metadata, 'creationTimestamp') || null,
  };
}

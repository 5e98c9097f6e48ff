import { hash } from 'node:crypto';
import { SaidError, said } from '../../engine/said.ts';
import { isObject, objectAt, textAt } from '../../engine/shape.ts';
import { continueTokenOf } from '../inventory/list-head.ts';
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { toApiError } from '../session/api-status.ts';

export interface ListRequest {
  /** Of the collection: `/api/v1/pods`. */
  path: string;
  /** Objects in a page; 500 where absent. */
  pageSize?: number;
  retry?: RetryPolicy;
  signal?: AbortSignal;
  /** Told of every failure of a page that is asked for again. */
  onRetry?: (error: unknown) => void;
  /** Pages as the last listing left them: those that are still the same aren't read again. Filled by this one. */
  seen?: Set<string>;
}

/** What came in place of a list that is not what a list must be. */
export class MalformedListError extends SaidError {
  override name = 'MalformedListError';
}

const PAGE_SIZE = 500;
/** How often a list whose continue token expired is begun again. */
const RESTARTS = 5;
const ITEMS = Buffer.from('"items":');

/**
 * Lists a collection in pages, each failed page tried again. Where a continue token expires the list begins again, so
 * that an object may be handed over more than once.
 * @param onItems takes a page's objects, as the API sends list items: without kind. What it throws ends the listing
 * @returns the resourceVersion that all pages show, for a watch to go on from
 * @throws ApiError, ClusterUnreachableError, MalformedListError
 */
export async function listPages(
  session: ApiSession,
  request: ListRequest,
  onItems: (items: readonly unknown[]) => void,
): Promise<string> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await listOnce(session, request, onItems);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 410;
      if (!expired || restarts >= RESTARTS) throw error;
      request.onRetry?.(error);
    }
  }
}

async function listOnce(
  session: ApiSession,
  { path, pageSize = PAGE_SIZE, retry = DEFAULT_RETRY, signal, onRetry, seen }: ListRequest,
  onItems: (items: readonly unknown[]) => void,
): Promise<string> {
  const pages = new Set<string>();
  let version = '';
  for (let token: string | undefined; token !== ''; ) {
    const query = { limit: String(pageSize), continue: token || undefined };
    const body = await withRetry(() => fetchPage(session, path, query, signal), signal, retry, onRetry);
    const print = seen ? printOf(body) : undefined;
    if (print) pages.add(print.items);
    if (print && seen?.has(print.items)) {
      token = print.token;
      continue;
    }
    const page = readPage(path, body);
    version ||= page.version;
    onItems(page.items);
    token = page.token;
  }
  if (seen) {
    seen.clear();
    for (const page of pages) seen.add(page);
  }
  return version;
}

async function fetchPage(
  session: ApiSession,
  path: string,
  query: { limit: string; continue: string | undefined },
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const request = { path, query, signal };
  const answer = await session.bytes(request);
  if (answer.status < 200 || answer.status > 299) {
    throw toApiError(request, answer, { context: session.target.context });
  }
  return answer.body;
}

/** A page's items in short, without parsing them; undefined where the page's head doesn't tell where it goes on. */
function printOf(body: Buffer): { items: string; token: string } | undefined {
  const token = continueTokenOf(body);
  if (token === undefined) return undefined;
  return { items: hash('sha256', body.subarray(body.indexOf(ITEMS)), 'base64'), token };
}

function readPage(path: string, body: Buffer): { items: readonly unknown[]; version: string; token: string } {
  let page: unknown;
  try {
    page = JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedListError(said('The server’s answer to the list of {0} is not JSON.', path));
  }
  const metadata = objectAt(page, 'metadata');
  const version = textAt(metadata, 'resourceVersion');
  const items = isObject(page) ? page.items : undefined;
  // An answer without items is not an empty list: taking it for one would overlook everything.
  if (!(Array.isArray(items) || items === null) || version === '') {
    throw new MalformedListError(said('The server’s answer to the list of {0} is no list.', path));
  }
  return { items: items ?? [], version, token: textAt(metadata, 'continue') };
}

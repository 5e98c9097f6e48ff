import type { InventoryResource, MissingList } from '../../engine/inventory.ts';
import { inEnglish, SaidError, said, wordsOf } from '../../engine/said.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { toApiError } from '../session/api-status.ts';
import { continueTokenOf } from './list-head.ts';
import { IMAGE_API, LISTS, type ListSource, listPath } from './lists.ts';
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from './retry.ts';

/** Takes pages as they come. Pages of one list arrive in order, those of different lists at any time. */
export interface PageReader {
  /**
   * Reads one page.
   * @param body decompressed JSON; it belongs to the reader from now on
   * @throws where the page is not what it should be
   */
  addPage(resource: InventoryResource, body: Buffer): Promise<PageFacts>;
  /** Forgets a list, because it is listed again from the start. */
  drop(resource: InventoryResource): Promise<void>;
  addMissing(list: MissingList): Promise<void>;
}

export interface PageFacts {
  items: number;
  /** Empty for the last page. */
  continueToken: string;
  /** What the server says is still to come. */
  remaining: number | undefined;
}

export interface Progress {
  resource: InventoryResource;
  /** Items so far. */
  items: number;
  /** Items in all, where the server tells. */
  total: number | undefined;
  /** Bytes over the wire so far. */
  wireBytes: number;
  state: 'listing' | 'done' | 'missing';
}

export interface InventoryRequest {
  /** Which namespace to look at; null for all. */
  namespace: string | null;
  /** Whether users of images are looked for in every namespace even then. */
  referrersEverywhere: boolean;
  /** Where to look at least, for a user who may not look everywhere; `namespace` where that is given. */
  homeNamespace?: string;
  pageSize?: number;
  retry?: RetryPolicy;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** The cluster has no image API: it is a plain Kubernetes. */
export class NotOpenShiftError extends SaidError {
  override name = 'NotOpenShiftError';
}

const PAGE_SIZE = 500;
/** How often a list whose continue token expired is begun again. */
const RESTARTS = 5;
/** Pages of one list that may wait to be read while the next is fetched. */
const PAGES_AHEAD = 2;

/**
 * Takes the inventory of a cluster: every list at the same time, in pages. A list that can't be had whole is reported
 * to the reader as missing; nothing is left out silently.
 * @throws NotOpenShiftError, ClusterUnreachableError, or ApiError where the credential itself is refused
 */
export async function takeInventory(
  session: ApiSession,
  reader: PageReader,
  request: InventoryRequest,
): Promise<void> {
  await checkImageApi(session, request);
  const abort = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
  try {
    await Promise.all(LISTS.map((list) => takeList(session, reader, list, { ...request, signal })));
  } catch (error) {
    abort.abort();
    throw request.signal?.aborted ? request.signal.reason : error;
  }
}

/** @throws NotOpenShiftError where the cluster has no image API; what the session throws, but for a refusal */
export async function checkImageApi(
  session: ApiSession,
  request: Pick<InventoryRequest, 'signal' | 'retry'>,
): Promise<void> {
  const { signal } = request;
  try {
    await withRetry(() => session.json({ path: IMAGE_API, signal }), signal, request.retry);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      throw new NotOpenShiftError(
        said(
          '{0} (context “{1}”) is not an OpenShift cluster: it has no image.openshift.io API, so it keeps no image streams and there is nothing to prune. Choose another context.',
          session.server,
          session.target.context,
        ),
      );
    }
    // Whether the user may read this path says nothing about the lists.
    if (!(error instanceof ApiError && error.status === 403)) throw error;
  }
}

async function takeList(
  session: ApiSession,
  reader: PageReader,
  list: ListSource,
  request: InventoryRequest,
): Promise<void> {
  const { resource } = list;
  const own = resource === 'imagestreams' || resource === 'limitranges';
  const everywhere = request.namespace === null || (!own && request.referrersEverywhere);
  try {
    await listPages(session, reader, list, everywhere ? null : request.namespace, request);
  } catch (error) {
    if (!isOfThisListAlone(error, request.signal)) throw error;
    const missing = missingList(resource, error);
    await reader.drop(resource);
    await reader.addMissing(missing);
    // Whoever may not look everywhere may still look at home: better than nothing, as long as it is marked.
    const home = request.namespace ?? request.homeNamespace;
    if (missing.cause === 'forbidden' && everywhere && home !== undefined && list.namespaced) {
      await listPages(session, reader, list, home, request).catch((second: unknown) => {
        if (!isOfThisListAlone(second, request.signal)) throw second;
        return reader.drop(resource);
      });
    }
    request.onProgress?.({ resource, items: 0, total: undefined, wireBytes: 0, state: 'missing' });
  }
}

/** A refused credential or a cancellation concerns everything, not one list. */
function isOfThisListAlone(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return false;
  return !(error instanceof ApiError && error.status === 401);
}

function missingList(resource: InventoryResource, error: unknown): MissingList {
  const cause = error instanceof ApiError && error.status === 403 ? 'forbidden' : 'failed';
  if (error instanceof ApiError && error.serverMessage !== '') {
    return { resource, cause, message: error.serverMessage };
  }
  const words = wordsOf(error);
  return { resource, cause, message: inEnglish(words), words };
}

async function listPages(
  session: ApiSession,
  reader: PageReader,
  list: ListSource,
  namespace: string | null,
  request: InventoryRequest,
): Promise<void> {
  for (let restarts = 0; ; restarts++) {
    try {
      await listOnce(session, reader, list, namespace, request);
      return;
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 410;
      if (!expired || restarts >= RESTARTS) throw error;
      await reader.drop(list.resource);
    }
  }
}

async function listOnce(
  session: ApiSession,
  reader: PageReader,
  list: ListSource,
  namespace: string | null,
  request: InventoryRequest,
): Promise<void> {
  const { resource } = list;
  const path = listPath(list, namespace);
  const limit = String(request.pageSize ?? PAGE_SIZE);
  const reading: Promise<PageFacts>[] = [];
  let items = 0;
  let wireBytes = 0;
  let total: number | undefined;
  const report = (state: Progress['state']) =>
    request.onProgress?.({ resource, items, total, wireBytes, state });

  const settle = async (page: Promise<PageFacts>): Promise<PageFacts> => {
    const facts = await page;
    items += facts.items;
    total = facts.remaining === undefined ? undefined : items + facts.remaining;
    report('listing');
    return facts;
  };

  for (let token: string | undefined; token !== ''; ) {
    const page = await withRetry(
      () => fetchPage(session, path, { limit, continue: token || undefined }, request),
      request.signal,
      request.retry ?? DEFAULT_RETRY,
    );
    if (page === 'disabled') {
      if (!list.mayBeDisabled) {
        throw new SaidError(said('{0} is not served by this cluster (404 Not Found)', path));
      }
      report('done');
      return;
    }
    wireBytes += page.wireBytes;
    const next = continueTokenOf(page.body);
    const facts = settle(reader.addPage(resource, page.body));
    facts.catch(() => {}); // awaited below, or after the loop
    reading.push(facts);
    if (next === undefined) token = (await facts).continueToken;
    else token = next;
    if (reading.length > PAGES_AHEAD) await reading.shift();
  }
  await Promise.all(reading);
  report('done');
}

async function fetchPage(
  session: ApiSession,
  path: string,
  query: { limit: string; continue: string | undefined },
  { signal }: InventoryRequest,
): Promise<{ body: Buffer; wireBytes: number } | 'disabled'> {
  const request = { path, query, signal, gzip: true };
  const answer = await session.bytes(request);
  if (answer.status === 404) return 'disabled';
  if (answer.status < 200 || answer.status > 299) throw toApiError(request, answer);
  return answer;
}

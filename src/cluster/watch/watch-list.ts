import { setTimeout as delay } from 'node:timers/promises';
import { SaidError, said } from '../../engine/said.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../inventory/retry.ts';
import { ApiError, type ApiSession, ClusterUnreachableError } from '../session/api-session.ts';
import { toApiError } from '../session/api-status.ts';
import { backOff } from './back-off.ts';
import { listPages } from './list-pages.ts';
import { Settling } from './settling.ts';
import type { Change, WatchEvent } from './watch-event.ts';
import { watchEvents } from './watch-events.ts';

/** Takes what a collection holds. What it throws counts as a failure of the list or watch it came from. */
export interface ListReader {
  /** Objects of a list, as list items are: without kind. The same object may come again and again. */
  onItems(items: readonly unknown[]): void;
  /** What a watch tells, in order. */
  onChanges(changes: readonly Change[]): void;
  /** From now on nothing is missed: everything is handed over as it happens, or at the next poll. */
  onFresh(): void;
  /**
   * From now on something may have happened that has not been handed over; so it is, too, until the first `onFresh`.
   * @param cause what went wrong; undefined where a watch has ended as agreed and goes on at once
   */
  onStale(cause: unknown): void;
}

export interface WatchListRequest {
  /** Of the collection: `/api/v1/pods`. */
  path: string;
  /** A 404 to the first list means that there are no such objects. */
  mayBeDisabled?: boolean;
  /** Ends it. */
  signal: AbortSignal;
  /** Objects in a page; 500 where absent. */
  pageSize?: number;
  /** How often a page is tried, and how long to wait between attempts of all kinds. */
  retry?: RetryPolicy;
  /** The pause between two polls where the user may list but not watch; 5 s where absent. Long lists lengthen it. */
  pollMs?: number;
  /** Whole seconds until a watch is made anew; 30 to 45 where absent. */
  watchSeconds?: number;
  /** How long the server may take to begin with its answer to a watch; 30 s where absent. */
  answerWithinMs?: number;
}

/** A collection that is being followed. */
export interface WatchedList {
  /** `poll` where the user may not watch; `none` where the API is disabled. */
  readonly mode: 'watch' | 'poll' | 'none';
  /** Resolves once the signal has ended it; never rejects. */
  readonly ended: Promise<void>;
}

const POLL_MS = 5_000;
/** What a poll may always take: how long short ones take varies much. */
const SHORTEST_POLL_MS = 500;
/**
 * Shorter than the minute of silence after which many load balancers cut a connection. It also bounds for how long it
 * can go unnoticed that a connection has died.
 */
const WATCH_SECONDS = 30;
const ANSWER_WITHIN_MS = 30_000;

/**
 * Lists a collection and follows it from there until the signal ends it: by watch, or, where the user may not watch, by
 * listing again. What breaks or fails is mended with growing waits for as long as it takes; where the server doesn't
 * remember what happened since, the list is made again. What is there to stay is never missed; what comes and goes
 * between two lists is.
 *
 * A watch takes one of the session's connections for as long as it lasts.
 * @returns once the first list has been handed over whole
 * @throws what the first list fails with: ApiError, ClusterUnreachableError, MalformedListError, or what the reader throws
 */
export async function watchList(
  session: ApiSession,
  request: WatchListRequest,
  reader: ListReader,
): Promise<WatchedList> {
  const follower = new Follower(session, request, reader);
  try {
    await follower.list();
  } catch (error) {
    const disabled = request.mayBeDisabled && error instanceof ApiError && error.status === 404;
    if (!disabled) throw error;
    reader.onFresh();
    return { mode: 'none', ended: Promise.resolve() };
  }
  return {
    get mode() {
      return follower.polls ? 'poll' : 'watch';
    },
    ended: follower.follow(),
  };
}

class Follower {
  readonly #session: ApiSession;
  readonly #request: WatchListRequest;
  readonly #reader: ListReader;
  readonly #retry: RetryPolicy;
  /** The pages of the last poll. */
  readonly #seen = new Set<string>();
  /** Where a watch goes on; undefined where a list has to come first. */
  #version: string | undefined;
  /** In a row, without anything new in between. */
  #failures = 0;
  #lastPollMs = 0;
  polls = false;

  constructor(session: ApiSession, request: WatchListRequest, reader: ListReader) {
    this.#session = session;
    this.#request = request;
    this.#reader = reader;
    this.#retry = request.retry ?? DEFAULT_RETRY;
  }

  /** @param seen where pages that are still the same need not be handed over again */
  async list(seen?: Set<string>): Promise<void> {
    const { path, pageSize, signal } = this.#request;
    const onRetry = (error: unknown) => this.#reader.onStale(error);
    const request = { path, pageSize, retry: this.#retry, signal, onRetry, seen };
    this.#version = await listPages(this.#session, request, (items) => this.#reader.onItems(items));
  }

  async follow(): Promise<void> {
    const { signal } = this.#request;
    while (!signal.aborted) {
      try {
        if (this.polls) await this.#poll();
        else {
          if (this.#version === undefined) await this.list();
          await this.#watch(this.#version ?? '');
        }
      } catch (error) {
        if (!signal.aborted) await this.#mend(error);
      }
    }
  }

  async #poll(): Promise<void> {
    const { path, pollMs = POLL_MS, signal } = this.#request;
    const began = performance.now();
    const late = setTimeout(
      () =>
        this.#reader.onStale(
          new SaidError(said('the list of {0} takes much longer than the one before', path)),
        ),
      3 * Math.max(pollMs, this.#lastPollMs, SHORTEST_POLL_MS),
    );
    try {
      await this.list(this.#seen);
    } finally {
      clearTimeout(late);
    }
    this.#failures = 0;
    this.#reader.onFresh();
    // A large cluster is not to be kept busy with lists alone.
    this.#lastPollMs = performance.now() - began;
    await delay(Math.max(pollMs, this.#lastPollMs), undefined, { signal });
  }

  async #watch(version: string): Promise<void> {
    const { path, answerWithinMs = ANSWER_WITHIN_MS, signal } = this.#request;
    // Some chance, so that many watches don't end together.
    const seconds = this.#request.watchSeconds ?? Math.round(WATCH_SECONDS * (1 + Math.random() / 2));
    const began = performance.now();
    let settling: Settling | undefined;
    try {
      const request = { path, version, seconds, answerWithinMs, signal };
      for await (const events of watchEvents(this.#session, request)) {
        settling ??= new Settling(() => this.#reader.onFresh());
        settling.again();
        this.#take(events);
      }
    } finally {
      settling?.stop();
    }
    this.#reader.onStale(undefined);
    const wasOfUse = this.#version !== version || performance.now() - began > seconds * 500;
    this.#failures = wasOfUse ? 0 : this.#failures + 1;
    if (!wasOfUse) await delay(backOff(this.#retry, this.#failures), undefined, { signal });
  }

  #take(events: readonly WatchEvent[]): void {
    const changes = events.flatMap((event) => (event.kind === 'change' ? [event.change] : []));
    if (changes.length > 0) this.#reader.onChanges(changes);
    for (const event of events) {
      if (event.kind === 'error') throw this.#givenUp(event.status);
      if (event.version !== this.#version) this.#failures = 0;
      this.#version = event.version;
    }
  }

  /** Where the server gives a watch up on its own, going on from the same version would lead to the same. */
  #givenUp(status: object): ApiError {
    this.#version = undefined;
    const { path } = this.#request;
    const answer = { status: 0, headers: {}, body: Buffer.from(JSON.stringify(status)) };
    const code = 'code' in status && typeof status.code === 'number' ? status.code : 500;
    const { context } = this.#session.target;
    return toApiError({ path, query: { watch: 'true' } }, { ...answer, status: code }, { context });
  }

  async #mend(error: unknown): Promise<void> {
    if (refusesWatching(error)) {
      this.polls = true;
      this.#reader.onStale(undefined);
      return;
    }
    this.#reader.onStale(error);
    if (!canBeResumed(error)) this.#version = undefined;
    this.#failures++;
    if (this.#failures === 1 && isExpired(error)) return;
    const wait = backOff(this.#retry, this.#failures, error);
    await delay(wait, undefined, { signal: this.#request.signal }).catch(() => {});
  }
}

function refusesWatching(error: unknown): boolean {
  return (
    error instanceof ApiError && error.verb === 'watch' && (error.status === 403 || error.status === 405)
  );
}

function isExpired(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}

/** Whether the version that was reached is still good: what failed was the way or the server, not what it told. */
function canBeResumed(error: unknown): boolean {
  if (error instanceof ClusterUnreachableError) return true;
  return error instanceof ApiError && error.status !== 400 && !isExpired(error);
}

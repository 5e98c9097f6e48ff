import type { Readable } from 'node:stream';
import { said } from '../../engine/said.ts';
import type { ApiSession } from '../session/api-session.ts';
import { toApiError } from '../session/api-status.ts';
import { LineSplitter } from './line-splitter.ts';
import { MalformedEventError, readWatchEvent, type WatchEvent } from './watch-event.ts';

export interface WatchRequest {
  /** Of the collection: `/api/v1/pods`. */
  path: string;
  /** The resourceVersion to go on from. */
  version: string;
  /** Whole seconds until the server ends the watch. */
  seconds: number;
  /** How long the server may take to begin with its answer, and to end the watch when its time is up. */
  answerWithinMs: number;
  signal: AbortSignal;
}

/** Of an answer that refuses a watch. */
const LONGEST_REFUSAL = 64 * 1024;

/**
 * Watches a collection once. Events come in batches, as they arrive together; the first batch is empty and says that
 * the server has accepted the watch. It returns where the server ends the watch as agreed.
 * @throws ApiError where the watch is refused; ClusterUnreachableError where it breaks; MalformedEventError and
 *   LineTooLongError where what comes is no watch
 */
export async function* watchEvents(
  session: ApiSession,
  { path, version, seconds, answerWithinMs, signal }: WatchRequest,
): AsyncGenerator<WatchEvent[]> {
  const request = {
    path,
    query: {
      watch: 'true',
      resourceVersion: version,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
    },
    signal,
    headersTimeoutMs: answerWithinMs,
    // Silence is nothing unusual, as long as it ends in time.
    bodyTimeoutMs: seconds * 1000 + answerWithinMs,
  };
  const { status, headers, body } = await session.send(request);
  if (status < 200 || status > 299) {
    const answer = { status, headers, body: await beginningOf(body) };
    throw toApiError(request, answer, { context: session.target.context });
  }
  try {
    yield [];
    const lines = new LineSplitter();
    for await (const piece of body) yield lines.push(piece).map(readWatchEvent);
    if (lines.pending > 0) throw new MalformedEventError(said('the watch ended in the middle of an event'));
  } finally {
    body.destroy();
  }
}

async function beginningOf(body: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_REFUSAL) break;
  }
  return Buffer.concat(pieces);
}

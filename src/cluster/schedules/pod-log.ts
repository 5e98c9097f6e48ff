import { ApiError, type ApiSession } from '../session/api-session.ts';
import { toApiError } from '../session/api-status.ts';
import { LineSplitter } from '../watch/line-splitter.ts';
import { podPath } from './paths.ts';

export interface LogRequest {
  namespace: string;
  pod: string;
  /** Needed where the pod has several. */
  container?: string;
  /** Go on until the container ends. */
  follow?: boolean;
  signal?: AbortSignal;
}

/** A line longer than this is no log line. */
const LONGEST_LINE = 1024 * 1024;
/** A prune of 250,000 deletions writes about 25 MB. */
const LONGEST_LOG = 64 * 1024 * 1024;

/**
 * A container's log, line by line, in batches as they arrive.
 * @throws ApiError, ClusterUnreachableError
 */
export async function* podLog(session: ApiSession, log: LogRequest): AsyncGenerator<string[]> {
  const request = {
    path: podPath(log.namespace, log.pod, 'log'),
    query: {
      container: log.container,
      follow: log.follow ? 'true' : undefined,
      limitBytes: log.follow ? undefined : String(LONGEST_LOG),
    },
    signal: log.signal,
    // A prune that works something out says nothing for minutes.
    bodyTimeoutMs: log.follow ? 0 : undefined,
  };
  const { status, headers, body } = await session.send(request);
  if (status < 200 || status > 299) {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    throw toApiError(
      request,
      { status, headers, body: Buffer.concat(pieces) },
      { context: session.target.context },
    );
  }
  const lines = new LineSplitter(LONGEST_LINE);
  try {
    for await (const piece of body) {
      const found = lines.push(piece);
      if (found.length > 0) yield found;
    }
    // The last line may lack its end.
    const rest = lines.push(Buffer.from('\n'));
    if (rest.length > 0) yield rest;
  } finally {
    body.destroy();
  }
}

/** Why a log can't be had, where that is the server's answer. */
export function logRefusal(error: unknown): ApiError | undefined {
  return error instanceof ApiError && [400, 403, 404, 500].includes(error.status) ? error : undefined;
}

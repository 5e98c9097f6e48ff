// One request, from its first byte to its answer: faults, the user, permission, a handler.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ANONYMOUS, allows, userOfRequest } from './access.ts';
import type { Answer, Call, ClusterState, Handler } from './call.ts';
import { deliver } from './delivery.ts';
import { discovery } from './discovery.ts';
import type { FaultAction, Faults } from './faults.ts';
import { identity, reviews } from './identity.ts';
import { imageViews } from './image-views.ts';
import { list } from './lists.ts';
import { objects } from './objects.ts';
import { openapi } from './openapi.ts';
import { exec } from './pods/exec.ts';
import { podLog } from './pods/log-requests.ts';
import { portForward } from './port-forward.ts';
import { ApiError, conflict, forbidden } from './status.ts';
import { attributesOf, targetOf } from './target.ts';
import { watch } from './watches.ts';

/** A request as it came in. Tokens and bodies are not kept. */
export interface LoggedRequest {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  user: string;
  userAgent: string;
  /** Milliseconds since the process started (performance.now). */
  at: number;
  /** 0 until it is answered. */
  code: number;
}

/** In this order: the first that knows the call answers it. */
const HANDLERS: readonly Handler[] = [
  discovery,
  openapi,
  reviews,
  identity,
  imageViews,
  portForward,
  exec,
  podLog,
  watch,
  list,
  objects,
];

const REQUESTS_KEPT = 50_000;

/** Answers a request, or leaves it to the faults. Rejects only for a bug of ours. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  state: ClusterState,
  faults: Faults,
  requests: LoggedRequest[],
): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '/').split('?');
  const method = request.method ?? 'GET';
  const entry: LoggedRequest = {
    method,
    path,
    query,
    user: '',
    userAgent: request.headers['user-agent'] ?? '',
    at: performance.now(),
    code: 0,
  };
  requests.push(entry);
  if (requests.length > REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT / 10);
  response.on('finish', () => {
    entry.code = response.statusCode;
  });

  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return;
  }
  const struck = faults.strike(method, request.url ?? '/');
  const call: Call = {
    state,
    method,
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    user: ANONYMOUS,
    target: targetOf(path, state.disabledGroups),
    body: Buffer.concat(chunks),
    warnings: [],
  };
  const headers: Record<string, string> = {
    date: state.clock().toUTCString(),
    'cache-control': 'no-cache, private',
    'audit-id': `request-${state.store.revision}-${requests.length}`,
  };
  let answer: Answer;
  try {
    for (const action of struck) {
      if (!(await survives(action, call, request))) return;
    }
    call.user = userOfRequest(request, state.tokens);
    entry.user = call.user.name;
    injectErrors(struck, call);
    answer = answered(call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    answer = { kind: 'json', code: error.code, body: error.body };
    Object.assign(headers, error.headers);
  }
  if (call.warnings.length > 0) {
    headers.warning = call.warnings.map((one) => `299 - ${JSON.stringify(one)}`).join(', ');
  }
  deliver(answer, { request, response, query: call.query, headers, faults: struck });
}

/** The faults of the connection. False: the request gets no answer from us any more. */
async function survives(action: FaultAction, call: Call, request: IncomingMessage): Promise<boolean> {
  switch (action.kind) {
    case 'latency':
      await delay(action.milliseconds, undefined, { ref: false });
      return !request.socket.destroyed;
    case 'hang':
      return false;
    case 'reset':
      request.socket.destroy();
      return false;
    case 'expireContinue':
      call.state.store.compact();
      return true;
    default:
      return true;
  }
}

/** The faults that are errors of the API. */
function injectErrors(struck: readonly FaultAction[], call: Call): void {
  const { target } = call;
  for (const action of struck) {
    if (action.kind === 'status') {
      const { code, reason, message, retryAfter } = action;
      const wait: Record<string, string> =
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      throw new ApiError(
        code,
        reason ?? REASONS[code],
        message ?? MESSAGES[code] ?? `the server answered ${code}`,
        {
          headers: wait,
          ...(retryAfter === undefined ? {} : { details: { retryAfterSeconds: retryAfter } }),
        },
      );
    }
    if (target === undefined) continue;
    if (action.kind === 'conflict') throw conflict(target.resource, target.name ?? '');
    if (action.kind === 'forbidden')
      throw forbidden(call.user.name, attributesOf(call.method, target, call.query));
  }
}

const REASONS: Readonly<Record<number, string>> = {
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
const MESSAGES: Readonly<Record<number, string>> = {
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: etcdserver: request timed out',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

function answered(call: Call): Answer {
  const { target, state } = call;
  if (target !== undefined) {
    const asked = attributesOf(call.method, target, call.query);
    if (!allows(state.store, call.user, asked)) throw forbidden(call.user.name, asked);
  }
  for (const handler of HANDLERS) {
    const answer = handler(call);
    if (answer !== undefined) return answer;
  }
  // What a real server says to a path that nobody serves, a disabled API group for one.
  return { kind: 'text', code: 404, body: '404 page not found\n' };
}

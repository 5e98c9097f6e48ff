import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Issued } from '../pki.ts';
import { type Authorize, has, rightNeeded, tokenIn } from './authorization.ts';
import { type Fault, takeFault } from './faults.ts';
import { listenerFor, type PlainHttpAnswer } from './listener.ts';
import { isDigest, removeBlob } from './store.ts';

/** A request as it came, its query left out. `status` is 0 until it is answered, and stays so if it never is. */
export type LoggedRequest = { method: string; path: string; status: number };

export interface FrontSettings {
  /** Certificate chain and key; without them the front speaks plain HTTP. */
  secure: Issued | undefined;
  store: string;
  authorize: Authorize;
  rootStatus: 200 | 404;
  plainHttpAnswer: PlainHttpAnswer;
  faults: Fault[];
  requests: LoggedRequest[];
}

/** What stands before the store: encryption, sign-in, OpenShift's own paths, faults. */
export interface Front {
  listen(port: number): Promise<number>;
  /** Stops listening and breaks every connection. `listen` opens it again. */
  close(): Promise<void>;
  readonly listening: boolean;
  /** Where requests go; a status: what they get while there is nothing to go to. */
  backend: { port: number } | { status: 502 | 503 };
  /** The store is under maintenance: whatever would write to it is refused. A blob is still deleted below /admin. */
  readOnly: boolean;
}

type Answer = { status: number; headers: Record<string, string | string[]>; body: Buffer | IncomingMessage };

export function createFront(settings: FrontSettings): Front {
  const scheme = settings.secure ? 'https' : 'http';
  const agent = new Agent({ keepAlive: true });
  const transports = new Map<number, Socket>();
  let closing = new AbortController();
  const server = settings.secure
    ? createSecureServer({ cert: settings.secure.certificate, key: settings.secure.key })
    : createServer();
  server.keepAliveTimeout = 60_000;
  const listener = listenerFor(server, settings.secure !== undefined, settings.plainHttpAnswer);
  listener.on('connection', (socket: Socket) => {
    const port = socket.remotePort;
    if (port === undefined) return;
    transports.set(port, socket);
    socket.once('close', () => transports.get(port) === socket && transports.delete(port));
  });
  server.on('request', (incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => reset(incoming));
  });
  // A client that breaks off is nothing to report.
  server.on('tlsClientError', () => {});
  server.on('clientError', (_error, socket) => {
    // Go's answer to what isn't HTTP, as a TLS handshake sent to an insecure registry.
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request');
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET';
    const path = (incoming.url ?? '/').replace(/\?.*$/s, '');
    const logged = { method, path, status: 0 };
    settings.requests.push(logged);
    const fault = takeFault(settings.faults, method, path);
    if (fault?.effect === 'hang') return;
    if (fault?.effect === 'reset-before') return reset(incoming);
    if (fault?.effect === 'latency') {
      await delay(fault.milliseconds, undefined, { signal: closing.signal, ref: false });
    }
    const answer = fault?.effect === 'status' ? faulty(fault) : await answerTo(incoming, method, path);
    if (fault?.effect === 'reset-midway') return breakOff(outgoing, answer);
    logged.status = answer.status;
    outgoing.writeHead(answer.status, answer.headers);
    if (Buffer.isBuffer(answer.body)) {
      outgoing.end(method === 'HEAD' ? undefined : answer.body);
      return;
    }
    // The registry sends the head of a blob that only its cache knows, and then breaks off: the client is to see both.
    outgoing.flushHeaders();
    await pipeline(answer.body, outgoing).catch(() => incoming.socket.destroy());
  }

  async function answerTo(incoming: IncomingMessage, method: string, path: string): Promise<Answer> {
    // What is answered here lives in the registry's process in truth: no process, no answer.
    const { backend } = front;
    if ('status' in backend) return empty(backend.status);
    const probe = method === 'GET' || method === 'HEAD';
    if (probe && path === '/') return empty(settings.rootStatus);
    if (probe && path === '/healthz') return empty(200);
    if (!path.startsWith('/v2') && !path.startsWith('/admin/')) return empty(404);
    const token = tokenIn(incoming.headers.authorization);
    const identity = token === undefined ? undefined : await settings.authorize(token);
    if (!identity || !has(identity, rightNeeded(method, path))) return unauthorized();
    if (path.startsWith('/admin/')) return administration(method, path);
    if (front.readOnly && !probe) return readOnly();
    return forward(incoming, backend.port).catch(() => empty(502));
  }

  /** Removes the data and nothing else: the cache of the process behind keeps claiming the blob, as OpenShift's does. */
  async function administration(method: string, path: string): Promise<Answer> {
    const digest = /^\/admin\/blobs\/([^/]+)$/.exec(path)?.[1];
    if (!digest || !isDigest(digest)) return empty(404);
    if (method !== 'DELETE') return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
    if (await removeBlob(settings.store, digest)) return { status: 204, headers: {}, body: Buffer.alloc(0) };
    return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  }

  async function forward(incoming: IncomingMessage, port: number): Promise<Answer> {
    const { authorization: _, ...headers } = incoming.headers;
    const outgoing = request({
      agent,
      host: '127.0.0.1',
      port,
      method: incoming.method,
      path: incoming.url,
      // With the client's Host and this, the registry writes every Location with the public address.
      headers: { ...headers, 'x-forwarded-proto': scheme },
    });
    // Breaking off after the answer has begun shows in the response; here it would end the process.
    outgoing.on('error', () => {});
    const answered = once(outgoing, 'response');
    const sent = pipeline(incoming, outgoing);
    sent.catch(() => {});
    const [response]: IncomingMessage[] = await answered;
    if (!response) throw new Error('no response');
    return { status: response.statusCode ?? 502, headers: endToEnd(response), body: response };
  }

  /** Sends half of the answer, so that the client knows something was done, but not what. */
  async function breakOff(outgoing: ServerResponse, answer: Answer): Promise<void> {
    const body = Buffer.isBuffer(answer.body) ? answer.body : await buffer(answer.body);
    if (body.length < 2) {
      outgoing.socket?.write('HTTP/1.1 20', () => outgoing.socket?.destroy());
      return;
    }
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
    outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.socket?.destroy());
  }

  function reset(incoming: IncomingMessage): void {
    const transport = transports.get(incoming.socket.remotePort ?? -1);
    if (transport instanceof Socket) transport.resetAndDestroy();
    incoming.socket.destroy();
  }

  const front: Front = {
    backend: { status: 503 },
    readOnly: false,
    get listening() {
      return listener.listening;
    },
    async listen(port) {
      closing = new AbortController();
      listener.listen(port, '127.0.0.1');
      await once(listener, 'listening');
      return (listener.address() as AddressInfo).port;
    },
    async close() {
      closing.abort();
      agent.destroy();
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      for (const transport of transports.values()) transport.destroy();
      await closed;
    },
  };
  return front;
}

/** Headers that belong to one connection are not passed on. */
function endToEnd(response: IncomingMessage): Answer['headers'] {
  const headers: Answer['headers'] = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers[name] = value;
  }
  return headers;
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer']);

function empty(status: number): Answer {
  return { status, headers: { 'content-length': '0', 'cache-control': 'no-cache' }, body: Buffer.alloc(0) };
}

/** OpenShift's registry answers so to everyone without the right, whether signed in or not. */
function unauthorized(): Answer {
  const answer = failure(401, 'UNAUTHORIZED', 'authentication required');
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm=openshift' } };
}

/** What Go's gorilla/handlers say to a method that nobody serves: docker-registry registers no writes while read-only. */
function readOnly(): Answer {
  const body = Buffer.from('Method not allowed\n');
  const headers = {
    allow: 'GET, HEAD',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(body.length),
    'docker-distribution-api-version': 'registry/2.0',
  };
  return { status: 405, headers, body };
}

function faulty(fault: { status: number; retryAfter?: number | string }): Answer {
  const answer =
    fault.status === 401
      ? unauthorized()
      : failure(fault.status, 'UNKNOWN', `a fault of the test: ${fault.status}`);
  if (fault.retryAfter === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(fault.retryAfter) } };
}

function failure(status: number, code: string, message: string): Answer {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'docker-distribution-api-version': 'registry/2.0',
    },
    body,
  };
}

// pods/portforward over WebSocket, as a kubelet and its container runtime speak it (k8s.io/kubelet, pkg/cri/streaming).
import { type IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Answer, Call } from './call.ts';
import { existing } from './objects.ts';
import { badRequest } from './status.ts';

/** Where a pod's port really is; undefined where nothing listens there. */
export type PortForward = (
  namespace: string,
  pod: string,
  port: number,
) => { host: string; port: number } | undefined;

interface Forwarded {
  namespace: string;
  pod: string;
  ports: readonly number[];
}

const PROTOCOL = 'v4.channel.k8s.io';

/** The connections that are forwarded just now. */
export class PortForwards {
  /** May be changed while running; where it is absent, nothing listens in any pod. */
  target: PortForward | undefined;
  readonly #sockets = new Set<Duplex>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
  });

  constructor(target: PortForward | undefined) {
    this.target = target;
  }

  /** Forwarded connections that are open. */
  get open(): number {
    return this.#webSockets.clients.size;
  }

  /** An HTTP server's `upgrade`: the request takes the way of all others, and its answer may be another protocol. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    serve: (request: IncomingMessage, response: ServerResponse) => void,
  ): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
    if (head.length > 0) socket.unshift(head);
    if (!(socket instanceof Socket)) throw new TypeError('an HTTPS server has sockets');
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => response.socket?.end());
    serve(request, response);
  }

  start(response: ServerResponse, forwarded: Forwarded): void {
    const { req: request, socket } = response;
    if (socket === null) return;
    response.detachSocket(socket);
    this.#webSockets.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
      // It wasn't sent by the response, but it is what the log of requests is to say.
      response.statusCode = 101;
      response.emit('finish');
      this.#forward(webSocket, forwarded);
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Two channels for each port, for data and for an error; the connection ends when all ports have. */
  async #forward(webSocket: WebSocket, { namespace, pod, ports }: Forwarded): Promise<void> {
    webSocket.on('error', () => undefined);
    const ends = ports.map((port, index) => {
      const number = Buffer.alloc(2);
      number.writeUInt16LE(port);
      const [data, error] = [index * 2, index * 2 + 1];
      sendOn(webSocket, data, number);
      sendOn(webSocket, error, number);
      return relay(webSocket, data, this.target?.(namespace, pod, port)).catch((cause: Error) => {
        const why = `failed to connect to localhost:${port} inside namespace of ${pod}: ${cause.message}`;
        const said = `error forwarding port ${port} to pod ${namespace}_${pod}, uid : ${why}`;
        return sendOn(webSocket, error, Buffer.from(said));
      });
    });
    await Promise.all(ends);
    webSocket.close(1000);
  }
}

/** A handler of the API server. */
export function portForward(call: Call): Answer | undefined {
  const { target, headers, query, state } = call;
  if (target?.resource.plural !== 'pods' || target.subresource !== 'portforward') return undefined;
  const { namespace = '', name: pod } = existing(call, target).metadata;
  if (headers.upgrade?.toLowerCase() !== 'websocket') throw badRequest('Upgrade request required');
  if (!(headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).includes(PROTOCOL)) {
    throw badRequest(`unable to upgrade: the only protocol of this cluster is ${PROTOCOL}`);
  }
  const forwarded = { namespace, pod, ports: portsOf(query) };
  return { kind: 'stream', run: (response) => state.portForwards.start(response, forwarded) };
}

function portsOf(query: URLSearchParams): number[] {
  const ports = query.getAll('ports').flatMap((list) => list.split(',').map(Number));
  if (ports.length === 0) throw badRequest('query parameter "port" is required');
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65535)) {
    throw badRequest(`unable to parse "${query.get('ports')}" as a port`);
  }
  return ports;
}

/** Resolves when the pod's side or the client has ended; rejects where the pod accepts no connection. */
function relay(
  webSocket: WebSocket,
  channel: number,
  address: { host: string; port: number } | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (address === undefined) {
      reject(new Error('dial tcp4 127.0.0.1: connect: connection refused'));
      return;
    }
    const upstream = connect(address);
    let last = Promise.resolve();
    upstream.on('error', (error: Error & { code?: string }) => {
      reject(error.code === 'ECONNREFUSED' ? new Error('connect: connection refused') : error);
    });
    upstream.on('data', (chunk) => {
      upstream.pause();
      last = sendOn(webSocket, channel, chunk).then(() => void upstream.resume());
    });
    upstream.once('end', () => last.then(resolve));
    upstream.once('close', () => last.then(resolve));
    webSocket.on('message', (message: Buffer) => {
      if (message[0] !== channel || upstream.write(message.subarray(1))) return;
      webSocket.pause();
      upstream.once('drain', () => webSocket.resume());
    });
    webSocket.once('close', () => upstream.destroySoon());
  });
}

/** Resolves when the data has been sent, or never will be, because the client has gone. */
function sendOn(webSocket: WebSocket, channel: number, data: Buffer): Promise<void> {
  return new Promise((resolve) => {
    webSocket.send(Buffer.concat([Buffer.from([channel]), data]), () => resolve());
  });
}

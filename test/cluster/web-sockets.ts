// Requests that turn into WebSockets: they take the way of all others, and their answer is another protocol.
import { type IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Call } from './call.ts';
import { badRequest } from './status.ts';

/** The connections of requests that asked for another protocol, whatever became of them. */
export class Upgrades {
  readonly #sockets = new Set<Duplex>();

  /** An HTTP server's `upgrade`. */
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

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Speaks one of some protocols of channels, the first being the best. */
export class ChannelServer {
  readonly #protocols: readonly string[];
  readonly #server: WebSocketServer;

  constructor(...protocols: string[]) {
    this.#protocols = protocols;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
    });
  }

  /** Connections that are open. */
  get open(): number {
    return this.#server.clients.size;
  }

  /** Breaks every open connection. */
  close(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  /** @throws ApiError 400 for a request that asks for none of the protocols */
  check({ headers }: Call): void {
    if (headers.upgrade?.toLowerCase() !== 'websocket') throw badRequest('Upgrade request required');
    const offered = (headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    if (this.#protocols.some((one) => offered.includes(one))) return;
    const only =
      this.#protocols.length === 1 ? 'the only protocol of this cluster is' : 'this cluster speaks';
    throw badRequest(`unable to upgrade: ${only} ${this.#protocols.join(', ')}`);
  }

  /** Turns a request into a WebSocket. */
  start(response: ServerResponse, use: (webSocket: WebSocket) => void): void {
    const { req: request, socket } = response;
    if (socket === null) return;
    response.detachSocket(socket);
    this.#server.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
      // It wasn't sent by the response, but it is what the log of requests is to say.
      response.statusCode = 101;
      response.emit('finish');
      webSocket.on('error', () => undefined);
      use(webSocket);
    });
  }
}

/** Resolves when the data has been sent, or never will be, because the client has gone. */
export function sendOn(webSocket: WebSocket, channel: number, data: Buffer): Promise<void> {
  return new Promise((resolve) => {
    webSocket.send(Buffer.concat([Buffer.from([channel]), data]), () => resolve());
  });
}

// pods/portforward over WebSocket, as a kubelet and its container runtime speak it (k8s.io/kubelet, pkg/cri/streaming).

import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { WebSocket } from 'ws';
import type { Answer, Call } from './call.ts';
import { existing } from './objects.ts';
import { badRequest } from './status.ts';
import { ChannelServer, sendOn } from './web-sockets.ts';

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

/** The connections that are forwarded just now. */
export class PortForwards {
  /** May be changed while running; where it is absent, nothing listens in any pod. */
  target: PortForward | undefined;
  readonly channels = new ChannelServer('v4.channel.k8s.io');

  constructor(target: PortForward | undefined) {
    this.target = target;
  }

  /** Forwarded connections that are open. */
  get open(): number {
    return this.channels.open;
  }

  /** Breaks every forwarded connection. */
  close(): void {
    this.channels.close();
  }

  start(response: ServerResponse, forwarded: Forwarded): void {
    this.channels.start(response, (webSocket) => this.#forward(webSocket, forwarded));
  }

  /** Two channels for each port, for data and for an error; the connection ends when all ports have. */
  async #forward(webSocket: WebSocket, { namespace, pod, ports }: Forwarded): Promise<void> {
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
  const { target, query, state } = call;
  if (target?.resource.plural !== 'pods' || target.subresource !== 'portforward') return undefined;
  const { namespace = '', name: pod } = existing(call, target).metadata;
  state.portForwards.channels.check(call);
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

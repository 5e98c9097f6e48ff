// Real servers for the tests of the session, and the targets that lead to them.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { connect, createServer as createSocketServer, type Socket } from 'node:net';
import type {
  ClusterTarget,
  TargetCluster,
  TargetUser,
} from '../../src/cluster/kubeconfig/cluster-target.ts';
import { openSession, type SessionOptions } from '../../src/cluster/session/open-session.ts';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Connections ever accepted. */
  connections(): number;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** HTTPS where `tls` is given. Listens on 127.0.0.1. */
export async function startServer(answer: Answer, tls?: ServerOptions): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  let accepted = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  const port = await listening(server);
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export const answerJson =
  (value: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** What was asked for, as `host:port`. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** A CONNECT proxy that leads everything to one local port, or refuses with a status. */
export async function startProxy(
  destination: { port: number } | { refuse: number },
  tls?: ServerOptions,
): Promise<TestProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = tls ? createSecureServer(tls) : createServer();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => {});
    asked.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    if ('refuse' in destination) {
      client.end(`HTTP/1.1 ${destination.refuse} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(destination.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
  });
  const port = await listening(server);
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    asked,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A SOCKS5 proxy (RFC 1928, no authentication) that leads everything to one local port. */
export async function startSocksProxy(destinationPort: number): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createSocketServer((client) => {
    sockets.add(client.on('error', () => {}));
    client.once('data', () => {
      client.write(Buffer.from([5, 0]));
      client.once('data', (message: Buffer) => {
        asked.push(addressIn(message));
        const upstream = connect(destinationPort, '127.0.0.1', () => {
          client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          upstream.pipe(client).pipe(upstream);
        });
        upstream.on('error', () => client.destroy());
      });
    });
  });
  const port = await listening(server);
  return {
    url: `socks5://127.0.0.1:${port}`,
    port,
    asked,
    authorizations: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function addressIn(message: Buffer): string {
  if (message[3] === 1) return `${message.subarray(4, 8).join('.')}:${message.readUInt16BE(8)}`;
  const length = message[4] ?? 0;
  return `${message.toString('latin1', 5, 5 + length)}:${message.readUInt16BE(5 + length)}`;
}

export function targetOf(
  server: string,
  cluster: Partial<TargetCluster> = {},
  user: Partial<TargetUser> = {},
): ClusterTarget {
  return {
    context: 'lab',
    namespace: 'default',
    cluster: { name: 'lab', server, insecureSkipTlsVerify: false, ...cluster },
    user: { name: 'dev', ...user },
    files: [],
  };
}

export const openTestSession = (target: ClusterTarget, options: Partial<SessionOptions> = {}) =>
  openSession(target, { version: '1.2.3', env: {}, ...options });

function listening(server: ReturnType<typeof createSocketServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
    });
  });
}

/** Comes back when the condition holds; fails after ten seconds, saying what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Waited in vain until ${what}.`);
}

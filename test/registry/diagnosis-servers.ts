// Faulty servers for the tests of the diagnosis: each knows everything that a client told it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import type { Issued } from '../pki.ts';
import { listenerFor, type PlainHttpAnswer } from './listener.ts';

/** A server on 127.0.0.1. */
export interface FaultyServer {
  readonly port: number;
  /** Of requests: `GET /`. */
  readonly paths: readonly string[];
  /** Everything readable that a client said: headers, or what came over a bare socket. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listening(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

export interface HttpSettings {
  /** Without it: plain HTTP. */
  serving?: Issued;
  /** Further options of the TLS server. */
  tls?: tls.TlsOptions;
  /** What a client gets that speaks plain HTTP to TLS; default: a notice. */
  plainHttpAnswer?: PlainHttpAnswer;
}

/** A server of HTTP. */
export async function httpServer(
  answer: Answer,
  { serving, tls: more, plainHttpAnswer = 'notice' }: HttpSettings = {},
): Promise<FaultyServer> {
  const paths: string[] = [];
  const heard: string[] = [];
  const handle: Answer = (request, response) => {
    paths.push(`${request.method} ${request.url}`);
    heard.push(...request.rawHeaders);
    answer(request, response);
  };
  const server = serving
    ? createHttpsServer({ cert: serving.certificate, key: serving.key, ...more }, handle).on(
        'tlsClientError',
        () => {},
      )
    : createHttpServer(handle).on('clientError', (_error, socket) =>
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      );
  const listener = listenerFor(server, serving !== undefined, plainHttpAnswer);
  return { ...(await listening(listener)), paths, heard };
}

/** A server of nothing known: what it does with each connection is up to the test. */
export async function rawServer(onConnection: (socket: Socket) => void): Promise<FaultyServer> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => heard.push(bytes.toString('latin1')));
    onConnection(socket);
  });
  return { ...(await listening(server)), paths: [], heard };
}

/** What OpenShift’s registry answers to somebody without a credential; `date` in place of the present. */
export function registryAnswers(date?: () => Date): Answer {
  return (request, response) => {
    if (date) {
      response.sendDate = false;
      response.setHeader('date', date().toUTCString());
    }
    const known = request.url === '/' || request.url === '/healthz';
    if (known) {
      response.end();
      return;
    }
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (request.headers.authorization === undefined) {
      response.setHeader('www-authenticate', 'Basic realm=openshift');
      response.statusCode = 401;
    } else if (request.method === 'DELETE') response.statusCode = 404;
    response.end();
  };
}

export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

/** An HTTP server that opens TLS to a name of its own accord, as a proxy that looks into it does. */
export async function interceptingProxy(
  issue: (host: string) => Promise<Issued>,
  asked: string[],
): Promise<FaultyServer> {
  const heard: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(400).end());
  server.on('connect', (request, socket: Socket) => {
    socket.on('error', () => {});
    asked.push(request.url ?? '');
    heard.push(...request.rawHeaders);
    const host = (request.url ?? '').replace(/:\d+$/, '');
    issue(host).then(({ certificate, key }) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const inner = new tls.TLSSocket(socket, { isServer: true, cert: certificate, key });
      inner.on('error', () => {});
      inner.on('data', (bytes: Buffer) => {
        heard.push(bytes.toString('latin1'));
        inner.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
  });
  return { ...(await listening(server)), paths: [], heard };
}

const LISTENS =
  "require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); })";
/** More than the queue of such a listener holds. */
const WAITING = 16;

/** A port that swallows what is sent to it: its process is stopped and its queue full, so that nobody answers a SYN. */
export async function blackHole(): Promise<{ port: number; close(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', LISTENS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line]: Buffer[] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const waiting = Array.from({ length: WAITING }, () => connect(port, '127.0.0.1').on('error', () => {}));
  const [first] = waiting;
  if (first?.connecting) await once(first, 'connect');
  const close = async () => {
    for (const socket of waiting) socket.destroy();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { port, close };
}

export interface OpensslRequest {
  /** Arguments of `-newkey`. */
  key: readonly string[];
  /** Signs with it; itself where absent. */
  by?: Issued;
  /** Such as `-sha1`. */
  digest?: string;
  hosts: readonly string[];
  /** Of the subject, in front of CN. */
  organization?: string;
  /** Lines of its extensions besides the names. */
  extensions?: readonly string[];
}

/** What the test PKI doesn’t issue: short keys, old signatures, further extensions. */
export async function opensslCertificate(request: OpensslRequest): Promise<Issued> {
  const { key, by, digest = '-sha256', hosts, organization, extensions = [] } = request;
  const folder = await mkdtemp(join(tmpdir(), 'openssl-'));
  const at = (name: string) => join(folder, name);
  const run = (...args: string[]) => promisify(execFile)('openssl', args);
  try {
    const subject = `${organization === undefined ? '' : `/O=${organization}`}/CN=registry`;
    await run(
      'req',
      '-new',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      at('key'),
      '-out',
      at('csr'),
      '-subj',
      subject,
    );
    const names = hosts.map((host) => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(',');
    await writeFile(
      at('extensions'),
      [`subjectAltName=${names}`, 'basicConstraints=critical,CA:FALSE', ...extensions].join('\n'),
    );
    const signing = by
      ? ['-CA', at('ca'), '-CAkey', at('ca-key'), '-CAcreateserial']
      : ['-signkey', at('key')];
    if (by) {
      await writeFile(at('ca'), by.certificate);
      await writeFile(at('ca-key'), by.key);
    }
    await run(
      'x509',
      '-req',
      '-in',
      at('csr'),
      ...signing,
      digest,
      '-days',
      '30',
      '-extfile',
      at('extensions'),
      '-out',
      at('crt'),
    );
    return { certificate: await readFile(at('crt'), 'utf8'), key: await readFile(at('key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The server’s own certificate, without what signed it. */
export function leafOf(issued: Issued): Issued {
  const [leaf = ''] = issued.certificate.split(/(?<=-----END CERTIFICATE-----\n?)/);
  return { ...issued, certificate: leaf };
}

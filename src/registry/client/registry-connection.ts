import { isIP } from 'node:net';
import tls from 'node:tls';
import { type Dispatcher, loadUndici, type UndiciLibrary } from '../../cluster/session/undici.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import type { TransportAttempt, TransportPolicy, TransportReason } from '../transport/policy.ts';
import { RegistryUnreachableError, type UnansweredRequest } from './registry-unreachable.ts';

export interface RegistryTarget {
  url: RegistryUrl;
  policy: TransportPolicy;
  /** PEM of the authorities to verify with; undefined for those of this machine. */
  authority: string | undefined;
  /** The name to verify, where it isn't the address's host (a tunnel to the service). */
  serverName?: string;
}

export interface ConnectionOptions {
  /** Most connections at once. */
  connections?: number;
  /** 10 s where absent; TLS included. */
  connectTimeoutMs?: number;
  /** From the request's last byte to the answer's headers; 60 s where absent. */
  answerTimeoutMs?: number;
  signal?: AbortSignal;
}

export interface RegistryAnswer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  /** Up to its first 64 KiB, as text. */
  body: string;
}

/** Connections to a registry that has answered. */
export interface RegistryConnection {
  /** `https://host:port`, without a trailing slash. */
  readonly url: string;
  readonly attempt: TransportAttempt;
  /** Why the policy allowed, or didn't allow, an insecure connection. */
  readonly reason: TransportReason;
  /** Sends a request; any status is an answer. `token` goes as the password of HTTP Basic. */
  send(
    method: string,
    path: string,
    options?: { token?: string; signal?: AbortSignal },
  ): Promise<RegistryAnswer>;
  close(): Promise<void>;
}

/** Where a registry says that it lives: the second is of old registries (REFERENCE section 4). */
const PING_PATHS = ['/', '/healthz'] as const;
const LONGEST_BODY = 64 * 1024;
/** The user name of HTTP Basic may be anything; the password is the API token. */
const USER_NAME = 'unused';

/**
 * Connects to a registry by its transport policy: the attempts one after the other, `/` and then `/healthz`. No
 * credential is sent before one of them has answered.
 * @throws RegistryUnreachableError with what every attempt met
 */
export async function connectToRegistry(
  target: RegistryTarget,
  options: ConnectionOptions = {},
): Promise<RegistryConnection> {
  const undici = await loadUndici();
  const unanswered: UnansweredRequest[] = [];
  for (const attempt of target.policy.attempts) {
    const connection = new UndiciConnection(undici, target, attempt, options);
    for (const path of PING_PATHS) {
      const url = `${connection.url}${path}`;
      try {
        const { status } = await connection.send('GET', path, { signal: options.signal });
        if (status === 200) return connection;
        unanswered.push({ url, attempt, status });
      } catch (cause) {
        if (options.signal?.aborted) {
          await connection.close();
          throw cause;
        }
        unanswered.push({ url, attempt, cause });
        // What doesn't connect for one path doesn't for the other.
        break;
      }
    }
    await connection.close();
  }
  throw new RegistryUnreachableError(unanswered);
}

class UndiciConnection implements RegistryConnection {
  readonly url: string;
  readonly attempt: TransportAttempt;
  readonly reason: TransportReason;
  readonly #dispatcher: Dispatcher;
  readonly #options: ConnectionOptions;

  constructor(
    undici: UndiciLibrary,
    target: RegistryTarget,
    attempt: TransportAttempt,
    options: ConnectionOptions,
  ) {
    const { url, policy, authority, serverName } = target;
    this.url = originOf(url, attempt.scheme);
    this.attempt = attempt;
    this.reason = policy.reason;
    this.#options = options;
    this.#dispatcher = new undici.Agent({
      connections: options.connections ?? 16,
      pipelining: 1,
      allowH2: false,
      connect: {
        allowH2: false,
        timeout: options.connectTimeoutMs ?? 10_000,
        ca: authority,
        // As in Go, any given certificate is an anchor, an intermediate too.
        allowPartialTrustChain: true,
        rejectUnauthorized: attempt.verified,
        ...verifiedName(serverName),
      },
    });
  }

  async send(
    method: string,
    path: string,
    { token, signal = this.#options.signal }: { token?: string; signal?: AbortSignal } = {},
  ): Promise<RegistryAnswer> {
    const timeout = this.#options.answerTimeoutMs ?? 60_000;
    const answer = await this.#dispatcher.request({
      origin: this.url,
      path,
      method: method as Dispatcher.HttpMethod,
      headers: token === undefined ? {} : { authorization: basicAuthorization(token) },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await beginningOf(answer.body) };
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

/** An address as the origin of requests; an empty host is this machine. */
export function originOf({ hostname, port }: RegistryUrl, scheme: 'http' | 'https'): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname || 'localhost';
  return `${scheme}://${host}${port === null ? '' : `:${port}`}`;
}

function basicAuthorization(token: string): string {
  return `Basic ${Buffer.from(`${USER_NAME}:${token}`).toString('base64')}`;
}

function verifiedName(name: string | undefined) {
  if (name === undefined) return {};
  // An IP address can be verified, but not be sent as SNI (RFC 6066).
  if (isIP(name) === 0) return { servername: name };
  return {
    checkServerIdentity: (_host: string, certificate: tls.PeerCertificate) =>
      tls.checkServerIdentity(name, certificate),
  };
}

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    const bytes = Buffer.from(piece);
    if (length < LONGEST_BODY) pieces.push(bytes.subarray(0, LONGEST_BODY - length));
    length += bytes.length;
  }
  return Buffer.concat(pieces).toString('utf8');
}

import { isIP, type LookupFunction } from 'node:net';
import tls from 'node:tls';
import { openDispatcher } from '../../cluster/session/dispatcher.ts';
import { machineAuthorities } from '../../cluster/session/tls-trust.ts';
import { type Dispatcher, loadUndici, type UndiciLibrary } from '../../cluster/session/undici.ts';
import { unlessAborted } from '../../cluster/session/unless-aborted.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import type { TransportAttempt, TransportPolicy, TransportReason } from '../transport/policy.ts';
import { connectionFailure, isUnreachable } from './connection-failure.ts';
import { type Environment, registryProxy } from './registry-proxy.ts';
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
  /** How host names are resolved; the machine’s way where absent. */
  lookup?: LookupFunction;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read from it; `process.env` where absent. */
  env?: Environment;
  /** Ends the connecting, and every request that names no signal of its own. */
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
export const DEFAULT_PORTS = { https: 443, http: 80 } as const;
const CONNECT_TIMEOUT_MS = 10_000;
const LONGEST_BODY = 64 * 1024;
/** Of what a registry says in place of a good answer, in characters. */
const LONGEST_SAID = 80;
/** The user name of HTTP Basic may be anything; the password is the API token. */
const USER_NAME = 'unused';

/**
 * Connects to a registry by its transport policy: the attempts one after the other, `/` and then `/healthz`. No
 * credential is sent before one of them has answered. An address that can’t be reached is not tried a second time.
 * @param connecting ends the connecting only
 * @throws RegistryUnreachableError with what every attempt met
 */
export async function connectToRegistry(
  target: RegistryTarget,
  options: ConnectionOptions = {},
  connecting: AbortSignal | undefined = undefined,
): Promise<RegistryConnection> {
  const undici = await loadUndici();
  const signals = [options.signal, connecting].filter((one) => one !== undefined);
  const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
  const unanswered: UnansweredRequest[] = [];
  const deadPorts = new Set<number>();
  for (const attempt of target.policy.attempts) {
    signal?.throwIfAborted();
    const port = target.url.port ?? DEFAULT_PORTS[attempt.scheme];
    if (deadPorts.has(port)) continue;
    const connection = new UndiciConnection(undici, target, attempt, options);
    const failed = await ping(connection, signal);
    if (failed.length === 0) return connection;
    await connection.close();
    signal?.throwIfAborted();
    unanswered.push(...failed);
    const last = failed.at(-1);
    const kind = last?.status === undefined ? connectionFailure(last?.cause).kind : 'other';
    if (kind === 'name') break;
    if (isUnreachable(kind)) deadPorts.add(port);
  }
  throw new RegistryUnreachableError(unanswered);
}

/** What the pings met; nothing where one got a good answer. */
async function ping(
  connection: RegistryConnection,
  signal: AbortSignal | undefined,
): Promise<UnansweredRequest[]> {
  const { attempt } = connection;
  const unanswered: UnansweredRequest[] = [];
  for (const path of PING_PATHS) {
    const url = `${connection.url}${path}`;
    const began = performance.now();
    const ms = () => performance.now() - began;
    try {
      const answer = await connection.send('GET', path, { signal });
      const { status, body } = answer;
      if (status === 200) return [];
      unanswered.push({ url, attempt, ms: ms(), status, said: shortText(body), answer });
    } catch (cause) {
      unanswered.push({ url, attempt, ms: ms(), cause });
      // What doesn't connect for one path doesn't for the other.
      break;
    }
  }
  return unanswered;
}

class UndiciConnection implements RegistryConnection {
  readonly url: string;
  readonly attempt: TransportAttempt;
  readonly reason: TransportReason;
  readonly #dispatcher: Dispatcher;
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();

  constructor(
    undici: UndiciLibrary,
    target: RegistryTarget,
    attempt: TransportAttempt,
    options: ConnectionOptions,
  ) {
    const { url, policy, serverName } = target;
    this.url = originOf(url, attempt.scheme);
    this.attempt = attempt;
    this.reason = policy.reason;
    this.#options = options;
    const trust = {
      // Made once: the machine's authorities are hundreds.
      secureContext: attempt.verified ? trusting(target.authority) : tls.createSecureContext(),
      rejectUnauthorized: attempt.verified,
      lookup: options.lookup,
      // undici itself lets a connection that is being made go on to its timeout.
      signal: this.#closing.signal,
      ...verifiedName(serverName),
    };
    this.#dispatcher = openDispatcher(undici, {
      tls: trust,
      proxy: registryProxy(this.url, options.env ?? process.env),
      connections: options.connections ?? 16,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    });
  }

  async send(
    method: string,
    path: string,
    { token, signal = this.#options.signal }: { token?: string; signal?: AbortSignal } = {},
  ): Promise<RegistryAnswer> {
    const timeout = this.#options.answerTimeoutMs ?? 60_000;
    const request = this.#dispatcher.request({
      origin: this.url,
      path,
      method: method as Dispatcher.HttpMethod,
      headers: token === undefined ? {} : { authorization: basicAuthorization(token) },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal,
    });
    // undici heeds a signal only once there is a connection.
    const answer = await unlessAborted(request, signal);
    return { status: answer.statusCode, headers: answer.headers, body: await beginningOf(answer.body) };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#dispatcher.destroy();
  }
}

/** An address as the origin of requests; an empty host is this machine. */
export function originOf(url: RegistryUrl, scheme: 'http' | 'https'): string {
  return `${scheme}://${hostOf(url)}`;
}

/** `host[:port]` of an address; an empty host is this machine. */
export function hostOf({ hostname, port }: Pick<RegistryUrl, 'hostname' | 'port'>): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname || 'localhost';
  return `${host}${port === null ? '' : `:${port}`}`;
}

/**
 * Whom to trust. As in Go, any given certificate is an anchor, an intermediate too.
 * @param authority PEM; undefined for the authorities of this machine
 */
export function trusting(authority: string | undefined): tls.SecureContext {
  // Node would take an empty text for no restriction at all; an empty list trusts nobody.
  const ca = authority === '' ? [] : (authority ?? machineAuthorities());
  return tls.createSecureContext({ ca, allowPartialTrustChain: true });
}

function basicAuthorization(token: string): string {
  return `Basic ${Buffer.from(`${USER_NAME}:${token}`).toString('base64')}`;
}

/** Options of `tls.connect` for a name to verify that isn’t the host connected to; none where it is. */
export function verifiedName(name: string | undefined) {
  if (name === undefined) return {};
  // An IP address can be verified, but not be sent as SNI (RFC 6066).
  if (isIP(name) === 0) return { servername: name };
  return {
    checkServerIdentity: (_host: string, certificate: tls.PeerCertificate) =>
      tls.checkServerIdentity(name, certificate),
  };
}

/** The first line of a body, where it is short plain text. */
export function shortText(body: string): string | undefined {
  const line = body.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return /^[A-Za-z0-9][ -~]*$/.test(line) && line.length <= LONGEST_SAID ? line : undefined;
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

import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SaidError, said } from '../../engine/said.ts';
import type { ClusterTarget } from '../kubeconfig/cluster-target.ts';
import type { ApiError } from './api-error.ts';
import type {
  ApiBytes,
  ApiRequest,
  ApiResponse,
  ApiSession,
  Handshake,
  RefusedAnswer,
  RequestLogEntry,
  UpgradeConnection,
} from './api-session.ts';
import { toApiError } from './api-status.ts';
import { ClosedError } from './closed-error.ts';
import { openConnection } from './connection.ts';
import { countedBody } from './counted-body.ts';
import type { Credential } from './credential.ts';
import { CredentialError } from './credential-error.ts';
import { type CredentialSource, credentialSource } from './credential-source.ts';
import { openDispatcher, proxyUrl } from './dispatcher.ts';
import type { ExecOptions } from './exec-plugin.ts';
import { impersonationHeaders } from './impersonation-headers.ts';
import { networkFailure, type Route } from './network-failure.ts';
import { isLoopback, proxyFromEnvironment } from './proxy-choice.ts';
import { requestTarget } from './request-target.ts';
import { certificateAuthorityOf, tlsOptionsFor } from './tls-trust.ts';
import { type Dispatcher, loadUndici, type UndiciLibrary } from './undici.ts';
import { unlessAborted } from './unless-aborted.ts';
import { type UpgradeRequest, Upgrades } from './upgrade.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

export interface SessionOptions {
  /** Ours, for the User-Agent `image-hygiene/<version>`. */
  readonly version: string;
  /** Read: HTTPS_PROXY, HTTP_PROXY, NO_PROXY; handed to exec plugins as their environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Most connections at once; 16 where absent. */
  readonly connections?: number;
  /** 15 s where absent; TLS included. */
  readonly connectTimeoutMs?: number;
  readonly exec?: ExecOptions;
  /** Send a token or a password over plain HTTP to a server that isn't this machine. */
  readonly allowClearTextCredentials?: boolean;
  /** Told of every request once its answer has been read or has failed. */
  readonly withLog?: (entry: RequestLogEntry) => void;
  readonly now?: () => number;
}

/**
 * Opens a session with its own connections, credential and proxy. Nothing is sent, and no credential is fetched,
 * before the first request. Throws `KubeconfigError` where the certificate authority or the proxy can't be used.
 */
export async function openSession(target: ClusterTarget, options: SessionOptions): Promise<ApiSession> {
  const certificateAuthority = await certificateAuthorityOf(target.cluster);
  const proxy = chosenProxy(target, options.env);
  const undici = await loadUndici();
  const credentials = credentialSource(target, {
    env: options.env,
    exec: options.exec,
    certificateAuthority,
    now: options.now,
  });
  return new UndiciSession({ target, options, undici, credentials, certificateAuthority, proxy });
}

interface SessionParts {
  readonly target: ClusterTarget;
  readonly options: SessionOptions;
  readonly undici: UndiciLibrary;
  readonly credentials: CredentialSource;
  readonly certificateAuthority?: string;
  readonly proxy?: URL;
}

interface Connections {
  readonly credential: Credential;
  readonly dispatcher: Dispatcher;
}

class UndiciSession implements ApiSession {
  readonly target: ClusterTarget;
  readonly server: string;
  readonly proxy?: string;
  readonly #parts: SessionParts;
  readonly #route: Route;
  readonly #open = new Set<Dispatcher>();
  readonly #upgrades = new Upgrades();
  #connections?: Connections;
  #closed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.target = parts.target;
    this.server = parts.target.cluster.server;
    this.proxy = parts.proxy && `${parts.proxy.protocol}//${parts.proxy.host}`;
    this.#route = { server: this.server, context: this.target.context, proxy: this.proxy };
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    return (await this.#sendRenewing(request, request.gzip ?? false)).response;
  }

  async bytes(request: ApiRequest): Promise<ApiBytes> {
    return (await this.#bytesWith(request)).answer;
  }

  async json(request: ApiRequest): Promise<unknown> {
    const { answer, credential } = await this.#bytesWith(request);
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(request, answer, credential);
    if (answer.body.length === 0) return undefined;
    try {
      return JSON.parse(answer.body.toString('utf8'));
    } catch {
      throw networkFailure(
        new NotJsonError(String(answer.headers['content-type'] ?? 'unknown')),
        this.#route,
      );
    }
  }

  async upgrade<Opened>(
    request: UpgradeRequest,
    handshake: (connection: UpgradeConnection) => Promise<Handshake<Opened>>,
  ): Promise<Opened> {
    const { credentials } = this.#parts;
    let credential = await unlessAborted(credentials.current(), request.signal);
    let outcome = await this.#shakeHands(request, credential, handshake);
    if ('refused' in outcome && outcome.refused.status === 401) {
      const other = await unlessAborted(credentials.renewed(credential), request.signal);
      if (other) {
        credential = other;
        outcome = await this.#shakeHands(request, credential, handshake);
      }
    }
    if ('refused' in outcome) throw this.#refusal(request, outcome.refused, credential);
    return outcome.opened;
  }

  async bearerToken(): Promise<string | undefined> {
    return (await this.#parts.credentials.current()).token();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.credentials.close();
    this.#upgrades.close();
    await Promise.all([...this.#open].map((dispatcher) => dispatcher.destroy()));
  }

  async #bytesWith(request: ApiRequest): Promise<{ answer: ApiBytes; credential: Credential }> {
    const { response, credential } = await this.#sendRenewing(request, request.gzip ?? true);
    const wire = await collected(response.body);
    const body = await this.#decompressed(wire, response);
    return {
      answer: { status: response.status, headers: response.headers, body, wireBytes: wire.length },
      credential,
    };
  }

  async #decompressed(wire: Buffer, response: ApiResponse): Promise<Buffer> {
    const encoding = String(response.headers['content-encoding'] ?? 'identity').toLowerCase();
    if (encoding === 'identity' || wire.length === 0) return wire;
    if (encoding !== 'gzip') throw networkFailure(new EncodingError(encoding), this.#route);
    try {
      return await promisify(gunzip)(wire);
    } catch (error) {
      throw networkFailure(error, this.#route);
    }
  }

  async #sendRenewing(
    request: ApiRequest,
    gzip: boolean,
  ): Promise<{ response: ApiResponse; credential: Credential }> {
    const { credentials } = this.#parts;
    const credential = await unlessAborted(credentials.current(), request.signal);
    const response = await this.#attempt(request, gzip, credential);
    if (response.status !== 401) return { response, credential };
    // The body stays unread until it is known whether there is another credential.
    response.body.on('error', () => {});
    const other = await unlessAborted(credentials.renewed(credential), request.signal).catch((error) => {
      response.body.destroy();
      throw error;
    });
    if (!other) return { response, credential };
    response.body.resume();
    return { response: await this.#attempt(request, gzip, other), credential: other };
  }

  async #shakeHands<Opened>(
    request: UpgradeRequest,
    credential: Credential,
    handshake: (connection: UpgradeConnection) => Promise<Handshake<Opened>>,
  ): Promise<Handshake<Opened>> {
    const { target, options, undici, certificateAuthority, proxy } = this.#parts;
    const log = this.#logging('GET', request.path);
    this.#refuseClearText(credential);
    const tls = tlsOptionsFor(target, certificateAuthority, credential);
    const connectTimeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    const attempt = {
      signal: request.signal,
      answerTimeoutMs: request.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      headers: { 'user-agent': this.#userAgent(), ...this.#identity(credential) },
      open: () => openConnection(undici, new URL(this.server), { tls, proxy, connectTimeoutMs }),
    };
    try {
      const outcome = await this.#upgrades.attempt(attempt, handshake);
      log('refused' in outcome ? outcome.refused.status : 101, 0);
      return outcome;
    } catch (error) {
      log(0, 0);
      throw this.#explained(error, request.signal);
    }
  }

  async #attempt(request: ApiRequest, gzip: boolean, credential: Credential): Promise<ApiResponse> {
    const method = request.method ?? 'GET';
    const log = this.#logging(method, request.path);
    const explain = (error: unknown) => this.#explained(error, request.signal);
    request.signal?.throwIfAborted();
    this.#refuseClearText(credential);
    const dispatcher = this.#dispatcherFor(credential);
    const { body, contentType } = encodedBody(request);
    try {
      const response = await dispatcher.request({
        ...requestTarget(this.server, request.path, request.query),
        method,
        headers: {
          accept: 'application/json',
          'user-agent': this.#userAgent(),
          ...(gzip ? { 'accept-encoding': 'gzip' } : {}),
          ...(contentType ? { 'content-type': contentType } : {}),
          ...lowerCaseNames(request.headers ?? {}),
          ...this.#identity(credential),
        },
        body,
        signal: request.signal,
        // undici would end the connection after a DELETE with a body.
        reset: false,
        headersTimeout: request.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS,
        bodyTimeout: request.bodyTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      });
      const { statusCode: status, headers } = response;
      return { status, headers, body: countedBody(response.body, explain, (bytes) => log(status, bytes)) };
    } catch (error) {
      log(0, 0);
      throw explain(error);
    }
  }

  #userAgent(): string {
    return `image-hygiene/${this.#parts.options.version}`;
  }

  /** Whose request it is, and as whom. */
  #identity(credential: Credential): Record<string, string | string[]> {
    return { ...impersonationHeaders(this.target.user.impersonate), ...authorizationHeader(credential) };
  }

  #logging(method: string, path: string): (status: number, bytes: number) => void {
    const started = performance.now();
    return (status, bytes) => {
      const ms = Math.round(performance.now() - started);
      this.#parts.options.withLog?.({ method, path: path.split('?')[0] ?? '', status, ms, bytes });
    };
  }

  #refusal(request: ApiRequest, answer: RefusedAnswer, credential: Credential): ApiError {
    return toApiError(request, answer, {
      context: this.target.context,
      scrub: (text) => credential.scrub(text),
      now: this.#parts.options.now?.(),
    });
  }

  /** A certificate belongs to the connection: another certificate takes other connections. */
  #dispatcherFor(credential: Credential): Dispatcher {
    if (this.#closed) throw networkFailure(new ClosedError(), this.#route);
    if (this.#connections?.credential.sameCertificate(credential)) return this.#connections.dispatcher;
    const { target, options, undici, certificateAuthority, proxy } = this.#parts;
    const dispatcher = openDispatcher(undici, {
      tls: tlsOptionsFor(target, certificateAuthority, credential),
      proxy,
      connections: options.connections ?? 16,
      connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    });
    const previous = this.#connections?.dispatcher;
    this.#connections = { credential, dispatcher };
    this.#open.add(dispatcher);
    // What is under way on the old connections may finish.
    if (previous)
      previous.close().then(
        () => this.#open.delete(previous),
        () => {},
      );
    return dispatcher;
  }

  #refuseClearText(credential: Credential): void {
    const { protocol, hostname } = new URL(this.server);
    if (protocol === 'https:' || credential.authorization() === undefined) return;
    if (this.#parts.options.allowClearTextCredentials) return;
    const host = hostname.replace(/^\[|\]$/g, '');
    if (host === 'localhost' || isLoopback(host)) return;
    throw new CredentialError(
      'clear-text',
      said(
        'The credential of the user “{0}” was not sent to {1} (context “{2}”): plain HTTP would show it to everybody on the way. Use https in the kubeconfig.',
        this.target.user.name,
        this.server,
        this.target.context,
      ),
    );
  }

  /** An abort stays what the caller made it; everything else is put into words. */
  #explained(error: unknown, signal: AbortSignal | undefined): Error {
    if (signal?.aborted) return signal.reason instanceof Error ? signal.reason : new Error('Aborted.');
    return networkFailure(error, this.#route);
  }
}

class NotJsonError extends SaidError {
  readonly code = 'NOT_JSON';
  constructor(type: string) {
    super(said('the answer isn’t JSON but {0}', type));
  }
}

class EncodingError extends SaidError {
  readonly code = 'UNKNOWN_ENCODING';
  constructor(encoding: string) {
    super(said('the answer has the unknown content-encoding {0}', encoding));
  }
}

function chosenProxy(target: ClusterTarget, env: SessionOptions['env']): URL | undefined {
  const { proxyUrl: configured, server, file, name } = target.cluster;
  if (configured)
    return proxyUrl(
      configured.reveal(),
      said('proxy-url of the cluster “{0}” ({1})', name, file ?? said('the pod')),
    );
  const fromEnvironment = proxyFromEnvironment(new URL(server), env);
  return fromEnvironment === undefined
    ? undefined
    : proxyUrl(fromEnvironment, said('HTTPS_PROXY or HTTP_PROXY'));
}

function encodedBody(request: ApiRequest): { body?: string | Buffer; contentType?: string } {
  const { body } = request;
  if (body === undefined) return {};
  const contentType = request.contentType ?? 'application/json';
  if (Buffer.isBuffer(body)) return { body, contentType };
  const asItIs = typeof body === 'string' && request.contentType !== undefined;
  return { body: asItIs ? body : JSON.stringify(body), contentType };
}

function authorizationHeader(credential: Credential): Record<string, string> {
  const authorization = credential.authorization();
  return authorization === undefined ? {} : { authorization };
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function collected(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ClusterTarget } from '../kubeconfig/cluster-target.ts';

export interface ApiRequest {
  /** `GET` where absent. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the API, such as `/api/v1/pods`; the path of the server's URL is put before it. */
  path: string;
  /** Encoded into the URL; `undefined` values are left out. */
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON. A string or a Buffer is sent as it is, which takes a `contentType`. */
  body?: unknown;
  /** `application/json` where absent. */
  contentType?: string;
  signal?: AbortSignal;
  /** Ask for a compressed answer: default `true` for `bytes` and `json`, `false` for `send`. */
  gzip?: boolean;
  /** From the request's last byte to the answer's headers; 60 s where absent, 0 for never. */
  headersTimeoutMs?: number;
  /** Longest silence between two pieces of the body; 60 s where absent, 0 for never. */
  bodyTimeoutMs?: number;
}

export type ApiHeaders = Record<string, string | string[] | undefined>;

export interface ApiResponse {
  status: number;
  /** Names in lower case. */
  headers: ApiHeaders;
  /**
   * As sent: still gzipped if content-encoding says so. It must be read to its end or destroyed. It fails with
   * {@link ClusterUnreachableError} when the connection breaks or the body is shorter than its Content-Length.
   */
  body: Readable;
}

export interface ApiBytes {
  status: number;
  headers: ApiHeaders;
  /** Decompressed. */
  body: Buffer;
  /** Size of the body as it came over the wire. */
  wireBytes: number;
}

/** An answer outside 200–299, read to its end. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: ApiHeaders;
  /** Decompressed. */
  readonly body: Buffer;
}

/** A connection on which nothing has been sent yet, for a request that ends as another protocol. */
export interface UpgradeConnection {
  /** TLS, and verified, where the server's URL says https. */
  readonly socket: Socket;
  /** Sets the session's headers on a request: the user agent, whose it is and as whom. They hold the credential. */
  authorize(request: { setHeader(name: string, value: string | string[]): unknown }): void;
}

/** What came of the attempt to change the protocol. */
export type Handshake<Opened> = { readonly opened: Opened } | { readonly refused: RefusedAnswer };

/**
 * Requests to one API server as one user. Redirects are not followed, nothing is retried, except that a 401
 * refreshes the credential and repeats the request once.
 */
export interface ApiSession {
  readonly target: ClusterTarget;
  /** The API server's URL, without a trailing slash. */
  readonly server: string;
  /** The proxy in use, without its credentials; absent where the connection is direct. */
  readonly proxy?: string;
  /** Any status is an answer. Throws {@link ClusterUnreachableError} or a `CredentialError`. */
  send(request: ApiRequest): Promise<ApiResponse>;
  /** Any status is an answer. A body cut short or a broken gzip stream throws. */
  bytes(request: ApiRequest): Promise<ApiBytes>;
  /** The parsed body; `undefined` where it is empty. Throws {@link ApiError} for a status outside 200–299. */
  json(request: ApiRequest): Promise<unknown>;
  /**
   * Opens another protocol than HTTP, such as WebSocket, on a connection of its own that is made as all others are:
   * through the proxy, with the same trust and client certificate. `handshake` sends the request, a GET of the path,
   * which here is for the log and for errors only; a 401 refreshes the credential and repeats it once. Throws
   * {@link ApiError} for a refusal; what `handshake` throws, and no answer within the time for headers, becomes a
   * {@link ClusterUnreachableError}. The connection ends with the session.
   */
  upgrade<Opened>(
    request: Pick<ApiRequest, 'path' | 'signal' | 'headersTimeoutMs'>,
    handshake: (connection: UpgradeConnection) => Promise<Handshake<Opened>>,
  ): Promise<Opened>;
  /** The token the session speaks with, for the registry; `undefined` where the user has none. */
  bearerToken(): Promise<string | undefined>;
  /** Ends idle connections and aborts what is under way. */
  close(): Promise<void>;
}

/** One line for an output channel; it carries no query, no header and no body. */
export interface RequestLogEntry {
  method: string;
  path: string;
  /** 0 where there was no answer. */
  status: number;
  ms: number;
  /** Bytes of the body over the wire. */
  bytes: number;
}

export { ApiError } from './api-error.ts';
export { ClusterUnreachableError } from './cluster-unreachable.ts';

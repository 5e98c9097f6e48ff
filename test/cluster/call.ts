// What a handler is given and what it gives back.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import type { TokenTable, User } from './access.ts';
import type { PageCache } from './page-cache.ts';
import type { PodLogs } from './pods/pod-logs.ts';
import type { Programs } from './pods/programs.ts';
import type { PortForwards } from './port-forward.ts';
import type { Resource } from './resources.ts';
import { ApiError } from './status.ts';
import type { Store } from './store.ts';

/** The state that all handlers share. */
export interface ClusterState {
  store: Store;
  tokens: TokenTable;
  clock: () => Date;
  pages: PageCache;
  /** API groups that this cluster does not have (`build.openshift.io`…). May be changed while running. */
  disabledGroups: Set<string>;
  portForwards: PortForwards;
  logs: PodLogs;
  programs: Programs;
}

/** The API object or collection that a path names. */
export interface Target {
  resource: Resource;
  namespace: string | undefined;
  /** Undefined for a collection. */
  name: string | undefined;
  subresource: string | undefined;
}

export interface Call {
  state: ClusterState;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  user: User;
  /** Undefined where the path names no resource of this cluster. */
  target: Target | undefined;
  body: Buffer;
  /** What the answer says in its Warning headers. */
  warnings: string[];
}

export type Answer =
  | { kind: 'json'; code: number; body: unknown; list?: boolean }
  | { kind: 'text'; code: number; body: string }
  /** A JSON list held compressed. */
  | { kind: 'gzipped'; code: number; body: Buffer }
  /** A JSON list too long for one string. */
  | { kind: 'parts'; code: number; parts: Iterable<string> }
  /** The handler writes for as long as the client listens. */
  | { kind: 'stream'; run: (response: ServerResponse) => void };

/** Gives an answer, or undefined where the call is not for this handler. Throws ApiError for a failure. */
export type Handler = (call: Call) => Answer | undefined;

export function json(body: unknown, code = 200): Answer {
  return { kind: 'json', code, body };
}

/** @throws ApiError 400 where the body is not an object in JSON or YAML, 415 where it is protobuf */
export function jsonBody(call: Call): Record<string, unknown> {
  if (call.body.length === 0) return {};
  if (/protobuf|cbor/.test(call.headers['content-type'] ?? '')) {
    const why =
      'the body of the request was in an unknown format - accepted media types include: application/json';
    throw new ApiError(415, 'UnsupportedMediaType', why);
  }
  try {
    const type = call.headers['content-type'] ?? '';
    const text = call.body.toString();
    const body: unknown = /yaml|apply-patch/.test(type) ? parse(text) : JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Falls through to the same answer as for a body that is no object.
  }
  throw new ApiError(400, 'BadRequest', 'the object provided is unrecognized (must be of type Object)');
}

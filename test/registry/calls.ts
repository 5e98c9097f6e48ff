import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, Agent as PlainAgent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { basicAuthorization } from './authorization.ts';
import type { TestRegistry } from './start.ts';

export type Call = {
  method?: string;
  /** Path and query, or an absolute address on this registry as a Location has it. */
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: Buffer | string;
  /** Default: the registry's admin token. Null: no authorization at all. */
  token?: string | null;
  agent?: PlainAgent | SecureAgent;
  signal?: AbortSignal;
};

export type Called = { status: number; headers: IncomingMessage['headers']; body: Buffer };

/** One request to the registry, its certificate verified. Rejects when the connection breaks. */
export async function call(registry: TestRegistry, options: Call): Promise<Called> {
  const url = new URL(options.path, `${registry.scheme}://${registry.host}`);
  const token = options.token === undefined ? registry.adminToken : options.token;
  const outgoing = (registry.scheme === 'https' ? secureRequest : request)(url, {
    method: options.method ?? 'GET',
    agent: options.agent ?? false,
    signal: options.signal,
    ca: registry.certificateAuthority,
    headers: {
      ...(token === null ? {} : { authorization: basicAuthorization(token) }),
      ...(options.body === undefined ? {} : { 'content-length': Buffer.byteLength(options.body) }),
      ...options.headers,
    },
  });
  // A connection may break while the body is still going out, with the answer already here.
  outgoing.on('error', () => {});
  outgoing.end(options.body);
  const [response]: IncomingMessage[] = await once(outgoing, 'response');
  if (!response) throw new Error('no response');
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

/** An agent that keeps up to `connections` connections; destroy it when done. */
export function connectionsTo(registry: TestRegistry, connections: number): PlainAgent | SecureAgent {
  const settings = { keepAlive: true, maxSockets: connections };
  return registry.scheme === 'https' ? new SecureAgent(settings) : new PlainAgent(settings);
}

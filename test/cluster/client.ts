// A plain HTTPS client for tests of the miniature cluster: no retries, nothing hidden.
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { Issued } from '../pki.ts';
import { USERS, type UserName } from './seeds/roles.ts';

export interface Reply {
  code: number;
  headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  bytes: Buffer;
  /** Decompressed. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the answer holds; a wrong path fails the test.
  json: any;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
  /** Default admin; a token of one's own; none at all. */
  as?: UserName | { token: string } | 'nobody-at-all';
  certificate?: Issued;
}

/** Rejects where the connection breaks or the body is shorter than announced. */
export function ask(
  cluster: { url: string; ca: string },
  method: string,
  path: string,
  { body, headers = {}, as = 'admin', certificate }: Ask = {},
): Promise<Reply> {
  const token = as === 'nobody-at-all' ? undefined : typeof as === 'string' ? USERS[as].token : as.token;
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${cluster.url}${path}`,
      {
        method,
        ca: cluster.ca,
        agent: false,
        ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          // Node frames the body of a DELETE only when told its length.
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          try {
            const bytes = Buffer.concat(chunks);
            const plain = (
              incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
            ).toString();
            const json =
              incoming.headers['content-type'] === 'application/json' ? JSON.parse(plain) : undefined;
            resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, bytes, text: plain, json });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** Asks again until the answer fits; the test's own timeout ends a wait in vain. */
export async function until<T>(get: () => T | Promise<T>, fits: (value: T) => boolean): Promise<T> {
  while (true) {
    const value = await get();
    if (fits(value)) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

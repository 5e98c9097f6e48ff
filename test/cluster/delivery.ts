// Answers become bytes here: pretty printing, compression, and the bodies that faults damage.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import type { Answer } from './call.ts';
import type { FaultAction } from './faults.ts';

export interface Delivery {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** The faults that damage a body; the rest have struck before. */
  faults: readonly FaultAction[];
}

export function deliver(answer: Answer, delivery: Delivery): void {
  const { response, headers } = delivery;
  switch (answer.kind) {
    case 'stream':
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      answer.run(response);
      return;
    case 'parts': {
      const zipped = acceptsGzip(delivery.request);
      response.writeHead(answer.code, contentHeaders(headers, 'application/json', zipped));
      const parts = Readable.from(answer.parts);
      (zipped ? parts.pipe(createGzip({ level: 1 })) : parts).pipe(response);
      return;
    }
    case 'text':
      send(delivery, answer.code, Buffer.from(answer.body), 'text/plain; charset=utf-8', false);
      return;
    case 'gzipped': {
      const zipped = acceptsGzip(delivery.request);
      send(delivery, answer.code, zipped ? answer.body : gunzipSync(answer.body), 'application/json', zipped);
      return;
    }
    case 'json': {
      const pretty = ['true', '1'].includes(delivery.query.get('pretty') ?? '');
      const text = Buffer.from(`${JSON.stringify(answer.body, undefined, pretty ? 2 : 0)}\n`);
      const zipped = answer.list === true && acceptsGzip(delivery.request);
      send(delivery, answer.code, zipped ? gzipSync(text, { level: 1 }) : text, 'application/json', zipped);
      return;
    }
  }
}

function send(delivery: Delivery, code: number, body: Buffer, type: string, zipped: boolean): void {
  const { response, faults } = delivery;
  const headers = contentHeaders(delivery.headers, type, zipped);
  const damage = faults.find(({ kind }) => ['resetMidBody', 'cutBody', 'cutChunked'].includes(kind))?.kind;
  const half = body.subarray(0, Math.floor(body.length / 2));
  switch (damage) {
    case 'cutChunked':
      response.writeHead(code, headers);
      response.write(half);
      response.end();
      return;
    case 'cutBody':
    case 'resetMidBody': {
      response.writeHead(code, { ...headers, 'content-length': body.length });
      const socket = response.socket;
      response.write(half, () => (damage === 'cutBody' ? socket?.end() : socket?.destroy()));
      return;
    }
    default:
      response.writeHead(code, { ...headers, 'content-length': body.length });
      response.end(body);
  }
}

function contentHeaders(
  headers: Record<string, string>,
  type: string,
  zipped: boolean,
): Record<string, string> {
  return {
    ...headers,
    'content-type': type,
    ...(zipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
  };
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}

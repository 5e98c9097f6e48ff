import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Backend } from './backend.ts';
import { EmbeddedStorage } from './embedded-storage.ts';
import { isIndex, mediaTypes } from './images.ts';
import { digestOf } from './layers.ts';
import { isDigest } from './store.ts';

/**
 * The part of docker-registry that pushing, pulling and pruning use, for machines without it: same store, same answers, same
 * cache. It doesn't convert manifests to older formats, and keeps no catalog.
 */
export function embeddedRegistry(store: string): Backend {
  let server: Server | undefined;
  return {
    kind: 'embedded',
    async start() {
      const storage = new EmbeddedStorage(store);
      server = createServer((incoming, outgoing) => {
        outgoing.setHeader('docker-distribution-api-version', 'registry/2.0');
        serve({ storage, incoming, outgoing }).catch(() => incoming.socket.destroy());
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    async stop() {
      const running = server;
      server = undefined;
      if (!running) return;
      const closed = once(running, 'close');
      running.close();
      running.closeAllConnections();
      await closed;
    },
  };
}

type Exchange = { storage: EmbeddedStorage; incoming: IncomingMessage; outgoing: ServerResponse };
type RepositoryExchange = Exchange & { repository: string };

async function serve(exchange: Exchange): Promise<void> {
  const { incoming, outgoing } = exchange;
  const url = new URL(incoming.url ?? '/', 'http://registry');
  const path = url.pathname;
  if (path === '/' || path === '/v2/') return finish(outgoing, 200, path === '/' ? '' : '{}');
  const [, repository, rest] =
    /^\/v2\/([a-z0-9._/-]+)\/(tags\/list|manifests\/[^/]+|blobs\/uploads\/[^/]*|blobs\/[^/]+)$/.exec(path) ??
    [];
  if (!repository || !rest) return finish(outgoing, 404, '404 page not found\n', 'text/plain; charset=utf-8');
  const here = { ...exchange, repository };
  const last = rest.slice(rest.lastIndexOf('/') + 1);
  if (rest === 'tags/list') return listTags(here);
  if (rest.startsWith('manifests/')) return manifest(here, last);
  if (rest === 'blobs/uploads/') return beginUpload(here, url.searchParams);
  if (rest.startsWith('blobs/uploads/')) return upload(here, last, url.searchParams.get('digest'));
  return blob(here, last);
}

async function listTags({ storage, outgoing, repository }: RepositoryExchange): Promise<void> {
  const tags = await storage.tags(repository);
  if (!tags) return fail(outgoing, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  finish(outgoing, 200, JSON.stringify({ name: repository, tags }));
}

async function manifest(exchange: RepositoryExchange, reference: string): Promise<void> {
  const { storage, incoming, outgoing, repository } = exchange;
  if (incoming.method === 'PUT') return putManifest(exchange, reference);
  if (incoming.method === 'DELETE') {
    if (!isDigest(reference)) return fail(outgoing, 400, 'DIGEST_INVALID', mismatch);
    const removed = await storage.unlinkManifest(repository, reference);
    return removed ? finish(outgoing, 202) : fail(outgoing, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }
  if (!isRead(incoming)) return fail(outgoing, 405, 'UNSUPPORTED', 'The operation is unsupported.');
  const digest = isDigest(reference) ? reference : await storage.tagged(repository, reference);
  const bytes = digest === undefined ? undefined : await storage.manifest(repository, digest);
  if (!digest || !bytes) return fail(outgoing, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const mediaType = manifestIn(bytes)?.mediaType ?? mediaTypes.oci.manifest;
  const accepted = (incoming.headers.accept ?? '').split(',').map((type) => type.replace(/;.*$/, '').trim());
  const isOci = mediaType === mediaTypes.oci.manifest || mediaType === mediaTypes.oci.index;
  if (isOci && !accepted.includes(mediaType)) {
    const found = isIndex(mediaType) ? 'OCI index' : 'OCI manifest';
    const message = `${found} found, but accept header does not support ${found.replace(/x$/, 'xe')}s`;
    return fail(outgoing, 404, 'MANIFEST_UNKNOWN', message);
  }
  outgoing.setHeader('docker-content-digest', digest);
  outgoing.setHeader('etag', `"${digest}"`);
  finish(outgoing, 200, bytes, mediaType);
}

type ManifestContent = {
  mediaType?: string;
  config?: { digest: string };
  layers?: { digest: string }[];
  manifests?: { digest: string }[];
};

const mismatch = 'provided digest did not match uploaded content';

async function putManifest(exchange: RepositoryExchange, reference: string): Promise<void> {
  const { storage, incoming, outgoing, repository } = exchange;
  const bytes = await buffer(incoming);
  const content = manifestIn(bytes);
  const known = Object.values(mediaTypes).some(
    (types) => types.manifest === content?.mediaType || types.index === content?.mediaType,
  );
  if (!content || !known || incoming.headers['content-type'] !== content.mediaType) {
    return fail(outgoing, 400, 'MANIFEST_INVALID', 'manifest invalid');
  }
  if (isDigest(reference) && reference !== digestOf(bytes)) {
    return fail(outgoing, 400, 'DIGEST_INVALID', mismatch);
  }
  const layers = [...(content.config ? [content.config] : []), ...(content.layers ?? [])];
  const missing = [
    ...(await lacking(layers, async (digest) => (await storage.layerSize(repository, digest)) !== undefined)),
    ...(await lacking(content.manifests ?? [], (digest) => storage.hasManifest(repository, digest))),
  ];
  if (missing.length > 0) {
    return fail(outgoing, 400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', missing[0]);
  }
  const digest = await storage.putManifest(repository, isDigest(reference) ? undefined : reference, bytes);
  outgoing.setHeader('docker-content-digest', digest);
  outgoing.setHeader('location', addressOf(exchange, `manifests/${digest}`));
  finish(outgoing, 201);
}

async function blob(exchange: RepositoryExchange, digest: string): Promise<void> {
  const { storage, incoming, outgoing, repository } = exchange;
  if (!isDigest(digest)) return finish(outgoing, 404, '404 page not found\n', 'text/plain; charset=utf-8');
  if (incoming.method === 'DELETE') {
    const removed = await storage.unlinkLayer(repository, digest);
    return removed ? finish(outgoing, 202) : fail(outgoing, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  }
  if (!isRead(incoming)) return fail(outgoing, 405, 'UNSUPPORTED', 'The operation is unsupported.');
  const size = await storage.layerSize(repository, digest);
  if (size === undefined) return fail(outgoing, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const asked = /^bytes=(\d+)-(\d*)$/.exec(incoming.headers.range ?? '');
  const first = Number(asked?.[1] ?? 0);
  const last = Math.min(size - 1, asked?.[2] ? Number(asked[2]) : size - 1);
  if (first > last) return finish(outgoing, 416);
  outgoing.writeHead(asked ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': last - first + 1,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    ...(asked ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
  });
  // The head goes out before the data is looked for, so a blob that only the cache knows breaks off in the body.
  outgoing.flushHeaders();
  if (incoming.method === 'HEAD') outgoing.end();
  else await pipeline(storage.readBlob(digest, first, last), outgoing);
}

async function beginUpload(exchange: RepositoryExchange, query: URLSearchParams): Promise<void> {
  const { storage, incoming, outgoing, repository } = exchange;
  if (incoming.method !== 'POST') return fail(outgoing, 404, 'BLOB_UPLOAD_UNKNOWN', unknownUpload);
  const digest = query.get('mount');
  const from = query.get('from');
  if (digest && from && isDigest(digest) && (await storage.mountLayer(repository, digest, from))) {
    return created(exchange, digest);
  }
  accepted(exchange, 202, await storage.beginUpload(repository), 0);
}

const unknownUpload = 'blob upload unknown to registry';

async function upload(exchange: RepositoryExchange, id: string, digest: string | null): Promise<void> {
  const { storage, incoming, outgoing, repository } = exchange;
  if (!/^[0-9a-f-]{36}$/.test(id) || (await storage.uploadSize(repository, id)) === undefined) {
    return fail(outgoing, 404, 'BLOB_UPLOAD_UNKNOWN', unknownUpload);
  }
  if (incoming.method === 'DELETE') {
    await storage.cancelUpload(repository, id);
    return finish(outgoing, 204);
  }
  if (incoming.method === 'PATCH' || incoming.method === 'PUT') {
    await storage.appendUpload(repository, id, incoming);
  }
  if (incoming.method === 'PUT') {
    if (digest && isDigest(digest) && (await storage.commitUpload(repository, id, digest))) {
      return created(exchange, digest);
    }
    return fail(outgoing, 400, 'DIGEST_INVALID', mismatch);
  }
  const size = (await storage.uploadSize(repository, id)) ?? 0;
  accepted(exchange, incoming.method === 'PATCH' ? 202 : 204, id, size);
}

function accepted(exchange: RepositoryExchange, status: 202 | 204, id: string, size: number): void {
  const { outgoing } = exchange;
  outgoing.setHeader('docker-upload-uuid', id);
  outgoing.setHeader('location', addressOf(exchange, `blobs/uploads/${id}?_state=kept-on-disk`));
  outgoing.setHeader('range', `0-${Math.max(0, size - 1)}`);
  finish(outgoing, status);
}

function created(exchange: RepositoryExchange, digest: string): void {
  exchange.outgoing.setHeader('docker-content-digest', digest);
  exchange.outgoing.setHeader('location', addressOf(exchange, `blobs/${digest}`));
  finish(exchange.outgoing, 201);
}

function addressOf({ incoming, repository }: RepositoryExchange, path: string): string {
  const scheme = incoming.headers['x-forwarded-proto'] ?? 'http';
  return `${scheme}://${incoming.headers.host}/v2/${repository}/${path}`;
}

function isRead(incoming: IncomingMessage): boolean {
  return incoming.method === 'GET' || incoming.method === 'HEAD';
}

function manifestIn(bytes: Buffer): ManifestContent | undefined {
  try {
    const content: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

async function lacking(
  wanted: { digest: string }[],
  has: (digest: string) => Promise<boolean>,
): Promise<string[]> {
  const missing: string[] = [];
  for (const { digest } of wanted) {
    if (!(await has(digest))) missing.push(digest);
  }
  return missing;
}

function fail(
  outgoing: ServerResponse,
  status: number,
  code: string,
  message: string,
  detail?: string,
): void {
  finish(outgoing, status, JSON.stringify({ errors: [{ code, message, detail }] }));
}

function finish(
  outgoing: ServerResponse,
  status: number,
  body: Buffer | string = '',
  type = 'application/json; charset=utf-8',
): void {
  const headers: Record<string, string | number> = { 'content-length': Buffer.byteLength(body) };
  if (body.length > 0) headers['content-type'] = type;
  outgoing.writeHead(status, status === 204 ? {} : headers);
  outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body);
}

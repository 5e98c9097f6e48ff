// A registry for measuring, in a process of its own: it takes deletions, remembers each, and stores nothing.
// Its parent sends it a certificate and the token to ask for, gets the port, and with any further message the deletions.
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { textAt } from '../../src/engine/shape.ts';
import { tokenIn } from '../registry/authorization.ts';

/** What was deleted: paths, in the order of their first deletion, and how many deletions were repetitions. */
export interface DeletionsSeen {
  paths: string[];
  repeated: number;
  /** How many connections were made. */
  connections: number;
  /** CPU time of the process since the first deletion. */
  cpuSeconds: number;
}

const DELETABLE = /^\/(v2\/[^/]+\/[^/]+\/(blobs|manifests)|admin\/blobs)\/sha256:[0-9a-f]{64}$/;

process.once('message', (settings) => {
  const seen = new Set<string>();
  let repeated = 0;
  let connections = 0;
  let cpuAtFirst = process.cpuUsage();
  const answer = (method: string, path: string, authorization: string | undefined): number => {
    if (method === 'GET' && (path === '/' || path === '/v2/')) return 200;
    if (method !== 'DELETE' || !DELETABLE.test(path)) return 404;
    if (tokenIn(authorization) !== textAt(settings, 'token')) return 401;
    if (seen.size === 0) cpuAtFirst = process.cpuUsage();
    if (seen.has(path)) repeated++;
    seen.add(path);
    return path.startsWith('/admin/') ? 204 : 202;
  };
  const server = createServer(
    { cert: textAt(settings, 'certificate'), key: textAt(settings, 'key') },
    (request, response) => {
      const { method = '', url = '', headers } = request;
      response
        .writeHead(answer(method, url, headers.authorization), {
          'content-length': '0',
          'docker-distribution-api-version': 'registry/2.0',
        })
        .end();
    },
  );
  subscribe('net.server.socket', () => {
    connections++;
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage(cpuAtFirst);
    const cpuSeconds = (user + system) / 1e6;
    const report: DeletionsSeen = { paths: [...seen], repeated, connections, cpuSeconds };
    process.send?.(report);
  });
});
process.once('disconnect', () => process.exit());

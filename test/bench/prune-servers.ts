// What a confirmed prune is measured against: the miniature cluster with very many images, in this process, and the
// registry that these name, in another (its certificate has to come from the cluster's authority).
//   fork('test/bench/prune-servers.ts', [<images>, <folder for the kubeconfig>])
// Sends a PruneServersReady, and a PruneServersReport for each message it gets. Ends with its parent.
import { fork } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { numberAt } from '../../src/engine/shape.ts';
import { startCluster } from '../cluster/miniature.ts';
import { manyImages } from '../cluster/seeds/many-images.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { createAuthority } from '../pki.ts';

export interface PruneServersReady {
  url: string;
  ca: string;
  kubeconfig: string;
  /** `host:port` */
  registry: string;
}

export interface PruneServersReport {
  /** When an API object was changed first, in milliseconds since the epoch. */
  firstChangeAt: number;
  /** How many connections were made to the API server since then. */
  connections: number;
  /** CPU time of the API server's process since then. */
  cpuSeconds: number;
  /** A DeletionsSeen. */
  registry: unknown;
}

const [images = '', folder = ''] = process.argv.slice(2);
const authority = await createAuthority('authority of the measured cluster');
const registry = fork(join(import.meta.dirname, 'registry.ts'));
registry.once('exit', (code) => {
  throw new Error(`the registry ended with ${code}`);
});
registry.send({
  ...(await authority.issue({ commonName: 'registry', hosts: ['127.0.0.1'] })),
  token: USERS.admin.token,
});
const [listening]: unknown[] = await once(registry, 'message');
const host = `127.0.0.1:${numberAt(listening, 'port')}`;

const cluster = await startCluster({
  authority,
  seed: manyImages({ images: Number(images), registry: host, serviceCa: authority.certificate }),
});
for (const resource of ['images', 'imagestreams']) cluster.warm(resource, 'image.openshift.io', 500);
let first: { at: number; cpu: NodeJS.CpuUsage } | undefined;
let connections = 0;
subscribe('net.server.socket', () => {
  connections++;
});
cluster.store.onChange(() => {
  if (first) return;
  first = { at: performance.timeOrigin + performance.now(), cpu: process.cpuUsage() };
  connections = 0;
});

process.on('message', async () => {
  const { user, system } = process.cpuUsage(first?.cpu);
  registry.send('report');
  const [deletions]: unknown[] = await once(registry, 'message');
  const report: PruneServersReport = {
    firstChangeAt: first?.at ?? Number.NaN,
    connections,
    cpuSeconds: (user + system) / 1e6,
    registry: deletions,
  };
  process.send?.(report);
});
process.once('disconnect', () => process.exit());

const ready: PruneServersReady = {
  url: cluster.url,
  ca: cluster.ca,
  kubeconfig: await cluster.writeKubeconfig(folder),
  registry: host,
};
process.send?.(ready);

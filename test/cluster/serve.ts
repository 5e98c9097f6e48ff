// The miniature cluster as a process of its own:
//   node test/cluster/serve.ts --seed three-teams|many-images|empty [--images 20000] [--streams 500] [--port 0]
//     [--registry host:port] [--now 2026-01-01T00:00:00Z] [--kubeconfig-dir <dir>] [--warm 500] [--until-stdin-closes]
// Prints one line of JSON when it is ready: {"url", "port", "ca", "kubeconfig", "pid"}.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Seed, startCluster } from './miniature.ts';
import { manyImages } from './seeds/many-images.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: 'three-teams' },
    images: { type: 'string', default: '20000' },
    streams: { type: 'string' },
    port: { type: 'string', default: '0' },
    registry: { type: 'string' },
    now: { type: 'string' },
    'kubeconfig-dir': { type: 'string' },
    warm: { type: 'string' },
    'until-stdin-closes': { type: 'boolean', default: false },
  },
});

function seed(): Seed {
  const common = {
    ...(values.now === undefined ? {} : { now: new Date(values.now) }),
    ...(values.registry === undefined ? {} : { registry: values.registry }),
  };
  switch (values.seed) {
    case 'three-teams':
      return seedOf(threeTeams, common);
    case 'many-images':
      return manyImages({
        ...common,
        images: Number(values.images),
        ...(values.streams === undefined ? {} : { streams: Number(values.streams) }),
      });
    case 'empty':
      return seedOf({ projects: [], orphans: [] }, common);
    default:
      throw new Error(`unknown seed ${values.seed}: three-teams, many-images or empty`);
  }
}

const cluster = await startCluster({ seed: seed(), port: Number(values.port) });
if (values.warm !== undefined) {
  cluster.warm('images', 'image.openshift.io', Number(values.warm));
  cluster.warm('imagestreams', 'image.openshift.io', Number(values.warm));
}
const directory = values['kubeconfig-dir'] ?? (await mkdtemp(join(tmpdir(), 'miniature-cluster-')));
const kubeconfig = await cluster.writeKubeconfig(directory);

const stop = () => {
  cluster.close().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (values['until-stdin-closes']) {
  process.stdin.once('end', stop);
  process.stdin.resume();
}
const { url, port, ca } = cluster;
process.stdout.write(`${JSON.stringify({ url, port, ca, kubeconfig, pid: process.pid })}\n`);

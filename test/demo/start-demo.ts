// What the demo shows: three teams' cluster, and a registry that holds their images.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asksTheCluster } from '../asks-the-cluster.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { seedPruning } from '../cluster/seeds/pruning.ts';
import { threeTeams } from '../cluster/seeds/three-teams.ts';
import { createAuthority } from '../pki.ts';
import { startRegistry, type TestRegistry } from '../registry/start.ts';
import { connectRegistry } from '../registry-in-cluster.ts';
import { pushedSeed } from './pushed-seed.ts';

export interface Demo {
  cluster: MiniCluster;
  /** Its certificate is verified by the kubeconfig's authority; the cluster's users sign in with their tokens. */
  registry: TestRegistry;
  /** How many images lie in the registry. */
  images: number;
  /** The current context is admin's. */
  kubeconfig: string;
  /** Where the runs of the demo are kept. */
  runs: string;
  /** Ends everything and leaves no file behind. */
  close(): Promise<void>;
}

/**
 * Starts the demo. Everything that it writes lies in one temporary folder.
 * @param kind of the registry; docker-registry where that is installed, if absent
 */
export async function startDemo(kind?: TestRegistry['kind']): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'image-hygiene-demo-'));
  const started: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const authority = await createAuthority('demo authority');
    const cluster = await startCluster({ authority });
    started.push(() => cluster.close());
    const registry = await startRegistry({
      ...(kind ? { kind } : {}),
      folder: join(folder, 'registry'),
      authority,
      authorize: asksTheCluster(cluster),
    });
    started.push(() => registry.stop());
    connectRegistry(cluster, registry);

    const { objects, images } = await pushedSeed(threeTeams, registry, { serviceCa: authority.certificate });
    cluster.seed(objects);
    await seedPruning(cluster);
    const kubeconfig = await cluster.writeKubeconfig(folder);
    return { cluster, registry, images, kubeconfig, runs: join(folder, 'runs'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

// A cluster and its registry are one: what the cluster's operator and its controllers do, the registry's process feels.
import { join } from 'node:path';
import type { MiniCluster } from './cluster/miniature.ts';
import { isReadOnly } from './cluster/registry-operator.ts';
import { INTERNAL_REGISTRY } from './cluster/seeds/seeded.ts';
import { dockerRegistryProgram } from './registry/hard-prune.ts';
import type { TestRegistry } from './registry/start.ts';

/**
 * Lets pods reach the registry by its service's name, and its own pods prune its files. A rollout replaces its process, and with it the cache that believes
 * in what is gone.
 */
export function connectRegistry(cluster: MiniCluster, registry: TestRegistry): void {
  cluster.programs.set('dockerregistry', dockerRegistryProgram(cluster, join(registry.folder, 'store')));
  cluster.services.set(INTERNAL_REGISTRY, registry.host);
  cluster.rollout.onRollout = (deployment) => {
    if (deployment.metadata.name !== 'image-registry') return;
    registry.readOnly = isReadOnly(deployment);
    return registry.restart();
  };
}

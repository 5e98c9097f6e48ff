// A prune in this process, so that a test can act between its steps.

import { takeInventory } from '../src/cluster/inventory/take-inventory.ts';
import { loadKubeconfig } from '../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../src/cluster/kubeconfig/resolve-context.ts';
import { Planner } from '../src/cluster/planner/planner.ts';
import type { ApiSession } from '../src/cluster/session/api-session.ts';
import { openSession } from '../src/cluster/session/open-session.ts';
import { type RequestedOptions, resolveOptions } from '../src/engine/options.ts';
import type { PruneOrder } from '../src/prune/order.ts';
import { reachRegistry, registryHints } from '../src/prune/reach-registry.ts';
import { CONNECTIONS_FOR_PRUNE, type RegistryAccess, type RunRequest } from '../src/prune/run/prune-run.ts';
import { takeOrder } from '../src/prune/take-order.ts';
import type { Scene } from './scene.ts';

/** What a prune of a scene takes, in this process. */
export interface InProcess extends AsyncDisposable {
  session: ApiSession;
  order: PruneOrder;
  registry: RegistryAccess;
  /** A request with everything filled in; more can be put over it. */
  request(more?: Partial<RunRequest>): RunRequest;
  close(): Promise<void>;
}

/** Makes a plan of a scene, as admin, and connects to its registry. */
export async function inProcess(scene: Scene, options: RequestedOptions = {}): Promise<InProcess> {
  const kubeconfig = await loadKubeconfig({ explicitPath: scene.kubeconfig, env: {}, homeDir: scene.folder });
  const session = await openSession(resolveContext(kubeconfig), {
    version: 'test',
    env: {},
    connections: CONNECTIONS_FOR_PRUNE,
  });
  const planner = new Planner(new URL('../src/cluster/planner/planner-thread.ts', import.meta.url));
  const pruneOptions = resolveOptions(options);
  await takeInventory(session, planner, { namespace: pruneOptions.namespace, referrersEverywhere: true });
  const { context, user } = session.target;
  const origin = { context, server: session.server, user: user.name };
  const order = await takeOrder(planner, await planner.plan(pruneOptions, Date.now(), origin));
  await planner.close();
  const { found, access } = await reachRegistry(session, registryHints(order), { forceInsecure: false });
  const close = async () => {
    await found.close();
    await session.close();
  };
  return {
    session,
    order,
    registry: access,
    request: (more) => ({
      session,
      registry: access,
      runs: scene.env.IMAGE_HYGIENE_RUNS,
      workers: 5,
      ...more,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

// Real runs against a miniature cluster and registry, for tests of what is said about runs.
import { join } from 'node:path';
import { takeInventory } from '../../../src/cluster/inventory/take-inventory.ts';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../../src/cluster/kubeconfig/resolve-context.ts';
import { Planner } from '../../../src/cluster/planner/planner.ts';
import type { ApiSession } from '../../../src/cluster/session/api-session.ts';
import { openSession } from '../../../src/cluster/session/open-session.ts';
import { type RequestedOptions, resolveOptions } from '../../../src/engine/options.ts';
import type { PruneOrder } from '../../../src/prune/order.ts';
import { reachRegistry, registryHints, touchesRegistry } from '../../../src/prune/reach-registry.ts';
import { CONNECTIONS_FOR_PRUNE, type RunRequest, startRun } from '../../../src/prune/run/prune-run.ts';
import type { RunReport } from '../../../src/prune/run/report.ts';
import { takeOrder } from '../../../src/prune/take-order.ts';
import type { Scene } from '../../scene.ts';

const THREAD = new URL('../../../src/cluster/planner/planner-thread.ts', import.meta.url);

/** No waiting for a server that fails on purpose. */
const IMPATIENT = { attempts: 1, firstDelayMs: 1, overloadMs: 10, failuresInRow: 1000 };

/** The folder of a scene's runs. */
export function runsOf(scene: Scene): string {
  return scene.env.IMAGE_HYGIENE_RUNS;
}

/** A session as the scene's administrator. The caller closes it. */
export async function adminSession(scene: Scene): Promise<ApiSession> {
  const config = await loadKubeconfig({ explicitPath: scene.kubeconfig, env: {}, homeDir: scene.folder });
  const target = resolveContext(config, { context: 'admin' });
  return openSession(target, { version: 'test', env: {}, connections: CONNECTIONS_FOR_PRUNE });
}

export interface Pruned {
  order: PruneOrder;
  report: RunReport;
  folder: string;
}

/** Plans and prunes. @param request what differs from a run that nothing gets in the way of */
export async function pruneScene(
  scene: Scene,
  session: ApiSession,
  options: RequestedOptions = {},
  request: Partial<RunRequest> = {},
): Promise<Pruned> {
  const order = await orderOf(session, options);
  const work = (registry: RunRequest['registry']) =>
    startRun(order, {
      session,
      registry,
      runs: runsOf(scene),
      workers: 2,
      patience: IMPATIENT,
      ...request,
    });
  const report = await withRegistry(session, order, work);
  return { order, report, folder: join(runsOf(scene), report.run) };
}

async function orderOf(session: ApiSession, options: RequestedOptions): Promise<PruneOrder> {
  const planner = new Planner(THREAD);
  try {
    await takeInventory(session, planner, {
      namespace: null,
      homeNamespace: 'default',
      referrersEverywhere: true,
    });
    const { context, user } = session.target;
    const origin = { context, server: session.server, user: user.name };
    const summary = await planner.plan(resolveOptions(options), Date.now(), origin);
    return await takeOrder(planner, summary);
  } finally {
    await planner.close();
  }
}

async function withRegistry(
  session: ApiSession,
  order: PruneOrder,
  work: (registry: RunRequest['registry']) => Promise<RunReport>,
): Promise<RunReport> {
  if (!touchesRegistry(order)) return work(null);
  const { found, access } = await reachRegistry(session, registryHints(order), { forceInsecure: false });
  try {
    return await work(access);
  } finally {
    await found.close();
  }
}

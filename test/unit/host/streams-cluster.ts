// A miniature cluster, and what the Image Streams view reads of it: sessions of its users, plans.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeInventory } from '../../../src/cluster/inventory/take-inventory.ts';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../../src/cluster/kubeconfig/resolve-context.ts';
import { Planner } from '../../../src/cluster/planner/planner.ts';
import type { ApiSession } from '../../../src/cluster/session/api-session.ts';
import { openSession } from '../../../src/cluster/session/open-session.ts';
import { type RequestedOptions, resolveOptions } from '../../../src/engine/options.ts';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import { type MiniCluster, type Seed, startCluster } from '../../cluster/miniature.ts';
import type { UserName } from '../../cluster/seeds/roles.ts';

const THREAD = new URL('../../../src/cluster/planner/planner-thread.ts', import.meta.url);

export interface StreamsCluster {
  cluster: MiniCluster;
  sessionOf(user: UserName): Promise<ApiSession>;
  /** A plan by what a user sees. */
  planOf(user: UserName, options?: RequestedOptions): Promise<{ planner: Planner; summary: PlanSummary }>;
  /** Closes what was opened, too. */
  close(): Promise<void>;
}

export async function startStreamsCluster(seed: Seed): Promise<StreamsCluster> {
  const cluster = await startCluster({ seed });
  const folder = await mkdtemp(join(tmpdir(), 'image-hygiene-streams-'));
  const explicitPath = await cluster.writeKubeconfig(folder, { namespace: 'data' });
  const opened: { close(): Promise<unknown> }[] = [];
  const sessionOf = async (context: UserName) => {
    const kubeconfig = await loadKubeconfig({ explicitPath, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(kubeconfig, { context }), { version: 'test', env: {} });
    opened.push(session);
    return session;
  };
  return {
    cluster,
    sessionOf,
    planOf: async (user, options = {}) => {
      const session = await sessionOf(user);
      const planner = new Planner(THREAD);
      opened.push(planner);
      const { context, namespace: homeNamespace, user: own } = session.target;
      const asked = resolveOptions(options);
      const { namespace } = asked;
      await takeInventory(session, planner, { namespace, homeNamespace, referrersEverywhere: true });
      const origin = { context, server: session.server, user: own.name };
      return { planner, summary: await planner.plan(asked, Date.now(), origin) };
    },
    close: async () => {
      for (const each of opened) await each.close();
      await cluster.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import type { RegistryHints } from '../../prune/reach-registry.ts';
import { streamRepositories } from '../../registry/discovery/stream-repositories.ts';
import type { Connection } from '../contexts/connection.ts';
import type { DryRuns } from '../dry-run/dry-runs.ts';

/**
 * What the cluster's objects say of the registry's address: as the plan saw it; without one, as a few image streams of
 * the present scope say it.
 */
export async function registryHintsOf(dryRuns: DryRuns, connection: Connection): Promise<RegistryHints> {
  const youngestManaged = dryRuns.plan?.summary.youngestManaged?.reference ?? null;
  if (youngestManaged !== null) return { youngestManaged, repositories: [] };
  const { context, session } = await connection.session();
  const namespaces = [context.namespace, null, context.target.namespace];
  for (const namespace of namespaces) {
    try {
      const repositories = await streamRepositories(session, namespace);
      if (repositories.length > 0) return { youngestManaged: null, repositories };
    } catch {
      // Whoever may not look everywhere may look at home.
    }
  }
  return { youngestManaged: null, repositories: [] };
}

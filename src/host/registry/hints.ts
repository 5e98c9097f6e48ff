import { said } from '../../engine/said.ts';
import { listAt, objectAt, textAt } from '../../engine/shape.ts';
import type { RegistryHints } from '../../prune/reach-registry.ts';
import { streamRepositories } from '../../registry/discovery/stream-repositories.ts';
import type { Connection } from '../contexts/connection.ts';
import type { DryRuns } from '../dry-run/dry-runs.ts';
import { statusOf } from '../problems.ts';

const PROJECTS = '/apis/project.openshift.io/v1/projects';
/** As many of a user's projects are looked into for one that names the registry. */
const MOST_PROJECTS = '5';

/**
 * What the cluster's objects say of the registry's address: as the plan saw it; without one, as a few image streams of
 * the present scope say it, or those of the user's own projects.
 * @throws NotOpenShiftError; ApiError where the user may not see any image stream; what the session throws
 */
export async function registryHintsOf(dryRuns: DryRuns, connection: Connection): Promise<RegistryHints> {
  const youngestManaged = dryRuns.plan?.summary.youngestManaged?.reference ?? null;
  if (youngestManaged !== null) return { youngestManaged, repositories: [] };
  const { context, session } = await connection.session();
  let refused: unknown;
  /** @returns undefined where this may not be seen, or isn't there */
  const unlessRefused = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      refused ??= error;
      return undefined;
    }
  };
  let answered = false;
  const repositoriesIn = async (namespace: string | null): Promise<readonly string[]> => {
    const repositories = await unlessRefused(streamRepositories(session, namespace));
    answered ||= repositories !== undefined;
    return repositories ?? [];
  };
  const ownProjects = async () => {
    const projects = await unlessRefused(session.json({ path: PROJECTS, query: { limit: MOST_PROJECTS } }));
    return listAt(projects, 'items').map((project) => textAt(objectAt(project, 'metadata'), 'name'));
  };

  // Whoever may not look everywhere may look at home.
  for (const namespace of [context.namespace, null, context.target.namespace]) {
    if (namespace === undefined) continue;
    const repositories = await repositoriesIn(namespace);
    if (repositories.length > 0) return { youngestManaged: null, repositories };
  }
  if (statusOf(refused) === 404) {
    const { NotOpenShiftError } = await import('./checking.ts');
    throw new NotOpenShiftError(
      said(
        '{0} is not an OpenShift cluster: it has no image.openshift.io API, and so no image registry of its own. Choose another context.',
        session.server,
      ),
    );
  }
  for (const namespace of refused === undefined ? [] : await ownProjects()) {
    const repositories = await repositoriesIn(namespace);
    if (repositories.length > 0) return { youngestManaged: null, repositories };
  }
  if (!answered) throw refused;
  return { youngestManaged: null, repositories: [] };
}

import { REGISTRY_DEPLOYMENT_PATH } from '../../cluster/registry-deployment/location.ts';
import { type RegistryCache, registryCacheOf } from '../../cluster/registry-deployment/registry-cache.ts';
import { deploymentState, stageOf, updatedSoFar } from '../../cluster/rollout/deployment-state.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { objectAt, textAt } from '../../engine/shape.ts';
import { registryRoutes } from '../../registry/discovery/registry-routes.ts';

/** The registry's deployment, as far as the user may see it. */
export interface RegistryDeployment {
  desired: number;
  updated: number;
  available: number;
  /** `stuck`: the cluster gave up waiting for progress, and goes on trying. */
  rollout: 'none' | 'running' | 'stuck';
  /** RFC 3339; absent where it was never restarted by hand. */
  restartedAt?: string;
}

export interface RegistryFacts {
  /** Who asks, as the cluster knows them. */
  user?: string;
  /** The host of a route; null: there is none. */
  route?: string | null;
  deployment?: RegistryDeployment;
  cache?: RegistryCache;
}

/** What the API says of the registry. What the user may not see is left out. */
export async function registryFacts(session: ApiSession, signal: AbortSignal): Promise<RegistryFacts> {
  const [user, route, deployment, cache] = await Promise.all([
    unlessFailed(ownName(session, signal)),
    unlessFailed(routeOf(session, signal)),
    unlessFailed(registryDeployment(session, signal)),
    unlessFailed(registryCacheOf(session, { signal })),
  ]);
  return {
    ...(user === undefined ? {} : { user }),
    ...(route === undefined ? {} : { route }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(cache === undefined ? {} : { cache }),
  };
}

/** How the registry's deployment stands. @throws what the session throws */
export async function registryDeployment(
  session: ApiSession,
  signal?: AbortSignal,
): Promise<RegistryDeployment> {
  const state = deploymentState(await session.json({ path: REGISTRY_DEPLOYMENT_PATH, signal }));
  const { desired, available, restartedAt } = state;
  const stage = stageOf(state, state.generation);
  return {
    desired,
    updated: updatedSoFar(state),
    available,
    rollout: stage === 'done' ? 'none' : stage === 'deadline' ? 'stuck' : 'running',
    ...(restartedAt ? { restartedAt } : {}),
  };
}

/** A kubeconfig's entry may be called anything; a role is granted to the name that the server knows. */
export async function ownName(session: ApiSession, signal?: AbortSignal): Promise<string | undefined> {
  const user = await session.json({ path: '/apis/user.openshift.io/v1/users/~', signal });
  return textAt(objectAt(user, 'metadata'), 'name') || undefined;
}

async function routeOf(session: ApiSession, signal: AbortSignal): Promise<string | null> {
  const routes = await registryRoutes(session, { signal });
  return routes.find(({ url }) => url)?.url?.hostname ?? null;
}

/** Undefined for what the user may not see, or the cluster doesn't have. */
async function unlessFailed<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch(() => undefined);
}

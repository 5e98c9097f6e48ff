import { listAt, objectAt, textAt } from '../../engine/shape.ts';
import { REGISTRY_DEPLOYMENT } from '../registry-deployment/location.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';

/**
 * The name by which people know a cluster's registry, and no other cluster's: its host outside, otherwise its deployment's
 * name with the API server's host. It is what must be typed before a hard prune deletes.
 * @throws what the session throws, but for a refusal
 */
export async function registryName(session: ApiSession, signal?: AbortSignal): Promise<string> {
  const path = '/apis/config.openshift.io/v1/images/cluster';
  try {
    const status = objectAt(await session.json({ path, signal }), 'status');
    const outside = listAt(status, 'externalRegistryHostnames').find((host) => typeof host === 'string');
    if (typeof outside === 'string' && outside !== '') return outside;
    const inside = textAt(status, 'internalRegistryHostname').split('.')[0];
    return `${inside || REGISTRY_DEPLOYMENT}@${new URL(session.server).host}`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `${REGISTRY_DEPLOYMENT}@${new URL(session.server).host}`;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { type RetryPolicy, withRetry } from '../../cluster/inventory/retry.ts';
import { REGISTRY_CONFIG, REGISTRY_CONFIG_PATH } from '../../cluster/registry-deployment/location.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { SaidError, said } from '../../engine/said.ts';
import { registryRoutes } from '../../registry/discovery/registry-routes.ts';
import { EXPOSE_PATCH } from './expose-patch.ts';

/** The registry has no default route. The message says why, and what would help. */
export class NotExposedError extends SaidError {
  override name = 'NotExposedError';
}

export interface ExposeOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  /** How long the operator may take to make the route: milliseconds; 30 s where absent. */
  patienceMs?: number;
  /** Between two looks: milliseconds; 500 where absent. */
  pollMs?: number;
}

/**
 * Has the registry's operator make the default route (REFERENCE section 4), and waits for it.
 * @returns the route's host
 * @throws NotExposedError; what the session throws
 */
export async function exposeRegistry(session: ApiSession, options: ExposeOptions = {}): Promise<string> {
  const { signal, retry, patienceMs = 30_000, pollMs = 500 } = options;
  const patch = () =>
    session.json({
      method: 'PATCH',
      path: REGISTRY_CONFIG_PATH,
      query: { fieldManager: 'image-hygiene' },
      contentType: 'application/merge-patch+json',
      body: EXPOSE_PATCH,
      signal,
    });
  try {
    await withRetry(patch, signal, retry);
  } catch (error) {
    throw error instanceof ApiError ? refusal(error) : error;
  }
  const until = Date.now() + patienceMs;
  let why = said('there is none yet');
  while (true) {
    const routes = await withRetry(() => registryRoutes(session, { signal }), signal, retry);
    const host = routes.find(({ url }) => url)?.url?.hostname;
    if (host !== undefined) return host;
    why = routes[0]?.why ?? why;
    if (Date.now() >= until) break;
    await delay(pollMs, undefined, { signal });
  }
  throw new NotExposedError(
    said(
      '{0} now asks for the default route, but after {1} s no route leads to the registry: {2}. See what its operator says: {3}',
      REGISTRY_CONFIG,
      Math.round(patienceMs / 1000),
      why,
      `oc get ${REGISTRY_CONFIG} -o yaml`,
    ),
  );
}

function refusal(error: ApiError): NotExposedError | ApiError {
  if (error.status === 403) {
    return new NotExposedError(
      said(
        'This user may not patch {0}, so the registry was not exposed ({1}). It takes the right of a cluster administrator',
        REGISTRY_CONFIG,
        error.serverMessage,
      ),
    );
  }
  if (error.status === 404) {
    return new NotExposedError(
      said(
        'There is no {0}, so the registry was not exposed: this cluster’s registry isn’t run by OpenShift’s operator ({1})',
        REGISTRY_CONFIG,
        error.serverMessage,
      ),
    );
  }
  return error;
}

import { setTimeout as delay } from 'node:timers/promises';
import { withRetry } from '../inventory/retry.ts';
import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import { podPath } from '../schedules/paths.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';

const POLL_MS = 500;

/**
 * Ends a pod of the registry, and whatever still runs in it; its deployment makes another. Resolves when it is gone.
 * @throws what the session throws; the signal's reason
 */
export async function endPod(session: ApiSession, pod: string, signal: AbortSignal): Promise<void> {
  const path = podPath(REGISTRY_NAMESPACE, pod);
  const gone = (error: unknown) => error instanceof ApiError && error.status === 404;
  try {
    await withRetry(() => session.json({ method: 'DELETE', path, signal }), signal);
    while (true) {
      await withRetry(() => session.json({ path, signal }), signal);
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (!gone(error)) throw error;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import {
  DEPLOYMENTS_PATH,
  REGISTRY_DEPLOYMENT,
  REGISTRY_DEPLOYMENT_PATH,
} from '../registry-deployment/location.ts';
import { ApiError, type ApiSession, ClusterUnreachableError } from '../session/api-session.ts';
import { LineTooLongError } from '../watch/line-splitter.ts';
import { MalformedEventError } from '../watch/watch-event.ts';
import { watchEvents } from '../watch/watch-events.ts';
import { type DeploymentState, deploymentState } from './deployment-state.ts';

export interface FollowOptions {
  signal: AbortSignal;
  retry: RetryPolicy;
  /** Between two looks where watching isn't possible. */
  pollMs: number;
}

/** The right to watch this one deployment is enough for it. */
const WATCH_PATH = `${DEPLOYMENTS_PATH}?fieldSelector=${encodeURIComponent(`metadata.name=${REGISTRY_DEPLOYMENT}`)}`;
/** It also bounds for how long it can go unnoticed that a connection has died. */
const WATCH_SECONDS = 30;
const ANSWER_MS = 10_000;

/**
 * The registry's deployment every time it changes, for as long as it is asked for; undefined once it is gone. It is
 * watched where the user may; otherwise, and where the watch breaks or stays silent, it is read again and again.
 * @throws what the session throws where it can't be read even with retries
 */
export async function* followDeployment(
  session: ApiSession,
  from: DeploymentState,
  options: FollowOptions,
): AsyncGenerator<DeploymentState | undefined> {
  let latest = from;
  let mayWatch = true;
  while (true) {
    if (mayWatch) mayWatch = yield* watched(session, latest.resourceVersion, options.signal);
    await delay(options.pollMs, undefined, { signal: options.signal });
    const state = await readAgain(session, options);
    yield state;
    if (state === undefined) return;
    latest = state;
  }
}

async function readAgain(
  session: ApiSession,
  { signal, retry }: FollowOptions,
): Promise<DeploymentState | undefined> {
  try {
    const get = () => session.json({ path: REGISTRY_DEPLOYMENT_PATH, signal });
    return deploymentState(await withRetry(get, signal, retry));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Ends with the watch, whatever ends it. @returns whether it makes sense to watch again */
async function* watched(
  session: ApiSession,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<DeploymentState | undefined, boolean> {
  const watch = { path: WATCH_PATH, version, seconds: WATCH_SECONDS, answerWithinMs: ANSWER_MS, signal };
  try {
    for await (const events of watchEvents(session, watch)) {
      for (const event of events) {
        // It says that the version is too old, which reading again mends.
        if (event.kind === 'error') return true;
        if (event.kind === 'bookmark') continue;
        const { type, object } = event.change;
        yield type === 'DELETED' ? undefined : deploymentState(object);
      }
    }
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ApiError) return error.status === 410 || error.status === 429 || error.status >= 500;
    // Something in between may keep back what it should pass on: then reading is the only way to know.
    if (error instanceof ClusterUnreachableError) return error.kind !== 'timeout';
    if (error instanceof MalformedEventError || error instanceof LineTooLongError) return false;
    throw error;
  }
}

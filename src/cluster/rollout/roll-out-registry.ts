import { isDeepStrictEqual } from 'node:util';
import { formatDuration } from '../../engine/duration.ts';
import type { RetryPolicy } from '../inventory/retry.ts';
import type { ApiSession } from '../session/api-session.ts';
import { type DeploymentState, type RolloutStage, stageOf, updatedSoFar } from './deployment-state.ts';
import { followDeployment } from './follow-deployment.ts';
import { type Restart, type RestartOptions, restartRegistry } from './restart-registry.ts';
import { RolloutError } from './rollout-error.ts';
import {
  cancelledWaiting,
  deadlineExceeded,
  lostSight,
  pausedMeanwhile,
  replaced,
  undone,
  waitedTooLong,
} from './rollout-failures.ts';

export interface RolloutProgress {
  /** Replicas wanted. */
  desired: number;
  /** Replicas of the new kind. */
  updated: number;
  /** Replicas that serve, old and new. */
  available: number;
  /** `restarting` until the cluster has begun, `done` once. */
  phase: 'restarting' | 'progressing' | 'done';
}

export interface RolloutOptions extends RestartOptions {
  /** From the restart on; 10 minutes where absent, 0 for never. */
  timeoutMs?: number;
  /** Told of every change. */
  onProgress?: (progress: RolloutProgress) => void;
  /** Between two looks where the deployment can't be watched; 2 s where absent. */
  pollMs?: number;
}

export interface RolledOut {
  /** RFC 3339. */
  restartedAt: string;
  /** `deployment.kubernetes.io/revision`. */
  revision?: string;
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const DEFAULT_POLL_MS = 2_000;
/** Longer than that, a timer of Node fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** About a minute and a half: an API server that restarts meanwhile is no reason to give up. */
const PATIENT_RETRY: RetryPolicy = { attempts: 12, firstDelayMs: 250, longestDelayMs: 15_000 };

/**
 * Restarts the registry and waits until all of it is new, so that nothing it has cached outlives a prune (REFERENCE
 * section 4).
 * @throws RolloutError; what the session throws, where nothing has been asked for yet
 */
export async function rollOutRegistry(session: ApiSession, options: RolloutOptions = {}): Promise<RolledOut> {
  return seeRestartThrough(session, await restartRegistry(session, options), options);
}

/**
 * Waits for the end of a rollout by the conditions of `kubectl rollout status`. Where another rollout overtakes it,
 * that one is waited for.
 * @throws RolloutError whose `restarted` is `yes`
 */
export async function seeRestartThrough(
  session: ApiSession,
  restart: Restart,
  options: RolloutOptions = {},
): Promise<RolledOut> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timeout = timeoutMs === 0 ? undefined : AbortSignal.timeout(Math.min(timeoutMs, LONGEST_TIMER_MS));
  const signals = [options.signal, timeout].filter((signal) => signal !== undefined);
  const follow = {
    signal: AbortSignal.any(signals),
    retry: options.retry ?? PATIENT_RETRY,
    pollMs: options.pollMs ?? DEFAULT_POLL_MS,
  };
  const report = reporter(options.onProgress);
  let latest = restart.after;
  try {
    if (judged(restart, latest, report)) return outcome(restart, latest);
    for await (const state of followDeployment(session, latest, follow)) {
      if (state === undefined || state.uid !== restart.after.uid) throw replaced(latest);
      latest = state;
      if (judged(restart, latest, report)) return outcome(restart, latest);
    }
    throw replaced(latest);
  } catch (error) {
    if (error instanceof RolloutError) throw error;
    if (options.signal?.aborted) throw cancelledWaiting(latest, options.signal.reason);
    if (timeout?.aborted) throw waitedTooLong(formatDuration(timeoutMs), latest);
    throw lostSight(latest, error);
  }
}

/** Whether the rollout is over. @throws RolloutError where it can't end well */
function judged(
  restart: Restart,
  state: DeploymentState,
  report: (state: DeploymentState, stage: RolloutStage) => void,
): boolean {
  const stage = stageOf(state, restart.after.generation);
  if (stage === 'deadline') throw deadlineExceeded(state);
  if (stage !== 'done' && state.paused) throw pausedMeanwhile(state);
  if (stage === 'done' && isDeepStrictEqual(state.template, restart.before.template)) throw undone(state);
  report(state, stage);
  return stage === 'done';
}

function outcome({ restartedAt }: Restart, { revision }: DeploymentState): RolledOut {
  return { restartedAt, ...(revision === undefined ? {} : { revision }) };
}

/** Tells of what differs from what was last told. */
function reporter(onProgress: RolloutOptions['onProgress']) {
  let told: RolloutProgress | undefined;
  return (state: DeploymentState, stage: RolloutStage) => {
    const { desired, available } = state;
    const phase = stage === 'unobserved' ? 'restarting' : stage === 'done' ? 'done' : 'progressing';
    const progress: RolloutProgress = { desired, updated: updatedSoFar(state), available, phase };
    if (isDeepStrictEqual(progress, told)) return;
    told = progress;
    onProgress?.(progress);
  };
}

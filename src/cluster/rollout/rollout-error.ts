import { type Said, SaidError } from '../../engine/said.ts';
import type { DeploymentCondition } from './deployment-state.ts';

export type RolloutProblem =
  /** The user may not restart the registry. */
  | 'forbidden'
  | 'not-found'
  /** There is a deployment, but it runs no replicas: nothing to restart, nothing cached in memory. */
  | 'no-replicas'
  | 'paused'
  /** Progressing=False ProgressDeadlineExceeded. */
  | 'deadline'
  /** We stopped waiting; the rollout goes on. */
  | 'timeout'
  | 'cancelled'
  | 'failed';

/** The registry was not restarted, or it isn't known to have been restarted as a whole. */
export class RolloutError extends SaidError {
  override readonly name = 'RolloutError';
  readonly kind: RolloutProblem;
  /** Whether the restart was asked for, so that the rollout may be going on; `unknown` where the answer was lost. */
  readonly restarted: 'yes' | 'no' | 'unknown';
  /** The deployment's own, as last seen. */
  readonly conditions: readonly DeploymentCondition[];

  constructor(
    kind: RolloutProblem,
    message: Said,
    more: {
      restarted: RolloutError['restarted'];
      conditions?: readonly DeploymentCondition[];
      cause?: unknown;
    },
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.restarted = more.restarted;
    this.conditions = more.conditions ?? [];
  }
}

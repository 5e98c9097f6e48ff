// How a rollout that has begun can end badly, in words.
import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import { DELETE_PODS_COMMAND, DEPLOYMENT, RESUME_COMMAND, STATUS_COMMAND } from './commands.ts';
import { conditionsInWords, type DeploymentState, updatedSoFar } from './deployment-state.ts';
import { RolloutError, type RolloutProblem } from './rollout-error.ts';

const WHAT = `${DEPLOYMENT} (namespace ${REGISTRY_NAMESPACE})`;

/** The deployment controller saw no progress for `progressDeadlineSeconds`. */
export function deadlineExceeded(state: DeploymentState): RolloutError {
  return failure(
    'deadline',
    state,
    `The rollout of ${WHAT} exceeded its progress deadline with ${standing(state)}. Until it ends, old pods go on with what they have cached. ${conditionSentence(state)}See why new pods don't start: oc get pods -n ${REGISTRY_NAMESPACE}, then oc describe pod. The cluster goes on trying: ${STATUS_COMMAND}`,
  );
}

export function pausedMeanwhile(state: DeploymentState): RolloutError {
  return failure(
    'paused',
    state,
    `The rollout of ${WHAT} was paused with ${standing(state)}. ${conditionSentence(state)}Resume it: ${RESUME_COMMAND}`,
  );
}

/** The pod template came back: pods from before the restart may have stayed. */
export function undone(state: DeploymentState): RolloutError {
  return failure(
    'failed',
    state,
    `The restart of ${WHAT} was undone while it rolled out: its pod template is as it was before, so pods from before may still run, with what they have cached. ${conditionSentence(state)}Replace them: ${DELETE_PODS_COMMAND}`,
  );
}

/** The deployment is gone, or is another one of the same name. */
export function replaced(state: DeploymentState): RolloutError {
  return failure(
    'not-found',
    state,
    `The ${WHAT} was deleted while it rolled out, with ${standing(state)}. Its operator may make another, with new pods: oc get ${DEPLOYMENT} -n ${REGISTRY_NAMESPACE}`,
  );
}

export function stoppedWaiting(
  kind: RolloutProblem,
  what: string,
  state: DeploymentState,
  cause?: unknown,
): RolloutError {
  return failure(
    kind,
    state,
    `The wait for the rollout of ${WHAT} ${what}, with ${standing(state)}; the rollout goes on by itself. ${conditionSentence(state)}See how it ends: ${STATUS_COMMAND}, and its pods: oc get pods -n ${REGISTRY_NAMESPACE}`,
    cause,
  );
}

export function lostSight(state: DeploymentState, cause: unknown): RolloutError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return failure(
    'failed',
    state,
    `The rollout of ${WHAT} has begun and goes on by itself, but it can't be followed any more. ${why.replace(/[.]?$/, '.')} See how it ends: ${STATUS_COMMAND}`,
    cause,
  );
}

function failure(
  kind: RolloutProblem,
  { conditions }: DeploymentState,
  message: string,
  cause?: unknown,
): RolloutError {
  return new RolloutError(kind, message, { restarted: 'yes', conditions, cause });
}

function standing(state: DeploymentState): string {
  return `${updatedSoFar(state)} of ${state.desired} replicas updated and ${state.available} available`;
}

function conditionSentence({ conditions }: DeploymentState): string {
  return conditions.length === 0 ? '' : `Its conditions: ${conditionsInWords(conditions)}. `;
}

// How a rollout that has begun can end badly, in words.

import { asSentence, type Said, said, saidTogether, wordsOf } from '../../engine/said.ts';
import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import { DELETE_PODS_COMMAND, DEPLOYMENT, RESUME_COMMAND, STATUS_COMMAND } from './commands.ts';
import { conditionsInWords, type DeploymentState, updatedSoFar } from './deployment-state.ts';
import { RolloutError, type RolloutProblem } from './rollout-error.ts';

const WHAT = said('{0} (namespace {1})', DEPLOYMENT, REGISTRY_NAMESPACE);

/** The deployment controller saw no progress for `progressDeadlineSeconds`. */
export function deadlineExceeded(state: DeploymentState): RolloutError {
  return failure(
    'deadline',
    state,
    saidTogether(
      said(
        'The rollout of {0} exceeded its progress deadline with {1}. Until it ends, old pods go on with what they have cached.',
        WHAT,
        standing(state),
      ),
      ...conditionSentence(state),
      said(
        'See why new pods don’t start: oc get pods -n {0}, then oc describe pod. The cluster goes on trying: {1}',
        REGISTRY_NAMESPACE,
        STATUS_COMMAND,
      ),
    ),
  );
}

export function pausedMeanwhile(state: DeploymentState): RolloutError {
  return failure(
    'paused',
    state,
    saidTogether(
      said('The rollout of {0} was paused with {1}.', WHAT, standing(state)),
      ...conditionSentence(state),
      said('Resume it: {0}', RESUME_COMMAND),
    ),
  );
}

/** The pod template came back: pods from before the restart may have stayed. */
export function undone(state: DeploymentState): RolloutError {
  return failure(
    'failed',
    state,
    saidTogether(
      said(
        'The restart of {0} was undone while it rolled out: its pod template is as it was before, so pods from before may still run, with what they have cached.',
        WHAT,
      ),
      ...conditionSentence(state),
      said('Replace them: {0}', DELETE_PODS_COMMAND),
    ),
  );
}

/** The deployment is gone, or is another one of the same name. */
export function replaced(state: DeploymentState): RolloutError {
  return failure(
    'not-found',
    state,
    said(
      'The {0} was deleted while it rolled out, with {1}. Its operator may make another, with new pods: {2}',
      WHAT,
      standing(state),
      `oc get ${DEPLOYMENT} -n ${REGISTRY_NAMESPACE}`,
    ),
  );
}

export function cancelledWaiting(state: DeploymentState, cause: unknown): RolloutError {
  const what = said(
    'The wait for the rollout of {0} was cancelled, with {1}; the rollout goes on by itself.',
    WHAT,
    standing(state),
  );
  return failure('cancelled', state, withOutlook(what, state), cause);
}

/** @param after how long, as `10m` */
export function waitedTooLong(after: string, state: DeploymentState): RolloutError {
  const what = said(
    'The wait for the rollout of {0} ended after {1}, with {2}; the rollout goes on by itself.',
    WHAT,
    after,
    standing(state),
  );
  return failure('timeout', state, withOutlook(what, state));
}

export function lostSight(state: DeploymentState, cause: unknown): RolloutError {
  return failure(
    'failed',
    state,
    said(
      'The rollout of {0} has begun and goes on by itself, but it can’t be followed any more. {1} See how it ends: {2}',
      WHAT,
      asSentence(wordsOf(cause)),
      STATUS_COMMAND,
    ),
    cause,
  );
}

function failure(
  kind: RolloutProblem,
  { conditions }: DeploymentState,
  message: Said,
  cause?: unknown,
): RolloutError {
  return new RolloutError(kind, message, { restarted: 'yes', conditions, cause });
}

function withOutlook(what: Said, state: DeploymentState): Said {
  return saidTogether(
    what,
    ...conditionSentence(state),
    said('See how it ends: {0}, and its pods: {1}', STATUS_COMMAND, `oc get pods -n ${REGISTRY_NAMESPACE}`),
  );
}

function standing(state: DeploymentState): Said {
  return said(
    '{0} of {1} replicas updated and {2} available',
    updatedSoFar(state),
    state.desired,
    state.available,
  );
}

function conditionSentence({ conditions }: DeploymentState): Said[] {
  return conditions.length === 0 ? [] : [said('Its conditions: {0}.', conditionsInWords(conditions))];
}

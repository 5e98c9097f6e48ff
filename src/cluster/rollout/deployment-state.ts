import { said } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { MalformedAnswerError } from '../session/malformed-answer.ts';

/** `status.conditions` of a deployment; empty texts where the API gives none. */
export interface DeploymentCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

/** What a rollout is judged by. */
export interface DeploymentState {
  uid: string;
  resourceVersion: string;
  /** Counts the changes of the spec. */
  generation: number;
  /** The generation that the rest of the status speaks of. */
  observedGeneration: number;
  paused: boolean;
  /** Replicas wanted. */
  desired: number;
  /** Replicas of any age that are there. */
  replicas: number;
  /** Replicas of the present pod template. */
  updated: number;
  /** Replicas of any age that serve. */
  available: number;
  conditions: readonly DeploymentCondition[];
  /** The pod template, as sent. */
  template: JsonObject;
  /** When `oc rollout restart` or we last restarted it; empty for never. */
  restartedAt: string;
  /** `deployment.kubernetes.io/revision`, where it is there. */
  revision?: string;
}

/** The annotation of the pod template that `oc rollout restart` sets. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const REVISION = 'deployment.kubernetes.io/revision';

/**
 * Reads a deployment.
 * @param value `apps/v1` Deployment
 * @throws MalformedAnswerError where it lacks what every deployment has
 */
export function deploymentState(value: unknown): DeploymentState {
  const metadata = objectAt(value, 'metadata');
  const spec = objectAt(value, 'spec');
  const status = objectAt(value, 'status');
  const template = objectAt(spec, 'template');
  const generation = numberAt(metadata, 'generation');
  const resourceVersion = textAt(metadata, 'resourceVersion');
  if (generation === undefined || resourceVersion === '') {
    throw new MalformedAnswerError(
      said(
        'The deployment {0} has no {1}, so its rollout can’t be followed.',
        textAt(metadata, 'name') || said('without a name'),
        generation === undefined ? 'generation' : 'resourceVersion',
      ),
    );
  }
  return {
    uid: textAt(metadata, 'uid'),
    resourceVersion,
    generation,
    observedGeneration: numberAt(status, 'observedGeneration') ?? 0,
    paused: spec.paused === true,
    desired: numberAt(spec, 'replicas') ?? 1,
    // The API leaves zeros out.
    replicas: numberAt(status, 'replicas') ?? 0,
    updated: numberAt(status, 'updatedReplicas') ?? 0,
    available: numberAt(status, 'availableReplicas') ?? 0,
    conditions: listAt(status, 'conditions').filter(isObject).map(conditionOf),
    template,
    restartedAt: textAt(objectAt(objectAt(template, 'metadata'), 'annotations'), RESTARTED_AT),
    revision: textAt(objectAt(metadata, 'annotations'), REVISION) || undefined,
  };
}

/** What a rollout still waits for, or how it ended. */
export type RolloutStage =
  /** The deployment controller hasn't seen the change yet. */
  | 'unobserved'
  | 'new-replicas'
  | 'old-replicas'
  | 'availability'
  | 'done'
  /** The controller gave up waiting for progress; it goes on trying. */
  | 'deadline';

/**
 * Where a rollout stands, by the conditions of `kubectl rollout status`.
 * @param generation the oldest generation that counts
 */
export function stageOf(state: DeploymentState, generation: number): RolloutStage {
  if (state.observedGeneration < Math.max(generation, state.generation)) return 'unobserved';
  const progressing = state.conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return 'deadline';
  if (state.updated < state.desired) return 'new-replicas';
  if (state.replicas > state.updated) return 'old-replicas';
  if (state.available < state.updated) return 'availability';
  return 'done';
}

/** Replicas of the new kind: until the controller has seen the change, its count is that of the rollout before. */
export function updatedSoFar({ observedGeneration, generation, updated }: DeploymentState): number {
  return observedGeneration < generation ? 0 : updated;
}

/** Conditions on one line, such as `Progressing=False ProgressDeadlineExceeded (…)`. */
export function conditionsInWords(conditions: readonly DeploymentCondition[]): string {
  return conditions
    .map(({ type, status, reason, message }) => {
      const because = reason === '' ? '' : ` ${reason}`;
      return `${type}=${status}${because}${message === '' ? '' : ` (${message})`}`;
    })
    .join('; ');
}

function conditionOf(condition: JsonObject): DeploymentCondition {
  return {
    type: textAt(condition, 'type'),
    status: textAt(condition, 'status'),
    reason: textAt(condition, 'reason'),
    message: textAt(condition, 'message'),
  };
}

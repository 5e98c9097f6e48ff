import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import type { PruneJob, PruneJobState } from '../../schedules/schedules.ts';
import { pruningContainer } from './pruning-pod.ts';

/** What `kubectl create job --from` marks a Job with. */
export const INSTANTIATE = 'cronjob.kubernetes.io/instantiate';

/**
 * Reads a `batch/v1` Job.
 * @param now milliseconds since the epoch
 * @returns undefined where it prunes no images
 */
export function readJob(object: JsonObject, now: number): PruneJob | undefined {
  const metadata = objectAt(object, 'metadata');
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const container = pruningContainer(objectAt(spec, 'template'));
  if (container === undefined) return undefined;
  const conditions = listAt(status, 'conditions').filter(isObject);
  const end = conditions.find(
    (one) => ['Complete', 'Failed'].includes(textAt(one, 'type')) && textAt(one, 'status') === 'True',
  );
  const owner = listAt(metadata, 'ownerReferences').find((one) => textAt(one, 'kind') === 'CronJob');
  const startedAt = textAt(status, 'startTime') || null;
  const endedAt = end ? textAt(status, 'completionTime') || textAt(end, 'lastTransitionTime') || null : null;
  return {
    namespace: textAt(metadata, 'namespace'),
    name: textAt(metadata, 'name'),
    uid: textAt(metadata, 'uid'),
    cronJob: textAt(owner, 'name') || null,
    manual: textAt(objectAt(metadata, 'annotations'), INSTANTIATE) === 'manual',
    command: container.command,
    image: container.image,
    state: stateOf(spec, status, end),
    createdAt: textAt(metadata, 'creationTimestamp'),
    startedAt,
    endedAt,
    durationMs: durationOf(startedAt, endedAt, end !== undefined, now),
    failedPods: numberAt(status, 'failed') ?? 0,
    reason: textAt(end, 'reason'),
    message: textAt(end, 'message'),
    outcome: null,
  };
}

function stateOf(spec: JsonObject, status: JsonObject, end: JsonObject | undefined): PruneJobState {
  if (end) return textAt(end, 'type') === 'Complete' ? 'succeeded' : 'failed';
  if (spec.suspend === true) return 'suspended';
  // `ready` is absent on older clusters.
  const active = numberAt(status, 'active') ?? 0;
  return active > 0 && numberAt(status, 'ready') !== 0 ? 'running' : 'waiting';
}

function durationOf(startedAt: string | null, endedAt: string | null, hasEnded: boolean, now: number) {
  if (startedAt === null || (hasEnded && endedAt === null)) return null;
  const end = endedAt === null ? now : Date.parse(endedAt);
  return Math.max(0, end - Date.parse(startedAt));
}

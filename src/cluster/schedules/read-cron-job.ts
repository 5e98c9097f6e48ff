import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { parseSchedule } from '../../schedules/cron-schedule.ts';
import { isTimeZone, nextRuns } from '../../schedules/next-runs.ts';
import type { Problem } from '../../schedules/problem.ts';
import type { PruneCronJob } from '../../schedules/schedules.ts';
import { OPERATOR_CRON_JOB } from './paths.ts';
import { pruningContainer } from './pruning-pod.ts';

/** The name by which the API server knows what this program has applied. */
export const FIELD_MANAGER = 'image-hygiene';

/**
 * Reads a `batch/v1` CronJob, without its Jobs.
 * @param now milliseconds since the epoch
 * @returns undefined where it prunes no images
 */
export function readCronJob(object: JsonObject, now: number): PruneCronJob | undefined {
  const metadata = objectAt(object, 'metadata');
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const container = pruningContainer(objectAt(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'template'));
  if (container === undefined) return undefined;
  const schedule = textAt(spec, 'schedule');
  const timeZone = textAt(spec, 'timeZone') || null;
  const suspended = spec.suspend === true;
  const lastScheduled = textAt(status, 'lastScheduleTime') || null;
  const { problem, runs } = runsOf(schedule, timeZone, {
    after: now,
    since: Date.parse(lastScheduled ?? textAt(metadata, 'creationTimestamp')),
  });
  return {
    namespace: textAt(metadata, 'namespace'),
    name: textAt(metadata, 'name'),
    uid: textAt(metadata, 'uid'),
    madeBy: madeBy(metadata),
    schedule,
    problem,
    timeZone,
    suspended,
    command: container.command,
    image: container.image,
    serviceAccount: container.serviceAccount,
    lastScheduled,
    lastSuccessful: textAt(status, 'lastSuccessfulTime') || null,
    nextRuns: suspended ? [] : runs,
    jobs: [],
  };
}

/** A schedule's next three runs, RFC 3339, or what is wrong with it. */
export function runsOf(
  schedule: string,
  timeZone: string | null,
  { after, since }: { after: number; since?: number },
): { problem: Problem | null; runs: string[] } {
  const parsed = parseSchedule(schedule);
  if ('problem' in parsed) return { problem: { field: 'schedule', ...parsed.problem }, runs: [] };
  if (timeZone !== null && !isTimeZone(timeZone)) {
    return { problem: { field: 'timeZone', code: 'timeZone', arguments: { text: timeZone } }, runs: [] };
  }
  const from = since === undefined || Number.isNaN(since) ? undefined : since;
  const instants = nextRuns(parsed.schedule, { after, since: from, timeZone: timeZone ?? undefined });
  return { problem: null, runs: instants.map((instant) => new Date(instant).toISOString()) };
}

function madeBy(metadata: JsonObject): PruneCronJob['madeBy'] {
  const { namespace, name } = OPERATOR_CRON_JOB;
  if (textAt(metadata, 'namespace') === namespace && textAt(metadata, 'name') === name) return 'operator';
  const managers = listAt(metadata, 'managedFields').filter(isObject);
  return managers.some((one) => textAt(one, 'manager') === FIELD_MANAGER) ? 'image-hygiene' : 'other';
}

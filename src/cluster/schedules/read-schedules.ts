import { isObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { IMAGE_PRUNER_PATH, imagePrunerSpec, PRUNER_DEFAULTS } from '../../schedules/image-pruner.ts';
import type {
  ImagePruner,
  PruneCronJob,
  PruneJob,
  Schedules,
  UnreadPart,
} from '../../schedules/schedules.ts';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { jobOutcome } from './job-outcome.ts';
import { KnownNamespaces, listInSight } from './list-in-sight.ts';
import { OPERATOR_CRON_JOB } from './paths.ts';
import { readCronJob, runsOf } from './read-cron-job.ts';
import { readJob } from './read-job.ts';

export interface SchedulesRequest {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  /** The machine's clock where absent: milliseconds since the epoch. */
  now?: () => number;
  /** Of how many of each one's newest Jobs the log is read; 1 where absent. */
  outcomes?: number;
}

/**
 * Everything that prunes in the cluster, so far as the user may see it. What may not be read is said so in `unread`.
 * @throws ClusterUnreachableError and others of the session, but no refusal of a part
 */
export async function readSchedules(session: ApiSession, request: SchedulesRequest = {}): Promise<Schedules> {
  const { signal, retry, now = Date.now, outcomes = 1 } = request;
  const at = now();
  const sight = { signal, retry };
  const known = new KnownNamespaces(session, sight);
  const [pruner, cronJobsInSight, jobsInSight] = await Promise.all([
    readPruner(session, request, at),
    listInSight(session, 'cronjobs', known, sight),
    listInSight(session, 'jobs', known, sight),
  ]);
  const jobs = await withOutcomes(
    session,
    jobsInSight.objects.flatMap((object) => readJob(object, at) ?? []).sort(newestFirst),
    outcomes,
    sight,
  );
  const all = cronJobsInSight.objects
    .flatMap((object) => readCronJob(object, at) ?? [])
    .map((cronJob) => ({ ...cronJob, jobs: jobs.filter((job) => isOf(job, cronJob)) }))
    .sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1));
  const operators = all.find(({ madeBy }) => madeBy === 'operator') ?? null;
  const cronJobs = pruner.found === null ? all : all.filter((one) => one !== operators);
  return {
    readAt: new Date(at).toISOString(),
    pruner: pruner.found && { ...pruner.found, cronJob: operators },
    cronJobs,
    jobs: jobs.filter((job) => !all.some((cronJob) => isOf(job, cronJob))),
    unread: [...pruner.unread, ...cronJobsInSight.unread, ...jobsInSight.unread],
  };
}

/** `namespace/name`. */
function fullName({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

function isOf(job: PruneJob, cronJob: PruneCronJob): boolean {
  return job.namespace === cronJob.namespace && job.cronJob === cronJob.name;
}

function newestFirst(a: PruneJob, b: PruneJob): number {
  return a.createdAt < b.createdAt ? 1 : -1;
}

/** The newest of each owner, and of those without one, with what their logs say. */
async function withOutcomes(
  session: ApiSession,
  jobs: readonly PruneJob[],
  outcomes: number,
  options: { signal?: AbortSignal; retry?: RetryPolicy },
): Promise<PruneJob[]> {
  const looked = new Map<string, number>();
  return Promise.all(
    jobs.map(async (job) => {
      const owner = `${job.namespace}/${job.cronJob ?? ''}`;
      const before = looked.get(owner) ?? 0;
      looked.set(owner, before + 1);
      const isWanted = before < outcomes && job.state !== 'waiting' && job.state !== 'suspended';
      return isWanted ? { ...job, outcome: await jobOutcome(session, job, options) } : job;
    }),
  );
}

interface PrunerReading {
  found: ImagePruner | null;
  unread: UnreadPart[];
}

async function readPruner(
  session: ApiSession,
  { signal, retry }: SchedulesRequest,
  now: number,
): Promise<PrunerReading> {
  try {
    const get = () => session.json({ path: IMAGE_PRUNER_PATH, signal });
    return { found: imagePruner(await withRetry(get, signal, retry), now), unread: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return { found: null, unread: [] };
    const forbidden = error.status === 403;
    return {
      found: null,
      unread: [
        {
          what: 'imagepruners',
          namespace: null,
          message: error.serverMessage,
          forbidden,
          role: forbidden ? 'cluster-admin' : '',
        },
      ],
    };
  }
}

/** Reads the ImagePruner, without the CronJob that the operator makes of it. */
export function imagePruner(object: unknown, now: number): ImagePruner {
  const metadata = objectAt(object, 'metadata');
  const status = objectAt(object, 'status');
  const spec = imagePrunerSpec(objectAt(object, 'spec'));
  const { runs } = runsOf(spec.schedule || PRUNER_DEFAULTS.schedule, null, { after: now });
  return {
    resourceVersion: textAt(metadata, 'resourceVersion'),
    generation: numberAt(metadata, 'generation') ?? 0,
    spec,
    conditions: listAt(status, 'conditions')
      .filter(isObject)
      .map((one) => ({
        type: textAt(one, 'type'),
        status: textAt(one, 'status'),
        reason: textAt(one, 'reason'),
        message: textAt(one, 'message'),
        since: textAt(one, 'lastTransitionTime'),
      })),
    observedGeneration: numberAt(status, 'observedGeneration') ?? 0,
    cronJob: null,
    nextRuns: spec.suspend ? [] : runs,
  };
}

/** Where a CronJob is the operator's own, the ImagePruner is what must be changed. */
export function isOperators({ namespace, name }: { namespace: string; name: string }): boolean {
  return namespace === OPERATOR_CRON_JOB.namespace && name === OPERATOR_CRON_JOB.name;
}

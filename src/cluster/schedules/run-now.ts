import { randomBytes } from 'node:crypto';
import { ownCommand } from '../../engine/own-command.ts';
import { said } from '../../engine/said.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../../engine/shape.ts';
import type { PruneJob } from '../../schedules/schedules.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { listPages } from '../watch/list-pages.ts';
import { batchPath } from './paths.ts';
import { FIELD_MANAGER } from './read-cron-job.ts';
import { INSTANTIATE, readJob } from './read-job.ts';
import { forbiddenTo, ScheduleError } from './schedule-error.ts';

export interface RunNowOptions {
  signal?: AbortSignal;
  /** Of the Job; made up where absent. */
  name?: string;
}

const LONGEST_JOB_NAME = 63;

/**
 * Makes a Job from a CronJob, as `kubectl create job --from=cronjob/<name>` does, so that it belongs to the CronJob and is
 * tidied away with its others. Suspended or not doesn't matter.
 * @throws ScheduleError where it can't be, or one of its Jobs is at work; what the session throws
 */
export async function runNow(
  session: ApiSession,
  cronJob: { namespace: string; name: string },
  { signal, name = madeUpName(cronJob.name) }: RunNowOptions = {},
): Promise<PruneJob> {
  const { namespace } = cronJob;
  const object = await readCronJobObject(session, cronJob, signal);
  await refuseIfAtWork(session, cronJob, signal);
  const created = await create(session, namespace, jobFrom(object, namespace, name), signal);
  const job = isObject(created) ? readJob(created, Date.now()) : undefined;
  if (job) return job;
  throw new ScheduleError(
    'invalid',
    said('The CronJob {0} prunes no images.', `${namespace}/${cronJob.name}`),
  );
}

/** The Job, as kubectl makes it. */
export function jobFrom(cronJob: JsonObject, namespace: string, name: string): JsonObject {
  const template = objectAt(objectAt(cronJob, 'spec'), 'jobTemplate');
  const { labels, annotations } = objectAt(template, 'metadata');
  const metadata = objectAt(cronJob, 'metadata');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      annotations: { ...(isObject(annotations) ? annotations : {}), [INSTANTIATE]: 'manual' },
      ...(isObject(labels) ? { labels } : {}),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: textAt(metadata, 'name'),
          uid: textAt(metadata, 'uid'),
          controller: true,
        },
      ],
    },
    spec: objectAt(template, 'spec'),
  };
}

function madeUpName(cronJob: string): string {
  const end = `-manual-${randomBytes(3).toString('hex')}`;
  return `${cronJob.slice(0, LONGEST_JOB_NAME - end.length).replace(/[.-]+$/, '')}${end}`;
}

async function readCronJobObject(
  session: ApiSession,
  { namespace, name }: { namespace: string; name: string },
  signal?: AbortSignal,
): Promise<JsonObject> {
  try {
    const object = await session.json({ path: batchPath('cronjobs', namespace, name), signal });
    return isObject(object) ? object : {};
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) {
      throw new ScheduleError(
        'not-found',
        said(
          'There is no CronJob {0} in the namespace {1}. List them with: {2}',
          name,
          namespace,
          ownCommand('schedule list'),
        ),
        { cause: error },
      );
    }
    if (error.status === 403) {
      throw forbiddenTo(said('see the CronJob {0}', `${namespace}/${name}`), error, {
        role: 'view',
        namespace,
      });
    }
    throw error;
  }
}

/** Two prunes at once would decide by what the other is just removing. */
async function refuseIfAtWork(
  session: ApiSession,
  cronJob: { namespace: string; name: string },
  signal?: AbortSignal,
): Promise<void> {
  const working: string[] = [];
  try {
    await listPages(session, { path: batchPath('jobs', cronJob.namespace), signal }, (items) => {
      for (const item of items.filter(isObject)) {
        const job = readJob(item, Date.now());
        if (job?.cronJob !== cronJob.name) continue;
        if (job.state === 'running' || job.state === 'waiting') working.push(job.name);
      }
    });
  } catch (error) {
    // Who may create Jobs may nearly always list them; if not, the run itself is still allowed.
    if (error instanceof ApiError && error.status === 403) return;
    throw error;
  }
  if (working.length === 0) return;
  throw new ScheduleError(
    'busy',
    said(
      'The Job {0} of {1} is at work, so no other was begun. Follow it with: {2}',
      working.join(', '),
      `${cronJob.namespace}/${cronJob.name}`,
      ownCommand(`schedule show ${cronJob.namespace}/${working[0]}`),
    ),
  );
}

async function create(
  session: ApiSession,
  namespace: string,
  body: JsonObject,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    return await session.json({
      method: 'POST',
      path: batchPath('jobs', namespace),
      query: { fieldManager: FIELD_MANAGER },
      body,
      signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) {
      throw forbiddenTo(said('create Jobs in the namespace {0}', namespace), error, {
        role: 'edit',
        namespace,
      });
    }
    throw new ScheduleError(
      'invalid',
      said('The API server did not take the Job: {0}', error.serverMessage),
      {
        cause: error,
      },
    );
  }
}

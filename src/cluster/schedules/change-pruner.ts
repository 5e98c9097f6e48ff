import { ownCommand } from '../../engine/own-command.ts';
import { type Said, said } from '../../engine/said.ts';
import type { JsonObject } from '../../engine/shape.ts';
import {
  IMAGE_PRUNER,
  IMAGE_PRUNER_PATH,
  type ImagePrunerChange,
  prunerPatch,
} from '../../schedules/image-pruner.ts';
import type { ImagePruner, PruneCronJob } from '../../schedules/schedules.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { batchPath } from './paths.ts';
import { FIELD_MANAGER } from './read-cron-job.ts';
import { imagePruner, isOperators } from './read-schedules.ts';
import { forbiddenTo, ScheduleError } from './schedule-error.ts';

/** The ImagePruner as it is now. @throws ScheduleError where there is none or it may not be seen; what the session throws */
export async function readPruner(session: ApiSession, signal?: AbortSignal): Promise<ImagePruner> {
  try {
    return imagePruner(await session.json({ path: IMAGE_PRUNER_PATH, signal }), Date.now());
  } catch (error) {
    throw known(error, said('see {0}', IMAGE_PRUNER));
  }
}

/**
 * Changes the ImagePruner as it was looked at, or with `dryRun` only tries to at the server.
 * @returns as it is then
 * @throws ScheduleError; what the session throws
 */
export async function changePruner(
  session: ApiSession,
  pruner: ImagePruner,
  change: ImagePrunerChange,
  { dryRun = false, signal }: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<ImagePruner> {
  try {
    const changed = await session.json({
      method: 'PATCH',
      path: IMAGE_PRUNER_PATH,
      query: { fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: prunerPatch(change, pruner),
      signal,
    });
    return imagePruner(changed, Date.now());
  } catch (error) {
    throw known(error, said('change {0}', IMAGE_PRUNER));
  }
}

function known(error: unknown, what: Said): unknown {
  if (!(error instanceof ApiError)) return error;
  switch (error.status) {
    case 403:
      return forbiddenTo(what, error, { role: 'cluster-admin', namespace: null });
    case 404:
      return new ScheduleError(
        'not-found',
        said(
          'There is no {0}: this cluster’s registry isn’t run by OpenShift’s operator, or the operator hasn’t made it yet ({1})',
          IMAGE_PRUNER,
          error.serverMessage,
        ),
        { cause: error },
      );
    case 409:
      return new ScheduleError(
        'changed',
        said(
          'Somebody else has changed {0} since it was looked at, so it was left alone. Look again.',
          IMAGE_PRUNER,
        ),
        { cause: error },
      );
    case 400:
    case 422:
      return new ScheduleError(
        'invalid',
        said('The API server did not take the change: {0}', error.serverMessage),
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}

/**
 * Suspends or resumes a CronJob as it was looked at.
 * @throws ScheduleError, also where the operator would undo it; what the session throws
 */
export async function suspendCronJob(
  session: ApiSession,
  { namespace, name, uid }: Pick<PruneCronJob, 'namespace' | 'name' | 'uid'>,
  suspend: boolean,
  signal?: AbortSignal,
): Promise<void> {
  if (isOperators({ namespace, name })) {
    throw new ScheduleError(
      'operators',
      suspend
        ? said(
            'The registry’s operator keeps the CronJob {0} as the ImagePruner says. Suspend that instead: {1}',
            `${namespace}/${name}`,
            ownCommand('schedule suspend'),
          )
        : said(
            'The registry’s operator keeps the CronJob {0} as the ImagePruner says. Resume that instead: {1}',
            `${namespace}/${name}`,
            ownCommand('schedule resume'),
          ),
    );
  }
  const path = batchPath('cronjobs', namespace, name);
  // Another CronJob that took its name is not meant.
  const body: JsonObject = { metadata: { uid }, spec: { suspend } };
  try {
    await session.json({
      method: 'PATCH',
      path,
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/merge-patch+json',
      body,
      signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) {
      throw forbiddenTo(said('change the CronJob {0}', `${namespace}/${name}`), error, {
        role: 'edit',
        namespace,
      });
    }
    if (error.status === 404 || error.status === 409) {
      throw new ScheduleError(
        'changed',
        said(
          'The CronJob {0} is gone, or another took its name, so nothing was changed ({1}). Look again.',
          `${namespace}/${name}`,
          error.serverMessage,
        ),
        { cause: error },
      );
    }
    throw error;
  }
}

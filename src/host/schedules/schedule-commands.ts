import * as vscode from 'vscode';
import { isObject } from '../../engine/shape.ts';
import { pruneOptionsOf } from '../../schedules/image-pruner.ts';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { PruneCommand } from '../../schedules/prune-arguments.ts';
import type { PruneCronJob } from '../../schedules/schedules.ts';
import type { ScheduleWhat } from '../../shared/schedule/view.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { optionsInWords } from '../../shared/words/options.ts';
import { isAllowed, isTrusted, showFailure, userOf } from '../changes.ts';
import { runDryRun } from '../dry-run/run-dry-run.ts';
import { VIEWS } from '../manifest.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import type { ScheduleBook } from './schedule-book.ts';
import { schedulePath } from './schedule-path.ts';
import { type ScheduleTarget, scheduleTargetInWords, scheduleTargetOf } from './schedule-target.ts';

const IN_VIEW = { location: { viewId: VIEWS.schedules } };

/** What the commands of the view work with. */
export interface ScheduleCommands {
  services: Services;
  book: ScheduleBook;
  /** Opens the form, filled in. */
  openForm(what: ScheduleWhat, request: ScheduleRequest, editing?: boolean): void;
  /** Shows a Job’s log, and follows it. */
  follow(job: { namespace: string; name: string }): void;
}

/** Opens the form for a CronJob, filled in as documented. */
export async function createScheduleCommand({ openForm }: ScheduleCommands): Promise<void> {
  const { DOCUMENTED_REQUEST } = await import('./engine.ts');
  openForm('CronJob', DOCUMENTED_REQUEST);
}

/** Opens the form for the ImagePruner, or for a CronJob of this program’s own. */
export async function editScheduleCommand(
  { services, openForm }: ScheduleCommands,
  given: unknown,
): Promise<void> {
  const target = scheduleTargetOf(given);
  try {
    const { DOCUMENTED_REQUEST, requestOfCronJob } = await import('./engine.ts');
    if (target?.kind !== 'cronJob') {
      openForm('pruner', DOCUMENTED_REQUEST);
      return;
    }
    const { session } = await services.connection.session();
    const object = await session.json({ path: schedulePath(target) });
    const request = isObject(object) ? requestOfCronJob(object) : undefined;
    if (request) openForm('CronJob', request, true);
  } catch (error) {
    await showFailure(services.log, 'edit schedule', error);
  }
}

/** Starts a Job of a CronJob now, once the user has agreed, and follows it. */
export async function runScheduleCommand(commands: ScheduleCommands, given: unknown): Promise<void> {
  const { services, book, follow } = commands;
  if (!(await isTrusted())) return;
  try {
    const cronJob = await cronJobOf(book, given);
    if (!cronJob || !(await mayRun(services, cronJob.namespace))) return;
    const { context } = await services.connection.session();
    const { message, detail } = runQuestion(cronJob, context.target.context, context.target.cluster.server);
    const go = vscode.l10n.t('Run Now');
    if (!(await agrees({ message, detail }, go))) return;
    follow(await runScheduleNow(commands, cronJob));
  } catch (error) {
    await showFailure(services.log, 'run now', error);
  }
}

/** Starts a Job of a CronJob. @throws ScheduleError; what the session throws */
export async function runScheduleNow(
  { services, book }: Pick<ScheduleCommands, 'services' | 'book'>,
  { namespace, name }: { namespace: string; name: string },
): Promise<{ namespace: string; name: string }> {
  const { session } = await services.connection.session();
  const { runNow } = await import('./engine.ts');
  const job = await runNow(session, { namespace, name });
  services.log.info(`job ${namespace}/${job.name} from the cron job ${name}`);
  book.refresh();
  return { namespace, name: job.name };
}

/** What the modal says: the cluster, the CronJob, what it prunes by, and what can’t be undone. */
export function runQuestion(
  { namespace, name, command }: Pick<PruneCronJob, 'namespace' | 'name' | 'command'>,
  context: string,
  server: string,
): { message: string; detail: string } {
  const real = command.confirm;
  const lines = [
    vscode.l10n.t('Cluster: {0}', server),
    vscode.l10n.t('CronJob: {0}', `${namespace}/${name}`),
    listInWords(optionsInWords(command)),
    '',
    real
      ? vscode.l10n.t('What it deletes from the registry can’t be restored.')
      : vscode.l10n.t('It makes only a dry run.'),
  ];
  return {
    message: vscode.l10n.t('Run a prune of {0} in the cluster now?', context),
    detail: lines.join('\n'),
  };
}

/** Suspends a schedule or lets it go on, once the user has agreed. */
export async function suspendScheduleCommand(
  { services, book }: ScheduleCommands,
  given: unknown,
  suspend: boolean,
): Promise<void> {
  const target = scheduleTargetOf(given);
  if (!target || target.kind === 'job' || !(await isTrusted())) return;
  try {
    if (!(await maySuspend(services, target))) return;
    const { context } = await services.connection.session();
    const go = suspend ? vscode.l10n.t('Suspend') : vscode.l10n.t('Resume');
    const what = scheduleTargetInWords(target);
    const message = suspend
      ? vscode.l10n.t('Suspend {0} of {1}?', what, context.target.context)
      : vscode.l10n.t('Resume {0} of {1}?', what, context.target.context);
    const detail = [
      vscode.l10n.t('Cluster: {0}', context.target.cluster.server),
      suspend
        ? vscode.l10n.t('No Job is started by its schedule until it is resumed. What runs goes on.')
        : vscode.l10n.t('Jobs are started by its schedule again.'),
    ].join('\n');
    if (!(await agrees({ message, detail }, go))) return;
    await vscode.window.withProgress(IN_VIEW, () => suspendSchedule({ services, book }, target, suspend));
  } catch (error) {
    await showFailure(services.log, 'schedule', error);
  }
}

/** Suspends a schedule or lets it go on. @throws ScheduleError; what the session throws */
export async function suspendSchedule(
  { services, book }: Pick<ScheduleCommands, 'services' | 'book'>,
  target: ScheduleTarget,
  suspend: boolean,
): Promise<void> {
  const { session } = await services.connection.session();
  const { changePruner, readPruner, suspendCronJob } = await import('./engine.ts');
  if (target.kind === 'pruner') await changePruner(session, await readPruner(session), { suspend });
  else {
    const cronJob = await book.cronJob(target.namespace, target.name);
    if (cronJob) await suspendCronJob(session, cronJob, suspend);
  }
  services.log.info(`${suspend ? 'suspended' : 'resumed'} ${scheduleTargetInWords(target)}`);
  book.refresh();
}

/** Shows what a schedule’s options would do today. */
export async function dryRunScheduleCommand(
  { services, book }: ScheduleCommands,
  given: unknown,
): Promise<void> {
  const target = scheduleTargetOf(given);
  if (!target) return;
  try {
    if (target.kind === 'pruner') {
      const { schedules } = await book.read();
      if (!schedules.pruner) return;
      await runDryRun(services, { prune: { ...pruneOptionsOf(schedules.pruner.spec), rules: 'reference' } });
      return;
    }
    const found =
      target.kind === 'job'
        ? await book.job(target.namespace, target.name)
        : await book.cronJob(target.namespace, target.name);
    if (found) await runDryRun(services, { prune: dryRunOptionsOf(found.command) });
  } catch (error) {
    await showFailure(services.log, 'dry run', error);
  }
}

/** What a command decides by: `oc` knows the reference’s rules alone. */
export function dryRunOptionsOf({ prune, program }: PruneCommand): PruneCommand['prune'] {
  return program === 'oc' ? { ...prune, rules: 'reference' } : prune;
}

/** Deletes a Job with its pods, once the user has agreed. */
export async function deleteJobCommand({ services, book }: ScheduleCommands, given: unknown): Promise<void> {
  const target = scheduleTargetOf(given);
  if (target?.kind !== 'job' || !(await isTrusted())) return;
  const { namespace, name } = target;
  try {
    const { context, session } = await services.connection.session();
    const { askRights, rightToDeleteJob } = await import('./engine.ts');
    if (!(await isAllowed(await askRights(session, [rightToDeleteJob(namespace)]), await userOf(session))))
      return;
    const go = vscode.l10n.t('Delete');
    const message = vscode.l10n.t('Delete the Job {0} of {1}?', name, context.target.context);
    const detail = [
      vscode.l10n.t('Cluster: {0}', context.target.cluster.server),
      vscode.l10n.t('Namespace: {0}', namespace),
      vscode.l10n.t('Its pods and their logs go with it; if it still prunes, it stops where it is.'),
    ].join('\n');
    if (!(await agrees({ message, detail }, go))) return;
    await vscode.window.withProgress(IN_VIEW, () => deleteJob({ services, book }, target));
  } catch (error) {
    await showFailure(services.log, 'delete job', error);
  }
}

/** Deletes a Job with its pods. @throws what the session throws */
export async function deleteJob(
  { services, book }: Pick<ScheduleCommands, 'services' | 'book'>,
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  const { session } = await services.connection.session();
  const { removeJob } = await import('./engine.ts');
  await removeJob(session, { namespace, name });
  services.log.info(`deleted job ${namespace}/${name}`);
  book.refresh();
}

async function cronJobOf(book: ScheduleBook, given: unknown): Promise<PruneCronJob | undefined> {
  const target = scheduleTargetOf(given);
  if (target?.kind === 'cronJob') return book.cronJob(target.namespace, target.name);
  const { schedules } = await book.read();
  if (target?.kind === 'pruner') return schedules.pruner?.cronJob ?? undefined;
  return askForCronJob([
    ...(schedules.pruner?.cronJob ? [schedules.pruner.cronJob] : []),
    ...schedules.cronJobs,
  ]);
}

/** From the palette. */
async function askForCronJob(all: readonly PruneCronJob[]): Promise<PruneCronJob | undefined> {
  if (all.length === 0) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('No CronJob that prunes can be seen. Schedule one first.'),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    all.map((cronJob) => ({
      label: cronJob.name,
      description: cronJob.namespace,
      detail: listInWords(optionsInWords(cronJob.command)),
      cronJob,
    })),
    { placeHolder: vscode.l10n.t('Which prune to run now'), matchOnDescription: true },
  );
  return picked?.cronJob;
}

async function mayRun(services: Services, namespace: string): Promise<boolean> {
  const { session } = await services.connection.session();
  const { askRights, rightToRun } = await import('./engine.ts');
  return isAllowed(await askRights(session, [rightToRun(namespace)]), await userOf(session));
}

async function maySuspend(services: Services, target: ScheduleTarget): Promise<boolean> {
  const { session } = await services.connection.session();
  const { askRights, RIGHT_TO_CHANGE_PRUNER, rightToChangeCronJob } = await import('./engine.ts');
  const right = target.kind === 'pruner' ? RIGHT_TO_CHANGE_PRUNER : rightToChangeCronJob(target.namespace);
  return isAllowed(await askRights(session, [right]), await userOf(session));
}

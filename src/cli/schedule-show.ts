import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { readPruner } from '../cluster/schedules/change-pruner.ts';
import { readSchedules } from '../cluster/schedules/read-schedules.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import type { PruneCronJob, PruneJob, Schedules } from '../schedules/schedules.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { cronJobLines, prunerLines, unreadLines, wholeJobLines } from './schedule-lines.ts';
import { jobAsJson, schedulesAsJson } from './schedule-list.ts';
import { nameMeaning, parseScheduleName, type ScheduleName } from './schedule-names.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface ShowOptions extends ClusterOptions {
  output?: 'json';
}

/** Of a single one, all that is still there. */
const EVERY_JOB = 20;

/** Adds `schedule show`. */
export function addScheduleShow(schedule: Command, terminal: Terminal): void {
  const show = schedule
    .command('show')
    .description(l10n.t('Show one: its schedule in words, its options, its Jobs and why they failed.'))
    .argument('[name]', nameMeaning())
    .addOption(new Option('-o, --output <format>', l10n.t('print json instead of words')).choices(['json']));
  withClusterOptions(show, l10n.t('of a name that stands alone, instead of openshift-image-registry'));
  show.action((name: string | undefined, options: ShowOptions) => showSchedule(name, options, terminal));
}

async function showSchedule(text: string | undefined, given: ShowOptions, terminal: Terminal): Promise<void> {
  const name = parseScheduleName(text, given.namespace);
  await withSession(given, terminal, async (session) => {
    const { signal, stdout } = terminal;
    const schedules = await readSchedules(session, { signal, outcomes: EVERY_JOB });
    const now = Date.parse(schedules.readAt);
    const found = await foundIn(schedules, name, session, terminal);
    if (given.output === 'json') {
      await writeLines(stdout, [JSON.stringify(asJson(schedules, found), null, 2)]);
      return;
    }
    const { pruner } = schedules;
    const lines = found
      ? 'jobs' in found
        ? cronJobLines(found, now)
        : wholeJobLines(found, now, given)
      : pruner
        ? prunerLines(pruner, now)
        : [];
    await writeLines(stdout, [...lines, ...failureLines(found ?? pruner?.cronJob ?? undefined, now, given)]);
    await writeLines(terminal.stderr, unreadLines(schedules.unread));
  });
}

/** undefined for the ImagePruner. @throws UserError where there is no such thing, or it can't be seen */
async function foundIn(
  schedules: Schedules,
  name: ScheduleName,
  session: ApiSession,
  terminal: Terminal,
): Promise<PruneCronJob | PruneJob | undefined> {
  if (name === 'pruner') {
    // Asked again for the reason.
    if (schedules.pruner === null) await readPruner(session, terminal.signal);
    return undefined;
  }
  const cronJobs = [...schedules.cronJobs, ...(schedules.pruner?.cronJob ? [schedules.pruner.cronJob] : [])];
  const jobs = [...schedules.jobs, ...cronJobs.flatMap((one) => one.jobs)];
  const isNamed = (one: { namespace: string; name: string }) =>
    one.namespace === name.namespace && one.name === name.name;
  const found = cronJobs.find(isNamed) ?? jobs.find(isNamed);
  if (found) return found;
  throw new UserError(
    said(
      'nothing that prunes images is called {0}, so far as this user sees. List them with: {1}',
      `${name.namespace}/${name.name}`,
      ownCommand('schedule list'),
    ),
    unreadLines(schedules.unread),
  );
}

/** The causes of the last failure, where the last run failed. */
function failureLines(
  found: PruneCronJob | PruneJob | undefined,
  now: number,
  given: ClusterOptions,
): string[] {
  if (found === undefined || !('jobs' in found)) return [];
  const [last] = found.jobs;
  return last?.state === 'failed' ? ['', ...wholeJobLines(last, now, given)] : [];
}

function asJson(schedules: Schedules, found: PruneCronJob | PruneJob | undefined) {
  if (found === undefined) return schedulesAsJson(schedules).pruner;
  return 'jobs' in found ? { ...found, jobs: found.jobs.map(jobAsJson) } : jobAsJson(found);
}

import * as l10n from '@vscode/l10n';
import type { Command } from 'commander';
import { changePruner, readPruner, suspendCronJob } from '../cluster/schedules/change-pruner.ts';
import { batchPath } from '../cluster/schedules/paths.ts';
import { readCronJob } from '../cluster/schedules/read-cron-job.ts';
import { readSchedules } from '../cluster/schedules/read-schedules.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { atMinute } from './schedule-lines.ts';
import { nameMeaning, parseScheduleName, type ScheduleName } from './schedule-names.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

/** Adds `schedule suspend` and `schedule resume`. */
export function addScheduleSuspend(schedule: Command, terminal: Terminal): void {
  for (const [name, suspend, meaning] of [
    ['suspend', true, l10n.t('Let it run no more until it is resumed. What runs goes on.')],
    ['resume', false, l10n.t('Let it run by its schedule again.')],
  ] as const) {
    const command = schedule.command(name).description(meaning).argument('[name]', nameMeaning());
    withClusterOptions(command, l10n.t('of a name that stands alone, instead of openshift-image-registry'));
    command.action((text: string | undefined, options: ClusterOptions) =>
      suspendNamed(parseScheduleName(text, options.namespace), suspend, options, terminal),
    );
  }
}

async function suspendNamed(
  name: ScheduleName,
  suspend: boolean,
  given: ClusterOptions,
  terminal: Terminal,
): Promise<void> {
  await withSession(given, terminal, async (session) => {
    const { next, was } = await suspended(session, name, suspend, terminal.signal);
    const what = name === 'pruner' ? 'imagepruner/cluster' : `cronjob/${name.name}`;
    if (was === suspend) {
      await writeLines(terminal.stdout, [`${what} ${suspend ? 'is suspended already' : 'isn’t suspended'}`]);
      return;
    }
    await writeLines(terminal.stdout, [`${what} ${suspend ? 'suspended' : 'resumed'}`]);
    if (next !== undefined) await writeLines(terminal.stderr, [l10n.t('Next run: {0}', atMinute(next))]);
  });
}

async function suspended(
  session: ApiSession,
  name: ScheduleName,
  suspend: boolean,
  signal: AbortSignal,
): Promise<{ was: boolean; next?: string }> {
  if (name === 'pruner') {
    const pruner = await readPruner(session, signal);
    const was = pruner.spec.suspend === true;
    if (was === suspend) return { was };
    const changed = await changePruner(session, pruner, { suspend }, { signal });
    return { was, next: changed.nextRuns[0] };
  }
  const { cronJobs, pruner } = await readSchedules(session, { signal, outcomes: 0 });
  const found = [...cronJobs, ...(pruner?.cronJob ? [pruner.cronJob] : [])].find(
    (one) => one.namespace === name.namespace && one.name === name.name,
  );
  if (!found) {
    throw new UserError(
      said(
        'there is no CronJob {0} that prunes images, so far as this user sees. List them with: {1}',
        `${name.namespace}/${name.name}`,
        ownCommand('schedule list'),
      ),
    );
  }
  const was = found.suspended;
  if (was === suspend) return { was };
  await suspendCronJob(session, found, suspend, signal);
  const object = await session.json({ path: batchPath('cronjobs', found.namespace, found.name), signal });
  const now = readCronJob(Object(object), Date.now());
  return { was, next: now?.nextRuns[0] };
}

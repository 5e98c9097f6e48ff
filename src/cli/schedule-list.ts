import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { readSchedules } from '../cluster/schedules/read-schedules.ts';
import { PRUNER_DEFAULTS } from '../schedules/image-pruner.ts';
import { findingsOf } from '../schedules/job-findings.ts';
import type { PruneJob, Schedules } from '../schedules/schedules.ts';
import { jobOutcomeInWords } from '../shared/words/job-outcomes.ts';
import { ageInWords } from '../shared/words/quantities.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { jobStateInWords, tookInWords } from '../shared/words/schedules.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { atMinute, unreadLines } from './schedule-lines.ts';
import { table } from './table.ts';
import { type Terminal, writeLines } from './terminal.ts';

interface ListOptions extends ClusterOptions {
  output?: 'json';
}

/** Adds `schedule list`. */
export function addScheduleList(schedule: Command, terminal: Terminal): void {
  const list = schedule
    .command('list')
    .description(l10n.t('List what prunes images in the cluster, with when it runs and what came of it.'))
    .addOption(
      new Option('-o, --output <format>', l10n.t('print json instead of a table')).choices(['json']),
    );
  withClusterOptions(list, l10n.t('show this namespace only'));
  list.action((options: ListOptions) => listSchedules(options, terminal));
}

async function listSchedules(given: ListOptions, terminal: Terminal): Promise<void> {
  await withSession(given, terminal, async (session) => {
    const all = await readSchedules(session, { signal: terminal.signal });
    const shown = given.namespace === undefined ? all : inNamespace(all, given.namespace);
    if (given.output === 'json') {
      await writeLines(terminal.stdout, [JSON.stringify(schedulesAsJson(shown), null, 2)]);
      return;
    }
    const rows = rowsOf(shown, Date.parse(shown.readAt));
    if (rows.length > 0) {
      const head = [
        l10n.t('NAME'),
        l10n.t('SCHEDULE'),
        l10n.t('NEXT RUN'),
        l10n.t('LAST RUN'),
        l10n.t('STATE'),
        l10n.t('TOOK'),
        l10n.t('OUTCOME'),
      ];
      await writeLines(terminal.stdout, table(head, rows));
    } else {
      await writeLines(terminal.stderr, [
        l10n.t(
          'Nothing prunes images here, so far as this user sees. Make it: {0}',
          commandHere('schedule create', given),
        ),
      ]);
    }
    await writeLines(terminal.stderr, unreadLines(shown.unread));
  });
}

function inNamespace(schedules: Schedules, namespace: string): Schedules {
  const isThere = (one: { namespace: string }) => one.namespace === namespace;
  return {
    ...schedules,
    cronJobs: schedules.cronJobs.filter(isThere),
    jobs: schedules.jobs.filter(isThere),
  };
}

/** Each Job with the causes of its failure. */
export function schedulesAsJson({ pruner, cronJobs, jobs, ...rest }: Schedules) {
  const withCauses = <T extends { jobs: readonly PruneJob[] }>(one: T) => ({
    ...one,
    jobs: one.jobs.map(jobAsJson),
  });
  return {
    ...rest,
    pruner: pruner && { ...pruner, cronJob: pruner.cronJob && withCauses(pruner.cronJob) },
    cronJobs: cronJobs.map(withCauses),
    jobs: jobs.map(jobAsJson),
  };
}

/** A Job with the causes of its failure. */
export function jobAsJson(job: PruneJob) {
  return { ...job, findings: findingsOf(job) };
}

function rowsOf({ pruner, cronJobs, jobs }: Schedules, now: number): string[][] {
  const scheduled = (
    name: string,
    schedule: string,
    suspended: boolean,
    next: readonly string[],
    last?: PruneJob,
  ) => [
    name,
    schedule,
    suspended ? l10n.t('suspended') : next[0] === undefined ? l10n.t('<unknown>') : atMinute(next[0]),
    ...lastRun(last, now),
  ];
  return [
    ...(pruner
      ? [
          scheduled(
            'imagepruner/cluster',
            pruner.spec.schedule || PRUNER_DEFAULTS.schedule,
            pruner.spec.suspend === true,
            pruner.nextRuns,
            pruner.cronJob?.jobs[0],
          ),
        ]
      : []),
    ...cronJobs.map((one) =>
      scheduled(
        `${one.namespace}/${one.name}`,
        one.timeZone === null ? one.schedule : `${one.schedule} ${one.timeZone}`,
        one.suspended,
        one.nextRuns,
        one.jobs[0],
      ),
    ),
    ...jobs.map((job) => [`${job.namespace}/${job.name}`, l10n.t('once'), '', ...lastRun(job, now)]),
  ];
}

function lastRun(job: PruneJob | undefined, now: number): string[] {
  if (job === undefined) return [l10n.t('<none>'), '', '', ''];
  return [
    ageInWords(job.createdAt, now),
    jobStateInWords(job.state),
    job.durationMs === null ? '' : tookInWords(job.durationMs),
    job.outcome === null ? '' : jobOutcomeInWords(job),
  ];
}

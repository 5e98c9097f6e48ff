import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { followJob } from '../cluster/schedules/follow-job.ts';
import { OPERATOR_CRON_JOB } from '../cluster/schedules/paths.ts';
import { runNow } from '../cluster/schedules/run-now.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import { runsFolder } from '../prune/journal/runs-folder.ts';
import { findingsOf } from '../schedules/job-findings.ts';
import type { PruneLog } from '../schedules/prune-log.ts';
import { mayOweRollout, type PruneJob } from '../schedules/schedules.ts';
import { jobOutcomeInWords } from '../shared/words/job-outcomes.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { deletedInWords, tookInWords } from '../shared/words/schedules.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { findingLines } from './diagnosis-lines.ts';
import { ProgressLine } from './progress-line.ts';
import { type RolloutChoice, rolloutAfterRun, withRolloutOption } from './rollout-choice.ts';
import { jobAsJson } from './schedule-list.ts';
import { nameMeaning, parseScheduleName } from './schedule-names.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface RunOptions extends ClusterOptions {
  follow: boolean;
  rollout: RolloutChoice;
  output?: 'json';
}

/** Adds `schedule run`. */
export function addScheduleRun(schedule: Command, terminal: Terminal): void {
  const run = schedule
    .command('run')
    .description(
      l10n.t(
        'Let a CronJob’s prune run at once, follow its log to the end, and see to the registry’s rollout.',
      ),
    )
    .argument('[name]', nameMeaning())
    .option('--no-follow', l10n.t('begin it only; `schedule show` tells how it went'))
    .addOption(
      new Option(
        '-o, --output <format>',
        l10n.t('print the outcome as json, and the log on standard error'),
      ).choices(['json']),
    );
  withRolloutOption(run);
  withClusterOptions(run, l10n.t('of a name that stands alone, instead of openshift-image-registry'));
  run.action((name: string | undefined, options: RunOptions) => runSchedule(name, options, terminal));
}

async function runSchedule(text: string | undefined, given: RunOptions, terminal: Terminal): Promise<void> {
  const name = parseScheduleName(text, given.namespace);
  const cronJob = name === 'pruner' ? OPERATOR_CRON_JOB : name;
  await withSession(given, terminal, async (session) => {
    const job = await runNow(session, cronJob, { signal: terminal.signal });
    const full = `${job.namespace}/${job.name}`;
    if (!given.follow) {
      await writeLines(terminal.stdout, [`job.batch/${job.name} created`]);
      await writeLines(terminal.stderr, [
        l10n.t('See how it went with: {0}', commandHere(`schedule show ${full}`, given)),
      ]);
      return;
    }
    await writeLines(terminal.stderr, [`job.batch/${job.name} created in ${job.namespace}`]);
    // What stands beside an outcome in JSON goes elsewhere.
    const stdout = given.output === 'json' ? terminal.stderr : terminal.stdout;
    const ended = await followed(session, job, { ...terminal, stdout });
    if (given.output === 'json') {
      await writeLines(terminal.stdout, [JSON.stringify(jobAsJson(ended), null, 2)]);
    }
    const took = ended.durationMs === null ? '' : ` (${tookInWords(ended.durationMs)})`;
    await writeLines(terminal.stderr, [`${jobOutcomeInWords(ended)}${took}`]);
    if (mayOweRollout(ended)) {
      const runs = runsFolder(terminal.env, terminal.homeDir);
      await rolloutAfterRun(session, runs, given, { ...terminal, stdout });
    }
    if (ended.state === 'succeeded') return;
    throw new UserError(
      ended.reason === ''
        ? said('the Job {0} failed: see above', full)
        : said('the Job {0} failed ({1}): see above', full, ended.reason),
      findingLines(findingsOf(ended), given),
    );
  });
}

/** Writes the log as it comes, and counts beside it. */
async function followed(session: ApiSession, job: PruneJob, terminal: Terminal): Promise<PruneJob> {
  const progress = new ProgressLine(terminal);
  const { signal, stdout, stderr } = terminal;
  progress.say(l10n.t('Waiting for its pod…'));
  try {
    for await (const event of followJob(session, job, { signal })) {
      switch (event.kind) {
        case 'job':
          if (event.waiting !== '') progress.say(l10n.t('Its pod waits: {0}', event.waiting));
          break;
        case 'again':
          progress.clear();
          await writeLines(stderr, [l10n.t('It failed and begins again, in the pod {0}:', event.pod)]);
          break;
        case 'lines':
          progress.clear();
          await writeLines(stdout, event.lines);
          progress.say(soFar(event.log));
          break;
        case 'ended':
          progress.clear();
          return event.job;
      }
    }
  } catch (error) {
    progress.clear();
    if (!signal.aborted) throw error;
    throw new UserError(
      said(
        'interrupted; the Job goes on in the cluster. See how it went with: {0}',
        ownCommand(`schedule show ${job.namespace}/${job.name}`),
      ),
    );
  }
  return job;
}

function soFar({ counts, summary }: PruneLog): string {
  return l10n.t('Deleted so far: {0}', deletedInWords(summary ?? counts));
}

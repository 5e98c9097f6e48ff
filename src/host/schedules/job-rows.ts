import * as l10n from '@vscode/l10n';
import { findingsOf } from '../../schedules/job-findings.ts';
import { mayOweRollout, type PruneJob } from '../../schedules/schedules.ts';
import { findingInWords } from '../../shared/words/diagnosis.ts';
import { failureInWords, jobOutcomeInWords } from '../../shared/words/job-outcomes.ts';
import { deletedInWords, jobStateInWords, tookInWords } from '../../shared/words/schedules.ts';
import { COMMANDS } from '../manifest.ts';
import { agoInWords } from '../runs/run-words.ts';
import type { TreeRow } from '../tree-row.ts';
import type { ScheduleRow } from './schedule-rows.ts';
import type { ScheduleTarget } from './schedule-target.ts';

/** What a Job’s line also depends on. */
export interface JobSurroundings {
  /** Milliseconds since the epoch. */
  now: number;
  /** When the registry was last restarted, RFC 3339; null for never; undefined where that isn’t known. */
  restartedAt: string | null | undefined;
}

/**
 * A Job: what became of it, and why.
 * @param named by its name, rather than by when it was
 */
export function jobRow(job: PruneJob, surroundings: JobSurroundings, { named = false } = {}): ScheduleRow {
  const { namespace, name, state, manual, durationMs } = job;
  const id = `job ${namespace}/${name}`;
  const target: ScheduleTarget = { kind: 'job', namespace, name };
  const ago = agoInWords(instantOf(job), surroundings.now);
  const owing = owesRollout(job, surroundings);
  const took = durationMs === null ? [] : [tookInWords(durationMs)];
  const said = named ? l10n.t('{0} ({1})', jobStateInWords(state), ago) : jobStateInWords(state);
  return {
    id,
    label: named ? name : ago,
    ...LOOKS[state],
    ...(owing && state === 'succeeded' ? { icon: 'history', mood: 'warning' as const } : {}),
    description: [
      said,
      ...(owing ? [l10n.t('rollout owed')] : []),
      ...shortOutcome(job),
      ...took,
      ...(manual ? [l10n.t('started by hand')] : []),
    ].join(' · '),
    tooltip: [
      l10n.t('Job {0} of the namespace {1}', name, namespace),
      jobOutcomeInWords(job),
      ...took.map((span) =>
        state === 'running' ? l10n.t('It has run for {0}.', span) : l10n.t('It took {0}.', span),
      ),
      ...(owing ? [l10n.t('The registry is still to be rolled out.')] : []),
      ...(job.outcome?.missing ? [job.outcome.missing] : []),
    ].join('\n'),
    kind: ['job', state, owing && 'owing'].filter(Boolean).join(' '),
    target,
    command: { id: COMMANDS.openJobLog, arguments: [target] },
    ...(state === 'failed' ? { children: causeRows(job, id, target) } : {}),
  };
}

/** Whether the registry’s cache may still believe in what a Job deleted. */
export function owesRollout(job: PruneJob, { restartedAt }: Pick<JobSurroundings, 'restartedAt'>): boolean {
  if (!mayOweRollout(job) || restartedAt === undefined) return false;
  return restartedAt === null || Date.parse(restartedAt) < Date.parse(instantOf(job));
}

/** When a Job ended; as long as it hasn’t, when it began. */
function instantOf({ endedAt, startedAt, createdAt }: PruneJob): string {
  return endedAt ?? startedAt ?? createdAt;
}

const LOOKS: Readonly<Record<PruneJob['state'], Pick<TreeRow, 'icon' | 'mood'>>> = {
  waiting: { icon: 'clock' },
  running: { icon: 'sync~spin' },
  succeeded: { icon: 'pass', mood: 'good' },
  failed: { icon: 'error', mood: 'bad' },
  suspended: { icon: 'debug-pause', mood: 'warning' },
};

/** What it deleted, or why it failed; nothing where neither is known. */
function shortOutcome(job: PruneJob): string[] {
  if (job.state === 'failed') return [failureInWords(job)];
  const { outcome } = job;
  if (outcome === null || outcome.from === 'none') return [];
  return [deletedInWords(outcome.log.summary ?? outcome.log.counts)];
}

/** Why it failed, the decisive first, and what to do next. */
function causeRows(job: PruneJob, id: string, target: ScheduleTarget): ScheduleRow[] {
  const known = findingsOf(job).filter(({ code }) => code !== 'unknown');
  const explain = { id: COMMANDS.explainJob, arguments: [target] };
  const causes = known.map((finding, place): ScheduleRow => {
    const { title, cause } = findingInWords(finding);
    return { id: `${id} cause ${place}`, icon: 'info', label: title, tooltip: cause, command: explain };
  });
  return [
    ...(causes.length > 0
      ? causes
      : [{ id: `${id} cause`, icon: 'info', label: failureInWords(job), command: explain }]),
    { id: `${id} explain`, icon: 'question', label: l10n.t('Explain the failure'), command: explain },
    ...(known.length > 0
      ? [
          {
            id: `${id} diagnose`,
            icon: 'pulse',
            label: l10n.t('Diagnose the registry'),
            command: { id: COMMANDS.diagnoseRegistry },
          },
        ]
      : []),
  ];
}

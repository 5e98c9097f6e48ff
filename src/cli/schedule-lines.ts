import * as l10n from '@vscode/l10n';
import { objectName, type PlannedObject } from '../cluster/schedules/apply-manifests.ts';
import type { Right } from '../cluster/schedules/rights.ts';
import { grantCommand } from '../cluster/schedules/schedule-error.ts';
import { said } from '../engine/said.ts';
import { parseSchedule } from '../schedules/cron-schedule.ts';
import { keepYoungerThanMs, PRUNER_DEFAULTS } from '../schedules/image-pruner.ts';
import { findingsOf } from '../schedules/job-findings.ts';
import type { Problem } from '../schedules/problem.ts';
import { argumentsOf } from '../schedules/prune-arguments.ts';
import type { ImagePruner, PruneCronJob, PruneJob, UnreadPart } from '../schedules/schedules.ts';
import { shortDuration } from '../shared/dry-run/oc-command.ts';
import { scheduleWithZone } from '../shared/words/cron-words.ts';
import { inWords } from '../shared/words/in-words.ts';
import { jobOutcomeInWords } from '../shared/words/job-outcomes.ts';
import { ageInWords } from '../shared/words/quantities.ts';
import { problemInWords } from '../shared/words/schedule-problems.ts';
import { jobStateInWords, tookInWords, unreadInWords } from '../shared/words/schedules.ts';
import { findingLines } from './diagnosis-lines.ts';
import { UserError } from './user-error.ts';

/** A schedule with its words: `0 0 * * * – every day at 00:00 (UTC)`. */
export function scheduleLine(schedule: string, timeZone: string | null): string {
  const parsed = parseSchedule(schedule);
  if ('problem' in parsed) {
    return `${schedule} – ${problemInWords({ field: 'schedule', ...parsed.problem })}`;
  }
  return `${schedule} – ${scheduleWithZone(parsed.schedule, timeZone)}`;
}

/** The ImagePruner, its conditions and its Jobs. */
export function prunerLines(pruner: ImagePruner, now: number): string[] {
  const { spec, conditions, cronJob, nextRuns, generation, observedGeneration } = pruner;
  const byDefault = (value: unknown) => (value === undefined ? ' (default)' : '');
  return [
    'ImagePruner cluster, of the registry’s operator',
    `  Schedule: ${scheduleLine(spec.schedule || PRUNER_DEFAULTS.schedule, null)}${byDefault(spec.schedule || undefined)}`,
    ...runLines(nextRuns, spec.suspend === true),
    `  Revisions kept per tag: ${spec.keepTagRevisions ?? PRUNER_DEFAULTS.keepTagRevisions}${byDefault(spec.keepTagRevisions)}`,
    `  Keeps what is younger than: ${shortDuration(keepYoungerThanMs(spec))}${byDefault(spec.keepYoungerThanDuration ?? spec.keepYoungerThan)}`,
    `  Invalid references: ${spec.ignoreInvalidImageReferences ? 'ignored' : 'fail the prune'}`,
    `  Log level: ${spec.logLevel ?? PRUNER_DEFAULTS.logLevel}`,
    `  Jobs kept: ${spec.successfulJobsHistoryLimit ?? PRUNER_DEFAULTS.successfulJobsHistoryLimit} successful, ${spec.failedJobsHistoryLimit ?? PRUNER_DEFAULTS.failedJobsHistoryLimit} failed`,
    ...(spec.resources ? [`  Resources: ${JSON.stringify(spec.resources)}`] : []),
    ...(observedGeneration < generation ? ['  The operator hasn’t seen the last change yet.'] : []),
    ...conditions.map(
      ({ type, status, reason, message }) =>
        `  ${type}=${status}${reason === '' ? '' : ` ${reason}`}${message === '' ? '' : `: ${message}`}`,
    ),
    ...(cronJob === null ? ['  Its CronJob isn’t there, or can’t be seen.'] : jobLines(cronJob.jobs, now)),
  ];
}

/** A CronJob and its Jobs. */
export function cronJobLines(cronJob: PruneCronJob, now: number): string[] {
  const { namespace, name, schedule, timeZone, suspended, nextRuns, command, image, lastScheduled } = cronJob;
  const made = {
    operator: ', of the registry’s operator',
    'image-hygiene': ', made by image-hygiene',
    other: '',
  };
  return [
    `CronJob ${namespace}/${name}${made[cronJob.madeBy]}`,
    `  Schedule: ${scheduleLine(schedule, timeZone)}`,
    ...runLines(nextRuns, suspended),
    `  Last scheduled: ${lastScheduled === null ? 'never' : `${ageInWords(lastScheduled, now)} ago`}`,
    ...commandLines(command, image),
    `  Runs as: the ServiceAccount ${cronJob.serviceAccount}`,
    ...jobLines(cronJob.jobs, now),
  ];
}

function commandLines(command: PruneCronJob['command'], image: string): string[] {
  const program = command.program === 'oc' ? 'oc adm prune images' : 'image-hygiene prune images';
  return [
    `  Runs: ${[program, ...argumentsOf(command), ...command.others].join(' ')}`,
    ...(command.confirm ? [] : ['  It removes nothing: --confirm isn’t given.']),
    `  Image: ${image}`,
  ];
}

function runLines(runs: readonly string[], suspended: boolean): string[] {
  if (suspended) return ['  Suspended: it doesn’t run.'];
  return runs.length === 0 ? [] : [`  Next runs: ${runs.map(atMinute).join(', ')}`];
}

/** RFC 3339 without seconds: `2026-11-29 00:00 UTC`. */
export function atMinute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function jobLines(jobs: readonly PruneJob[], now: number): string[] {
  if (jobs.length === 0) return ['  No Job of it is there.'];
  return ['  Jobs, the newest first:', ...jobs.map((job) => `    ${jobLine(job, now)}`)];
}

/** A Job in one line. */
export function jobLine(job: PruneJob, now: number): string {
  const took = job.durationMs === null ? '' : `, ${tookInWords(job.durationMs)}`;
  return `${job.name}  ${ageInWords(job.createdAt, now)} ago, ${jobStateInWords(job.state)}${took}${job.manual ? ', started by hand' : ''}: ${jobOutcomeInWords(job)}`;
}

/** A Job, its outcome and, where it failed, the causes with what to do. */
export function wholeJobLines(job: PruneJob, now: number): string[] {
  const { outcome } = job;
  const findings = findingsOf(job);
  return [
    `Job ${job.namespace}/${job.name}${job.cronJob === null ? '' : `, of the CronJob ${job.cronJob}`}`,
    `  ${jobLine(job, now)}`,
    ...commandLines(job.command, job.image),
    ...(job.reason === '' ? [] : [`  ${job.reason}: ${job.message}`]),
    ...(job.failedPods === 0 ? [] : [`  Pods that failed: ${job.failedPods}`]),
    ...(outcome !== null && outcome.from !== 'log' && outcome.missing !== ''
      ? [`  Its log can’t be had: ${outcome.missing}`]
      : []),
    ...(findings.length === 0 ? [] : ['', ...findingLines(findings)]),
  ];
}

/** What couldn't be read. */
export function unreadLines(unread: readonly UnreadPart[]): string[] {
  return unread.map((part) => `warning: ${unreadInWords(part)}`);
}

/** What applying objects would do, one line each and one for each difference. */
export function plannedLines(objects: readonly PlannedObject[]): string[] {
  const verdicts = {
    create: 'would be created',
    unchanged: 'is there already, and the same',
    replace: 'is there already, and would change:',
    refused: 'would be refused:',
  } as const;
  return objects.flatMap((object) => [
    `${objectName(object.manifest)} ${verdicts[object.verdict]}${object.verdict === 'refused' ? ` ${object.message}` : ''}`,
    ...object.differences.flatMap(({ path, before, after }) => [
      `  ${path}`,
      ...(before === '' ? [] : [`    - ${before}`]),
      ...(after === '' ? [] : [`    + ${after}`]),
    ]),
  ]);
}

/** Rights that are missing, each with the command that grants them. */
export function missingRightLines(missing: readonly Right[], user: string): string[] {
  return [
    ...missing.map(
      ({ words, grant }) => `  ${l10n.t('may not {0}: the role {1} allows it', inWords(words), grant.role)}`,
    ),
    ...[...new Set(missing.map(({ grant }) => grantCommand(grant, user)))].map((command) => `    ${command}`),
  ];
}

/** @throws UserError with every problem, where there is one */
export function refuseProblems(problems: readonly Problem[], flagOf: (field: string) => string): void {
  if (problems.length === 0) return;
  throw new UserError(
    said('nothing was changed: see above'),
    problems.map((problem) => `${flagOf(problem.field)}: ${problemInWords(problem)}`),
  );
}

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
import type { ChosenCluster } from '../shared/words/same-cluster.ts';
import { problemInWords } from '../shared/words/schedule-problems.ts';
import { jobStateInWords, tookInWords, unreadInWords } from '../shared/words/schedules.ts';
import { findingLines } from './diagnosis-lines.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

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
  const byDefault = (text: string, value: unknown) =>
    value === undefined ? l10n.t('{0} (default)', text) : text;
  return [
    l10n.t('{0}, of the registry’s operator', 'ImagePruner cluster'),
    item(
      l10n.t('Schedule'),
      byDefault(scheduleLine(spec.schedule || PRUNER_DEFAULTS.schedule, null), spec.schedule || undefined),
    ),
    ...runLines(nextRuns, spec.suspend === true),
    item(
      l10n.t('Revisions kept per tag'),
      byDefault(String(spec.keepTagRevisions ?? PRUNER_DEFAULTS.keepTagRevisions), spec.keepTagRevisions),
    ),
    item(
      l10n.t('Keeps what is younger than'),
      byDefault(shortDuration(keepYoungerThanMs(spec)), spec.keepYoungerThanDuration ?? spec.keepYoungerThan),
    ),
    item(
      l10n.t('Invalid references'),
      spec.ignoreInvalidImageReferences ? l10n.t('ignored') : l10n.t('fail the prune'),
    ),
    item(l10n.t('Log level'), spec.logLevel ?? PRUNER_DEFAULTS.logLevel),
    item(
      l10n.t('Jobs kept'),
      l10n.t(
        '{0} successful, {1} failed',
        spec.successfulJobsHistoryLimit ?? PRUNER_DEFAULTS.successfulJobsHistoryLimit,
        spec.failedJobsHistoryLimit ?? PRUNER_DEFAULTS.failedJobsHistoryLimit,
      ),
    ),
    ...(spec.resources ? [item(l10n.t('Resources'), JSON.stringify(spec.resources))] : []),
    ...(observedGeneration < generation
      ? [`  ${l10n.t('The operator hasn’t seen the last change yet.')}`]
      : []),
    ...conditions.map(
      ({ type, status, reason, message }) =>
        `  ${type}=${status}${reason === '' ? '' : ` ${reason}`}${message === '' ? '' : `: ${message}`}`,
    ),
    ...(cronJob === null
      ? [`  ${l10n.t('Its CronJob isn’t there, or can’t be seen.')}`]
      : jobLines(cronJob.jobs, now)),
  ];
}

/** A CronJob and its Jobs. */
export function cronJobLines(cronJob: PruneCronJob, now: number): string[] {
  const { namespace, name, schedule, timeZone, suspended, nextRuns, command, image, lastScheduled } = cronJob;
  const full = `CronJob ${namespace}/${name}`;
  const made = {
    operator: l10n.t('{0}, of the registry’s operator', full),
    'image-hygiene': l10n.t('{0}, made by image-hygiene', full),
    other: full,
  };
  return [
    made[cronJob.madeBy],
    item(l10n.t('Schedule'), scheduleLine(schedule, timeZone)),
    ...runLines(nextRuns, suspended),
    item(
      l10n.t('Last scheduled'),
      lastScheduled === null ? l10n.t('never') : l10n.t('{0} ago', ageInWords(lastScheduled, now)),
    ),
    ...commandLines(command, image),
    item(l10n.t('Runs as'), l10n.t('the ServiceAccount {0}', cronJob.serviceAccount)),
    ...jobLines(cronJob.jobs, now),
  ];
}

/** What something is, on a line of its own. */
function item(name: string, value: string): string {
  return `  ${l10n.t('{0}: {1}', name, value)}`;
}

function commandLines(command: PruneCronJob['command'], image: string): string[] {
  const program = command.program === 'oc' ? 'oc adm prune images' : 'image-hygiene prune images';
  return [
    item(l10n.t('Runs'), [program, ...argumentsOf(command), ...command.others].join(' ')),
    ...(command.confirm ? [] : [`  ${l10n.t('It removes nothing: --confirm isn’t given.')}`]),
    item(l10n.t('Image'), image),
  ];
}

function runLines(runs: readonly string[], suspended: boolean): string[] {
  if (suspended) return [`  ${l10n.t('Suspended: it doesn’t run.')}`];
  return runs.length === 0 ? [] : [`  ${l10n.t('Next runs: {0}', runs.map(atMinute).join(', '))}`];
}

/** RFC 3339 without seconds: `2026-11-29 00:00 UTC`. */
export function atMinute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function jobLines(jobs: readonly PruneJob[], now: number): string[] {
  if (jobs.length === 0) return [`  ${l10n.t('No Job of it is there.')}`];
  return [`  ${l10n.t('Jobs, the newest first:')}`, ...jobs.map((job) => `    ${jobLine(job, now)}`)];
}

/** A Job in one line. */
export function jobLine(job: PruneJob, now: number): string {
  const facts = [
    l10n.t('{0} ago', ageInWords(job.createdAt, now)),
    jobStateInWords(job.state),
    ...(job.durationMs === null ? [] : [tookInWords(job.durationMs)]),
    ...(job.manual ? [l10n.t('started by hand')] : []),
  ];
  return l10n.t('{0}: {1}', `${job.name}  ${facts.join(l10n.t(', '))}`, jobOutcomeInWords(job));
}

/** A Job, its outcome and, where it failed, the causes with what to do. */
export function wholeJobLines(job: PruneJob, now: number, chosen: ChosenCluster): string[] {
  const { outcome } = job;
  const findings = findingsOf(job);
  return [
    job.cronJob === null
      ? `Job ${job.namespace}/${job.name}`
      : l10n.t('Job {0}, of the CronJob {1}', `${job.namespace}/${job.name}`, job.cronJob),
    `  ${jobLine(job, now)}`,
    ...commandLines(job.command, job.image),
    ...(job.reason === '' ? [] : [`  ${job.reason}: ${job.message}`]),
    ...(job.failedPods === 0 ? [] : [`  ${l10n.t('Pods that failed: {0}', job.failedPods)}`]),
    ...(outcome !== null && outcome.from !== 'log' && outcome.missing !== ''
      ? [`  ${l10n.t('Its log can’t be had: {0}', outcome.missing)}`]
      : []),
    ...(findings.length === 0 ? [] : ['', ...findingLines(findings, chosen)]),
  ];
}

/** What couldn't be read. */
export function unreadLines(unread: readonly UnreadPart[]): string[] {
  return unread.map((part) => warning(unreadInWords(part)));
}

/** What applying objects would do, one line each and one for each difference. */
export function plannedLines(objects: readonly PlannedObject[]): string[] {
  return objects.flatMap((object) => [
    verdictLine(object),
    ...object.differences.flatMap(({ path, before, after }) => [
      `  ${path}`,
      ...(before === '' ? [] : [`    - ${before}`]),
      ...(after === '' ? [] : [`    + ${after}`]),
    ]),
  ]);
}

function verdictLine({ verdict, manifest, message }: PlannedObject): string {
  const name = objectName(manifest);
  switch (verdict) {
    case 'create':
      return l10n.t('{0} would be created', name);
    case 'unchanged':
      return l10n.t('{0} is there already, and the same', name);
    case 'replace':
      return l10n.t('{0} is there already, and would change:', name);
    case 'refused':
      return l10n.t('{0} would be refused: {1}', name, message);
  }
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

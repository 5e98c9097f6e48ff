import * as l10n from '@vscode/l10n';
import type { Right } from '../../cluster/schedules/rights.ts';
import { grantCommand } from '../../cluster/schedules/schedule-error.ts';
import { parseSchedule } from '../../schedules/cron-schedule.ts';
import { PRUNER_DEFAULTS, pruneOptionsOf } from '../../schedules/image-pruner.ts';
import type { PruneCommand } from '../../schedules/prune-arguments.ts';
import type {
  ImagePruner,
  PruneCronJob,
  PrunerCondition,
  Schedules,
  UnreadPart,
} from '../../schedules/schedules.ts';
import { scheduleWithZone } from '../../shared/words/cron-words.ts';
import { inWords } from '../../shared/words/in-words.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { optionsInWords } from '../../shared/words/options.ts';
import { spanInWords } from '../../shared/words/quantities.ts';
import { problemInWords } from '../../shared/words/schedule-problems.ts';
import { jobStateInWords, unreadInWords } from '../../shared/words/schedules.ts';
import { COMMANDS } from '../manifest.ts';
import { agoInWords } from '../runs/run-words.ts';
import type { TreeRow } from '../tree-row.ts';
import { type JobSurroundings, jobRow } from './job-rows.ts';
import type { LackingRights } from './lacking-rights.ts';
import type { ScheduleTarget } from './schedule-target.ts';

/** A line of the Schedules view. */
export interface ScheduleRow extends TreeRow {
  /** What its commands are about. */
  target?: ScheduleTarget;
  children?: readonly ScheduleRow[];
}

/** What a line also depends on. */
export interface ScheduleSurroundings extends JobSurroundings {
  lacking: LackingRights;
}

/** The lines of the Schedules view: what the operator does by itself, then what somebody has made. */
export function scheduleRows(schedules: Schedules, surroundings: ScheduleSurroundings): ScheduleRow[] {
  const { pruner, cronJobs, jobs, unread } = schedules;
  return [
    ...(pruner === null ? [] : [prunerRow(pruner, surroundings)]),
    ...cronJobs.map((cronJob) => cronJobRow(cronJob, surroundings)),
    ...jobs.map((job) => jobRow(job, surroundings, { named: true })),
    ...unread.map(unreadRow),
  ];
}

/** A hard prune has left the registry read-only: nothing is more urgent. */
export function readOnlyRow(): ScheduleRow {
  const command = { id: COMMANDS.makeRegistryWritable };
  return {
    id: 'readOnlyOwed',
    icon: 'lock',
    mood: 'bad',
    label: l10n.t('The registry is read-only'),
    description: l10n.t('left so by a hard prune: pushes fail. Click to make it writable again'),
    tooltip: l10n.t(
      'A hard prune of this machine has switched the registry read-only and could not put it back. Until that is done pushes and builds fail.',
    ),
    kind: 'readOnlyOwed',
    command,
  };
}

/** Whether there is nothing at all that prunes, so far as can be seen. */
export function isEmpty({ pruner, cronJobs, jobs, unread }: Schedules): boolean {
  return pruner === null && cronJobs.length + jobs.length + unread.length === 0;
}

/** Whether nothing could be seen because the user may not. */
export function isForbidden({ pruner, cronJobs, jobs, unread }: Schedules): boolean {
  const seen = pruner !== null || cronJobs.length + jobs.length > 0;
  return !seen && unread.length > 0 && unread.every(({ forbidden }) => forbidden);
}

function prunerRow(pruner: ImagePruner, surroundings: ScheduleSurroundings): ScheduleRow {
  const { spec, conditions, cronJob, nextRuns } = pruner;
  const { now, lacking } = surroundings;
  const change = lacking.pruner;
  const run = cronJob ? lacking.namespaces.get(cronJob.namespace)?.run : undefined;
  const suspended = spec.suspend ?? PRUNER_DEFAULTS.suspend;
  const schedule = spec.schedule || PRUNER_DEFAULTS.schedule;
  const trouble = conditions.some(isTrouble);
  const phrases = optionsInWords({ prune: pruneOptionsOf(spec), registry: ANY_REGISTRY });
  const when = suspended ? l10n.t('suspended') : scheduleText(schedule, null);
  return {
    id: 'pruner',
    label: l10n.t('Automatic pruning'),
    ...lookOf({ suspended, trouble }),
    description: [...(trouble ? [l10n.t('failed')] : []), when, ...nextText(nextRuns, now)].join(' · '),
    tooltip: [
      l10n.t('ImagePruner cluster: the registry’s operator prunes by it.'),
      ...(suspended ? [l10n.t('It is suspended.')] : []),
      l10n.t('Schedule: {0}', `${schedule} · ${scheduleText(schedule, null)}`),
      ...nextRuns.slice(0, 1).map((instant) => l10n.t('Next run: {0}', instant)),
      listInWords(phrases),
    ].join('\n'),
    kind: kinds(
      'pruner',
      !change && (suspended ? 'suspended' : 'active'),
      cronJob !== null && !run && 'runnable',
      'dryRunnable',
    ),
    target: { kind: 'pruner' },
    open: true,
    children: [
      optionsRow('pruner', phrases),
      ...nextRow('pruner', nextRuns, now),
      ...conditionsRow(conditions, now),
      ...lackingRow('pruner', { change, run }, lacking.user),
      ...(cronJob?.jobs ?? []).map((job) => jobRow(job, surroundings)),
    ],
  };
}

function cronJobRow(cronJob: PruneCronJob, surroundings: ScheduleSurroundings): ScheduleRow {
  const { namespace, name, schedule, timeZone, suspended, problem, command, nextRuns, jobs } = cronJob;
  const { now, lacking } = surroundings;
  const { change, run } = lacking.namespaces.get(namespace) ?? {};
  const id = `cronJob ${namespace}/${name}`;
  const last = jobs[0];
  const trouble = last?.state === 'failed' || problem !== null;
  const when = problem === null ? scheduleText(schedule, timeZone) : l10n.t('schedule not understood');
  const phrases = phrasesOf(command);
  return {
    id,
    label: name,
    ...lookOf({ suspended, trouble }),
    description: [
      ...(last === undefined ? [] : [lastInWords(cronJob, now)]),
      suspended ? l10n.t('suspended') : when,
      ...nextText(nextRuns, now),
    ].join(' · '),
    tooltip: [
      l10n.t('CronJob {0} of the namespace {1}', name, namespace),
      ...(suspended ? [l10n.t('It is suspended.')] : []),
      problem === null ? l10n.t('Schedule: {0}', `${schedule} · ${when}`) : problemInWords(problem),
      ...nextRuns.slice(0, 1).map((instant) => l10n.t('Next run: {0}', instant)),
      listInWords(phrases),
      l10n.t('Image: {0}', cronJob.image),
      l10n.t('ServiceAccount: {0}', cronJob.serviceAccount),
    ].join('\n'),
    kind: kinds(
      'cronJob',
      !change && (suspended ? 'suspended' : 'active'),
      !run && 'runnable',
      'dryRunnable',
      !change && isEditable(cronJob) && 'editable',
    ),
    target: { kind: 'cronJob', namespace, name },
    children: [
      optionsRow(id, phrases),
      ...nextRow(id, nextRuns, now),
      ...lackingRow(id, { change, run }, lacking.user),
      ...jobs.map((job) => jobRow(job, surroundings)),
      ...(jobs.length === 0
        ? [{ id: `${id} none`, icon: 'circle-outline', label: l10n.t('No Job of it is there yet') }]
        : []),
    ],
  };
}

/**
 * The form can only hold what it knows, and applying gives a CronJob the container that this program makes: one that
 * somebody else has made may have another.
 */
function isEditable({ command, madeBy }: PruneCronJob): boolean {
  return madeBy === 'image-hygiene' && command.program === 'oc' && command.others.length === 0;
}

function lastInWords({ jobs }: PruneCronJob, now: number): string {
  const [last] = jobs;
  if (last === undefined) return '';
  const when = last.endedAt ?? last.startedAt ?? last.createdAt;
  return l10n.t('{0} ({1})', jobStateInWords(last.state), agoInWords(when, now));
}

function lookOf({
  suspended,
  trouble,
}: {
  suspended: boolean;
  trouble: boolean;
}): Pick<TreeRow, 'icon' | 'mood'> {
  if (trouble) return { icon: 'error', mood: 'bad' };
  return suspended ? { icon: 'debug-pause', mood: 'warning' } : { icon: 'clock' };
}

/** Why an action isn't offered, and what would allow it. */
function lackingRow(
  id: string,
  { change, run }: { change?: Right | undefined; run?: Right | undefined },
  user: string,
): ScheduleRow[] {
  const lacking = [change, run].filter((right) => right !== undefined);
  if (lacking.length === 0) return [];
  return [
    {
      id: `${id} lacking`,
      icon: 'lock',
      label: !run
        ? l10n.t('You may not change it')
        : change
          ? l10n.t('You may not change or run it')
          : l10n.t('You may not run it'),
      description: listInWords([
        ...new Set(lacking.map(({ grant }) => l10n.t('the role {0} allows it', grant.role))),
      ]),
      tooltip: lacking
        .map(({ words, grant }) =>
          l10n.t(
            'You may not {0}. The role {1} allows it; an administrator can grant it: {2}',
            inWords(words),
            grant.role,
            grantCommand(grant, user),
          ),
        )
        .join('\n'),
    },
  ];
}

function optionsRow(id: string, phrases: readonly string[]): ScheduleRow {
  return {
    id: `${id} options`,
    icon: 'settings',
    label: l10n.t('Options'),
    description: phrases.join(' · '),
    tooltip: phrases.join('\n'),
  };
}

/** What a command prunes by, and what is out of the ordinary about it. */
function phrasesOf({ prune, registry, confirm, program, others }: PruneCommand): string[] {
  return [
    ...(confirm ? [] : [l10n.t('only a dry run')]),
    // `oc` knows no other rules, so they are not worth a word.
    ...optionsInWords({ prune: program === 'oc' ? { ...prune, rules: 'extended' } : prune, registry }),
    ...(others.length > 0 ? [l10n.t('and {0}', others.join(' '))] : []),
  ];
}

function nextRow(id: string, nextRuns: readonly string[], now: number): ScheduleRow[] {
  const [next] = nextRuns;
  if (next === undefined) return [];
  return [
    {
      id: `${id} next`,
      icon: 'calendar',
      label: l10n.t('Next run'),
      description: l10n.t('in {0}, {1}', spanInWords(Date.parse(next) - now), instantInWords(next)),
      tooltip: nextRuns.map(instantInWords).join('\n'),
    },
  ];
}

/** What the operator says of it in one line; each by itself below. */
function conditionsRow(conditions: readonly PrunerCondition[], now: number): ScheduleRow[] {
  if (conditions.length === 0) return [];
  const wrong = conditions.filter(isTrouble);
  const bad = wrong.length > 0;
  return [
    {
      id: 'pruner conditions',
      icon: bad ? 'error' : 'pass',
      mood: bad ? 'bad' : 'good',
      label: l10n.t('Conditions'),
      description: bad
        ? wrong.map(({ type, message, reason }) => `${type}: ${message || reason}`).join(' · ')
        : l10n.t('the operator has nothing to complain of'),
      open: bad,
      children: conditions.map((condition) => conditionRow(condition, now)),
    },
  ];
}

function conditionRow(condition: PrunerCondition, now: number): ScheduleRow {
  const { type, status, reason, message, since } = condition;
  const trouble = isTrouble(condition);
  const yes = status === 'True';
  return {
    id: `pruner condition ${type}`,
    icon: trouble ? 'error' : status === 'Unknown' ? 'question' : 'pass',
    ...(trouble ? { mood: 'bad' as const } : {}),
    label: yes ? type : l10n.t('Not {0}', type),
    description: message || reason,
    tooltip: [
      `${type}: ${status}`,
      ...[reason, message].filter(Boolean),
      ...(since === '' ? [] : [l10n.t('Since {0}', agoInWords(since, now))]),
    ].join('\n'),
  };
}

/** `Failed` and `Degraded` are bad where they hold, `Available` where it doesn’t; a suspended pruner isn’t scheduled. */
function isTrouble({ type, status }: PrunerCondition): boolean {
  return type === 'Available' ? status === 'False' : type !== 'Scheduled' && status === 'True';
}

function unreadRow(part: UnreadPart): ScheduleRow {
  const { what, namespace, forbidden } = part;
  return {
    id: `unread ${what} ${namespace ?? ''}`,
    icon: forbidden ? 'lock' : 'warning',
    mood: 'warning',
    label: l10n.t('{0} can’t be seen', what),
    description: unreadInWords(part),
    tooltip: unreadInWords(part),
  };
}

function scheduleText(text: string, timeZone: string | null): string {
  const parsed = parseSchedule(text);
  return 'schedule' in parsed ? scheduleWithZone(parsed.schedule, timeZone) : text;
}

function nextText([next]: readonly string[], now: number): string[] {
  return next === undefined ? [] : [l10n.t('next in {0}', spanInWords(Date.parse(next) - now))];
}

/** `2026-05-04 00:00 UTC`. */
function instantInWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

function kinds(...tokens: readonly (string | false)[]): string {
  return tokens.filter(Boolean).join(' ');
}

const ANY_REGISTRY = {
  registryUrl: null,
  certificateAuthority: null,
  forceInsecure: false,
  numWorkers: 5,
} as const;

import * as l10n from '@vscode/l10n';
import type { CronField, CronSchedule } from '../../schedules/cron-schedule.ts';
import { shortDuration } from '../dry-run/oc-command.ts';
import { listInWords } from './joining.ts';

type Fields = Extract<CronSchedule, { kind: 'fields' }>['fields'];

/** When a schedule runs, as a phrase without its time zone: `every day at 00:00`. */
export function scheduleInWords(schedule: CronSchedule): string {
  if (schedule.kind === 'every')
    return l10n.t('every {0} from the run before', shortDuration(schedule.everyMs));
  const { fields } = schedule;
  const days = daysInWords(fields);
  const times = timesInWords(fields);
  if (days === '') return isTimeOfDay(fields) ? l10n.t('every day at {0}', times) : times;
  return isTimeOfDay(fields) ? l10n.t('{0} at {1}', days, times) : l10n.t('{0}: {1}', days, times);
}

/** The same with its time zone; null: the cluster's. */
export function scheduleWithZone(schedule: CronSchedule, timeZone: string | null): string {
  return l10n.t('{0} ({1})', scheduleInWords(schedule), timeZone ?? 'UTC');
}

/** More times of day than that are said as a rule. */
const MOST_TIMES = 6;

function isTimeOfDay({ minute, hour }: Fields): boolean {
  return minute.values.length * hour.values.length <= MOST_TIMES;
}

function timesInWords(fields: Fields): string {
  const { minute, hour } = fields;
  if (isTimeOfDay(fields)) {
    const times = hour.values.flatMap((hours) => minute.values.map((minutes) => clock(hours, minutes)));
    return listed(times);
  }
  const minutes = minutesInWords(minute);
  if (hour.any) return minutes;
  const hours =
    hour.step > 0 && hour.values[0] === 0
      ? l10n.t('every {0} hours', hour.step)
      : l10n.t('in the hours {0}', ranges(hour.values, String));
  const [only] = minute.values;
  if (minute.values.length === 1 && only === 0 && hour.step > 0 && hour.values[0] === 0) return hours;
  return l10n.t('{0}, {1}', minutes, hours);
}

function minutesInWords({ any, values, step }: CronField): string {
  if (any) return l10n.t('every minute');
  if (step > 0 && values[0] === 0) return l10n.t('every {0} minutes', step);
  if (values.length === 1 && values[0] === 0) return l10n.t('on the hour');
  return values.length === 1
    ? l10n.t('at minute {0} of the hour', values[0] ?? 0)
    : l10n.t('at the minutes {0} of the hour', ranges(values, String));
}

/** Empty for every day. */
function daysInWords({ dayOfMonth, month, dayOfWeek }: Fields): string {
  const months = month.any ? '' : ranges(month.values, monthName);
  const inMonth = dayOfMonth.any ? '' : daysOfMonth(dayOfMonth, months);
  const inWeek = dayOfWeek.any ? '' : daysOfWeek(dayOfWeek, months);
  if (inMonth !== '' && inWeek !== '') return l10n.t('{0} and also {1}', inMonth, inWeek);
  if (inMonth !== '' || inWeek !== '') return inMonth || inWeek;
  return months === '' ? '' : l10n.t('every day in {0}', months);
}

function daysOfMonth({ values, step }: CronField, months: string): string {
  if (months === '' && step > 0 && values[0] === 1) {
    return l10n.t('every {0} days from the 1st of every month', step);
  }
  const days = ranges(values, String);
  if (values.length === 1) {
    return months === ''
      ? l10n.t('on day {0} of every month', days)
      : l10n.t('on day {0} of {1}', days, months);
  }
  return months === ''
    ? l10n.t('on the days {0} of every month', days)
    : l10n.t('on the days {0} of {1}', days, months);
}

function daysOfWeek({ values }: CronField, months: string): string {
  const days = ranges(values, dayName);
  return months === '' ? l10n.t('every week on {0}', days) : l10n.t('every week on {0} in {1}', days, months);
}

/** Three and more in a row as from–to. */
function ranges(values: readonly number[], name: (value: number) => string): string {
  const parts: string[] = [];
  for (let start = 0; start < values.length; ) {
    let end = start;
    while (values[end + 1] === (values[end] ?? 0) + 1) end++;
    const [first = 0, last = 0] = [values[start], values[end]];
    if (end - start >= 2) parts.push(l10n.t('{0}–{1}', name(first), name(last)));
    else for (const value of values.slice(start, end + 1)) parts.push(name(value));
    start = end + 1;
  }
  return listed(parts);
}

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return l10n.t('{0} and {1}', listInWords(parts.slice(0, -1)), parts.at(-1) ?? '');
}

function clock(hours: number, minutes: number): string {
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function dayName(day: number): string {
  const names = [
    l10n.t('Sunday'),
    l10n.t('Monday'),
    l10n.t('Tuesday'),
    l10n.t('Wednesday'),
    l10n.t('Thursday'),
    l10n.t('Friday'),
    l10n.t('Saturday'),
  ];
  return names[day] ?? '';
}

function monthName(month: number): string {
  const names = [
    l10n.t('January'),
    l10n.t('February'),
    l10n.t('March'),
    l10n.t('April'),
    l10n.t('May'),
    l10n.t('June'),
    l10n.t('July'),
    l10n.t('August'),
    l10n.t('September'),
    l10n.t('October'),
    l10n.t('November'),
    l10n.t('December'),
  ];
  return names[month - 1] ?? '';
}

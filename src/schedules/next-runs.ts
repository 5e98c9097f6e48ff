import type { CronField, CronSchedule } from './cron-schedule.ts';

/** When a schedule runs. */
export interface RunTimes {
  /** IANA name; absent: UTC, which is what the controller manager of OpenShift runs in. */
  timeZone?: string;
  /** Runs after this instant: milliseconds since the epoch. */
  after: number;
  /** For `@every`: the run before, or the creation; `after` where absent. */
  since?: number;
  count?: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** More than any clock is ever put back by. */
const LONGEST_SHIFT = 3 * 60 * MINUTE;
/** 29 February on a given day of the week comes at least once in 40 years. */
const HORIZON_DAYS = 41 * 366;

/**
 * The next instants a schedule runs at, as Kubernetes' controller reckons: a time of day that the change to summer time
 * leaves out is left out, one that comes twice runs twice.
 * @returns milliseconds since the epoch; fewer than asked for where none is in sight
 */
export function nextRuns(
  schedule: CronSchedule,
  { timeZone = 'UTC', after, since, count = 3 }: RunTimes,
): number[] {
  if (schedule.kind === 'every') return everyRuns(schedule.everyMs, since ?? after, after, count);
  const offsetAt = offsets(timeZone);
  const found: number[] = [];
  const start = after + offsetAt(after) - LONGEST_SHIFT;
  for (const wall of wallTimes(schedule.fields, start)) {
    const instants = instantsOf(wall, offsetAt);
    const first = instants[0];
    found.push(...instants.filter((instant) => instant > after));
    found.sort((a, b) => a - b);
    // What comes later by the clock on the wall can’t come before the first reading of this time.
    if (first !== undefined && found.filter((instant) => instant <= first).length >= count) break;
  }
  return found.slice(0, count);
}

/** Whether a name is one of the time zones that this machine knows. */
export function isTimeZone(name: string): boolean {
  // The API server takes no empty name and not `Local`.
  if (name === '' || /^local$/i.test(name)) return false;
  // An offset such as +09:00 is none.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function everyRuns(everyMs: number, since: number, after: number, count: number): number[] {
  const passed = Math.max(0, Math.floor((after - since) / everyMs));
  return Array.from({ length: count }, (_, place) => since + (passed + 1 + place) * everyMs);
}

/** Times on the wall as if they were UTC, ascending. */
function* wallTimes(
  { minute, hour, dayOfMonth, month, dayOfWeek }: Readonly<Record<string, CronField>>,
  from: number,
): Generator<number> {
  if (!(minute && hour && dayOfMonth && month && dayOfWeek)) return;
  const firstDay = Math.floor(from / DAY) * DAY;
  for (let day = firstDay; day < firstDay + HORIZON_DAYS * DAY; day += DAY) {
    const date = new Date(day);
    if (!month.values.includes(date.getUTCMonth() + 1)) continue;
    const inMonth = dayOfMonth.values.includes(date.getUTCDate());
    const inWeek = dayOfWeek.values.includes(date.getUTCDay());
    // Both given: either is enough.
    if (dayOfMonth.any || dayOfWeek.any ? !(inMonth && inWeek) : !(inMonth || inWeek)) continue;
    for (const hours of hour.values) {
      for (const minutes of minute.values) {
        const wall = day + (hours * 60 + minutes) * MINUTE;
        if (wall >= from) yield wall;
      }
    }
  }
}

/** The instants at which the clock on the wall shows this time: none, one or two. */
function instantsOf(wall: number, offsetAt: (instant: number) => number): number[] {
  const candidates = [wall - offsetAt(wall - DAY), wall - offsetAt(wall + DAY)].sort((a, b) => a - b);
  return [...new Set(candidates)].filter((instant) => instant + offsetAt(instant) === wall);
}

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsets(timeZone: string): (instant: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    return wall - Math.floor(instant / 1000) * 1000;
  };
}

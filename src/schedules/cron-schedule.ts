// The dialect that Kubernetes accepts for `spec.schedule` of a CronJob (robfig/cron v3, `ParseStandard`, and the API
// server's own check): five fields, names of months and days, `?` for `*`, `n/step` for "from n on", macros, `@every`.
// Not in it: seconds, years, L, W, #, 7 for Sunday, and TZ= or CRON_TZ= in front, for which there is `spec.timeZone`.
import { parseDuration } from '../engine/duration.ts';
import type { Problem } from './problem.ts';

export type CronFieldName = 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek';

/** One field: its values, ascending. `any` where it doesn’t narrow anything down (`*`). */
export interface CronField {
  any: boolean;
  values: readonly number[];
  /** The distance of evenly spaced values that were written as an asterisk with a step (or `start/n`); 0 for any others. */
  step: number;
}

export type CronSchedule =
  | { kind: 'fields'; text: string; fields: Readonly<Record<CronFieldName, CronField>> }
  /** Runs that long after the run before, or after its creation. */
  | { kind: 'every'; text: string; everyMs: number };

export type ParsedSchedule = { schedule: CronSchedule } | { problem: Omit<Problem, 'field'> };

interface FieldRule {
  name: CronFieldName;
  least: number;
  most: number;
  /** The first stands for `least`. */
  names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const RULES: readonly FieldRule[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'dayOfMonth', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'dayOfWeek', least: 0, most: 6, names: DAYS },
];

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const EVERY = '@every ';

/** What Kubernetes would make of a CronJob's `spec.schedule`. */
export function parseSchedule(text: string): ParsedSchedule {
  const trimmed = text.trim();
  if (trimmed === '') return wrong('cronEmpty');
  if (/(?:^|\s)(?:CRON_)?TZ=/.test(trimmed)) return wrong('cronTimeZone', { text: trimmed });
  if (trimmed.startsWith(EVERY)) return parseEvery(trimmed);
  if (trimmed.startsWith('@')) {
    const macro = MACROS[trimmed];
    if (macro === undefined) {
      return wrong('cronMacro', { text: trimmed, known: [...Object.keys(MACROS), '@every 12h'].join(', ') });
    }
    return parseFields(trimmed, macro);
  }
  return parseFields(trimmed, trimmed);
}

function parseEvery(text: string): ParsedSchedule {
  try {
    const everyMs = parseDuration(text.slice(EVERY.length).trim());
    // Kubernetes rounds down to seconds and never waits for less than one.
    if (everyMs > 0) {
      const seconds = Math.max(1, Math.floor(everyMs / 1000));
      return { schedule: { kind: 'every', text, everyMs: seconds * 1000 } };
    }
  } catch {
    // No duration at all.
  }
  return wrong('cronEvery', { text });
}

function parseFields(text: string, fieldsText: string): ParsedSchedule {
  const parts = fieldsText.split(/\s+/);
  if (parts.length !== RULES.length) {
    return wrong('cronFieldCount', { text, count: String(parts.length) });
  }
  const fields: Partial<Record<CronFieldName, CronField>> = {};
  for (const [place, rule] of RULES.entries()) {
    const parsed = parseField(parts[place] ?? '', rule);
    if ('problem' in parsed) return parsed;
    fields[rule.name] = parsed.field;
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  if (!(minute && hour && dayOfMonth && month && dayOfWeek)) return wrong('cronEmpty');
  if (dayOfWeek.any && !hasDay(month, dayOfMonth)) return wrong('cronNever', { text });
  return {
    schedule: { kind: 'fields', text, fields: { minute, hour, dayOfMonth, month, dayOfWeek } },
  };
}

type ParsedField = { field: CronField } | { problem: Omit<Problem, 'field'> };

function parseField(text: string, rule: FieldRule): ParsedField {
  const values = new Set<number>();
  let any = false;
  let step = 0;
  const pieces = text.split(',');
  for (const piece of pieces) {
    const match = /^(?:([*?])|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d{1,9}))?$/i.exec(piece);
    if (!match) return wrong('cronField', { field: rule.name, text: piece });
    const [, star, from, to, stepText] = match;
    const by = stepText === undefined ? 1 : Number(stepText);
    if (by === 0) return wrong('cronStep', { field: rule.name, text: piece });
    const start = star === undefined ? numberIn(from ?? '', rule) : rule.least;
    // `n/step` goes on to the end.
    const openEnd = star !== undefined || (to === undefined && stepText !== undefined);
    const end = openEnd ? rule.most : to === undefined ? start : numberIn(to, rule);
    if (start === undefined || end === undefined)
      return wrong('cronField', { field: rule.name, text: piece });
    const bounds = { field: rule.name, text: piece, least: String(rule.least), most: String(rule.most) };
    if (start < rule.least || end > rule.most || start > rule.most) return wrong('cronRange', bounds);
    if (start > end) return wrong('cronBackwards', bounds);
    for (let value = start; value <= end; value += by) values.add(value);
    any ||= star !== undefined && by === 1;
    if (pieces.length === 1 && by > 1 && openEnd) step = by;
  }
  return { field: { any, values: [...values].sort((a, b) => a - b), step } };
}

function numberIn(text: string, { names, least }: FieldRule): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const place = names.indexOf(text.toLowerCase());
  return place < 0 ? undefined : place + least;
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Kubernetes takes 30 February, and then never runs. */
function hasDay(month: CronField, day: CronField): boolean {
  const first = day.values[0] ?? 1;
  return month.values.some((value) => first <= (LONGEST_MONTHS[value - 1] ?? 31));
}

function wrong(
  code: Problem['code'],
  args: Readonly<Record<string, string>> = {},
): { problem: Omit<Problem, 'field'> } {
  return { problem: { code, arguments: args } };
}

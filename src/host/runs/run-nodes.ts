import type { RunEntry } from './run-book.ts';

/** A line of the Runs view. */
export type RunNode = RunEntry | { kind: 'month'; month: string; ids: readonly string[] };

/** As many runs stand in the view by themselves; older ones by month, read when their month is opened. */
const NEWEST = 100;

/**
 * The runs to read now, and the months of the others.
 * @param ids the newest first
 */
export function newestAndMonths(ids: readonly string[]): {
  newest: readonly string[];
  months: Extract<RunNode, { kind: 'month' }>[];
} {
  // Not a month of which one run alone is left over.
  const newest = ids.length <= NEWEST + 1 ? ids : ids.slice(0, NEWEST);
  const months = new Map<string, string[]>();
  for (const id of ids.slice(newest.length)) {
    const month = `${id.slice(0, 4)}-${id.slice(4, 6)}`;
    const others = months.get(month);
    if (others) others.push(id);
    else months.set(month, [id]);
  }
  return { newest, months: [...months].map(([month, own]) => ({ kind: 'month', month, ids: own })) };
}

/** The id of the run that a command was given: an id, or a line of the view. */
export function runIdOf(given: unknown): string | undefined {
  if (typeof given === 'string') return RUN_ID.test(given) ? given : undefined;
  if (typeof given !== 'object' || given === null || !('id' in given)) return undefined;
  return runIdOf(typeof given.id === 'string' ? given.id : undefined);
}

/** When a run began, by its id: RFC 3339. */
export function startOf(id: string): string {
  return id.replace(RUN_ID, '$1-$2-$3T$4:$5:$6Z');
}

/** As the journal names runs. */
const RUN_ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f]{4}$/;

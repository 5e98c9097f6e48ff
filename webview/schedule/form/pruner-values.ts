import {
  changeProblems,
  type ImagePrunerChange,
  type ImagePrunerSpec,
  keepYoungerThanMs,
  PRUNER_DEFAULTS,
} from '../../../src/schedules/image-pruner.ts';
import { shortDuration } from '../../../src/shared/dry-run/oc-command.ts';
import { problemInWords } from '../../../src/shared/words/schedule-problems.ts';
import { AMOUNT_PLACES, AMOUNTS_NOTHING, type Amounts, amountsOf, resourcesOf } from './amounts.ts';
import { readFlat } from './read-flat.ts';

/** The form of the ImagePruner: texts as typed; empty means the operator’s default. */
export interface PrunerValues extends Amounts {
  schedule: string;
  suspend: boolean;
  keepTagRevisions: string;
  keepYoungerThanDuration: string;
  ignoreInvalidImageReferences: boolean;
  logLevel: string;
  successfulJobsHistoryLimit: string;
  failedJobsHistoryLimit: string;
}
export type PrunerKey = keyof PrunerValues;

/** What the operator does where the spec says nothing. */
export const PRUNER_FORM_DEFAULTS: PrunerValues = {
  schedule: PRUNER_DEFAULTS.schedule,
  suspend: PRUNER_DEFAULTS.suspend,
  keepTagRevisions: String(PRUNER_DEFAULTS.keepTagRevisions),
  keepYoungerThanDuration: shortDuration(PRUNER_DEFAULTS.keepYoungerThanMs),
  ignoreInvalidImageReferences: PRUNER_DEFAULTS.ignoreInvalidImageReferences,
  logLevel: PRUNER_DEFAULTS.logLevel,
  successfulJobsHistoryLimit: String(PRUNER_DEFAULTS.successfulJobsHistoryLimit),
  failedJobsHistoryLimit: String(PRUNER_DEFAULTS.failedJobsHistoryLimit),
  ...AMOUNTS_NOTHING,
};

/** Fills the form in, with the operator’s defaults where the spec says nothing. */
export function prunerValuesOf(spec: ImagePrunerSpec): PrunerValues {
  const number = (value: number | undefined, otherwise: string) =>
    value === undefined ? otherwise : String(value);
  const defaults = PRUNER_FORM_DEFAULTS;
  return {
    schedule: spec.schedule || defaults.schedule,
    suspend: spec.suspend ?? defaults.suspend,
    keepTagRevisions: number(spec.keepTagRevisions, defaults.keepTagRevisions),
    keepYoungerThanDuration: spec.keepYoungerThanDuration ?? shortDuration(keepYoungerThanMs(spec)),
    ignoreInvalidImageReferences: spec.ignoreInvalidImageReferences ?? defaults.ignoreInvalidImageReferences,
    logLevel: spec.logLevel || defaults.logLevel,
    successfulJobsHistoryLimit: number(spec.successfulJobsHistoryLimit, defaults.successfulJobsHistoryLimit),
    failedJobsHistoryLimit: number(spec.failedJobsHistoryLimit, defaults.failedJobsHistoryLimit),
    ...amountsOf(spec.resources ?? {}),
  };
}

export interface PrunerReading {
  /** What differs from the object alone. */
  change: ImagePrunerChange;
  problems: ReadonlyMap<string, string>;
}

/** Reads the form against the object as it is: what was not touched is not part of the change. */
export function readPruner(values: PrunerValues, spec: ImagePrunerSpec): PrunerReading {
  const before = prunerValuesOf(spec);
  const change: ImagePrunerChange = {};
  const touched = (key: PrunerKey) => String(values[key]).trim() !== String(before[key]);
  if (touched('schedule')) change.schedule = orDefault(values.schedule, PRUNER_FORM_DEFAULTS.schedule);
  if (touched('suspend')) change.suspend = values.suspend;
  for (const key of ['keepTagRevisions', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const) {
    if (!touched(key)) continue;
    const text = values[key].trim();
    change[key] = text === '' ? null : Number(text);
  }
  if (touched('keepYoungerThanDuration')) {
    change.keepYoungerThanDuration = values.keepYoungerThanDuration.trim() || null;
  }
  if (touched('ignoreInvalidImageReferences')) {
    change.ignoreInvalidImageReferences = values.ignoreInvalidImageReferences;
  }
  if (touched('logLevel')) change.logLevel = values.logLevel;
  if ((['cpuRequest', 'memoryRequest', 'cpuLimit', 'memoryLimit'] as const).some(touched)) {
    const resources = resourcesOf(values, spec.resources);
    change.resources = Object.keys(resources).length === 0 ? null : resources;
  }
  const problems = new Map<string, string>();
  for (const problem of changeProblems(change)) {
    const key = AMOUNT_PLACES[problem.field] ?? problem.field;
    if (!problems.has(key)) problems.set(key, problemInWords(problem));
  }
  return { change, problems };
}

/** The form with another value; as it was where the value is none for that key. */
export function withPrunerValue(values: PrunerValues, key: PrunerKey, value: string | boolean): PrunerValues {
  return readPrunerValues({ ...values, [key]: value }) ?? values;
}

/** Reads what the page remembered; null where that is no such form. */
export function readPrunerValues(value: unknown): PrunerValues | null {
  return readFlat(value, PRUNER_FORM_DEFAULTS);
}

function orDefault(text: string, byDefault: string): string | null {
  const written = text.trim();
  return written === '' || written === byDefault ? null : written;
}

// The custom resource of automatic pruning: its schema (openshift/api, `imageregistry/v1`), and changes to it.
import { formatDuration, parseDuration } from '../engine/duration.ts';
import type { RequestedOptions } from '../engine/options.ts';
import { isObject, type JsonObject, numberAt, objectAt, textAt } from '../engine/shape.ts';
import { shortDuration } from '../shared/dry-run/oc-command.ts';
import { parseSchedule } from './cron-schedule.ts';
import type { Problem } from './problem.ts';
import { type Resources, resourceProblems } from './resources.ts';

export const IMAGE_PRUNER = 'imagepruners.imageregistry.operator.openshift.io/cluster';
export const IMAGE_PRUNER_GROUP = 'imageregistry.operator.openshift.io';
export const IMAGE_PRUNER_PATH = '/apis/imageregistry.operator.openshift.io/v1/imagepruners/cluster';

export const LOG_LEVELS = ['Normal', 'Debug', 'Trace', 'TraceAll'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The part of the spec that is shown and changed here. What is absent has the operator's default. */
export interface ImagePrunerSpec {
  schedule?: string;
  suspend?: boolean;
  keepTagRevisions?: number;
  /** A Go duration. */
  keepYoungerThanDuration?: string;
  /** Deprecated, in nanoseconds; counts only where the duration is absent. */
  keepYoungerThan?: number;
  ignoreInvalidImageReferences?: boolean;
  logLevel?: string;
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
  resources?: Resources;
}

/** What the operator does where the spec says nothing. */
export const PRUNER_DEFAULTS = {
  schedule: '0 0 * * *',
  suspend: false,
  keepTagRevisions: 3,
  keepYoungerThanMs: 60 * 60_000,
  ignoreInvalidImageReferences: false,
  logLevel: 'Normal',
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 3,
} as const;

/** A change of the ImagePruner; null goes back to the operator's default. Keys left out stay as they are. */
export interface ImagePrunerChange {
  schedule?: string | null;
  suspend?: boolean;
  keepTagRevisions?: number | null;
  /** A Go duration. */
  keepYoungerThanDuration?: string | null;
  ignoreInvalidImageReferences?: boolean;
  logLevel?: string | null;
  successfulJobsHistoryLimit?: number | null;
  failedJobsHistoryLimit?: number | null;
  resources?: Resources | null;
}

/** One value of the spec before and after, as people read it; empty for the operator's default. */
export interface PrunerDifference {
  field: keyof ImagePrunerChange;
  before: string;
  after: string;
}

const INT32 = 2 ** 31 - 1;

/** Reads the spec; what isn't of its type is left out. */
export function imagePrunerSpec(spec: JsonObject): ImagePrunerSpec {
  const number = (key: string) => {
    const value = numberAt(spec, key);
    return value === undefined ? {} : { [key]: value };
  };
  const text = (key: string) => (textAt(spec, key) === '' ? {} : { [key]: textAt(spec, key) });
  const flag = (key: string) => (typeof spec[key] === 'boolean' ? { [key]: spec[key] } : {});
  return {
    ...text('schedule'),
    ...flag('suspend'),
    ...number('keepTagRevisions'),
    ...text('keepYoungerThanDuration'),
    ...number('keepYoungerThan'),
    ...flag('ignoreInvalidImageReferences'),
    ...text('logLevel'),
    ...number('successfulJobsHistoryLimit'),
    ...number('failedJobsHistoryLimit'),
    ...(isObject(spec.resources) ? { resources: resourcesOf(spec.resources) } : {}),
  };
}

/** What a prune with this spec does, for a dry run of today. */
export function pruneOptionsOf(spec: ImagePrunerSpec): RequestedOptions {
  return {
    keepTagRevisions: spec.keepTagRevisions ?? PRUNER_DEFAULTS.keepTagRevisions,
    keepYoungerThanMs: keepYoungerThanMs(spec),
    ignoreInvalidRefs: spec.ignoreInvalidImageReferences ?? PRUNER_DEFAULTS.ignoreInvalidImageReferences,
  };
}

/** Milliseconds. A duration that can't be read counts as the default: the API server would not have taken it. */
export function keepYoungerThanMs(spec: ImagePrunerSpec): number {
  if (spec.keepYoungerThanDuration !== undefined) {
    try {
      return parseDuration(spec.keepYoungerThanDuration);
    } catch {
      return PRUNER_DEFAULTS.keepYoungerThanMs;
    }
  }
  if (spec.keepYoungerThan !== undefined) return Math.floor(spec.keepYoungerThan / 1e6);
  return PRUNER_DEFAULTS.keepYoungerThanMs;
}

/** What of a change the schema, or the operator, would not take. */
export function changeProblems(change: ImagePrunerChange): Problem[] {
  const problems: Problem[] = [];
  const add = (field: keyof ImagePrunerChange, code: Problem['code'], args: Problem['arguments'] = {}) =>
    problems.push({ field, code, arguments: args });
  if (typeof change.schedule === 'string' && change.schedule !== '') {
    const parsed = parseSchedule(change.schedule);
    if ('problem' in parsed) problems.push({ field: 'schedule', ...parsed.problem });
  }
  for (const field of ['keepTagRevisions', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const) {
    const value = change[field];
    if (typeof value !== 'number') continue;
    if (!Number.isInteger(value)) add(field, 'wholeNumber', { text: String(value) });
    else if (value < 0) add(field, 'negative', { text: String(value) });
    else if (value > INT32) add(field, 'tooLarge', { text: String(value), most: String(INT32) });
  }
  if (typeof change.keepYoungerThanDuration === 'string') {
    try {
      const milliseconds = parseDuration(change.keepYoungerThanDuration);
      if (milliseconds < 0)
        add('keepYoungerThanDuration', 'negativeDuration', { text: formatDuration(milliseconds) });
    } catch {
      add('keepYoungerThanDuration', 'duration', { text: change.keepYoungerThanDuration });
    }
  }
  if (typeof change.logLevel === 'string' && !LOG_LEVELS.some((level) => level === change.logLevel)) {
    add('logLevel', 'logLevel', { text: change.logLevel, known: LOG_LEVELS.join(', ') });
  }
  if (change.resources) problems.push(...resourceProblems(change.resources, 'resources'));
  return problems;
}

/**
 * The merge patch of a change, bound to the object that was looked at: the server refuses it where somebody else has
 * changed that meanwhile (409).
 */
export function prunerPatch(
  change: ImagePrunerChange,
  { resourceVersion, spec: before }: { resourceVersion: string; spec: ImagePrunerSpec },
): JsonObject {
  const spec: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(change)) if (value !== undefined) spec[field] = value;
  // The old field would count again where the duration goes back to the default.
  if (change.keepYoungerThanDuration === null) spec.keepYoungerThan = null;
  if (change.resources) {
    spec.resources = {
      requests: replacing(before.resources?.requests, change.resources.requests),
      limits: replacing(before.resources?.limits, change.resources.limits),
    };
  }
  // The CRD demands it: an empty one is the default.
  if (change.schedule === null) spec.schedule = '';
  return { metadata: { resourceVersion }, spec };
}

/** What a change changes; nothing where everything is so already. */
export function prunerDifferences(spec: ImagePrunerSpec, change: ImagePrunerChange): PrunerDifference[] {
  const differences: PrunerDifference[] = [];
  for (const field of Object.keys(change).filter(isChangeable)) {
    const value = change[field];
    if (value === undefined) continue;
    const before = inShort(field, spec[field] ?? null);
    const after = inShort(field, value);
    if (before !== after) differences.push({ field, before, after });
  }
  return differences;
}

/** A merge patch keeps what it doesn't name, and so must name what goes. */
function replacing(
  before: Readonly<Record<string, string>> = {},
  after: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string | null>> | null {
  if (after === undefined || Object.keys(after).length === 0) return null;
  return { ...Object.fromEntries(Object.keys(before).map((name) => [name, null])), ...after };
}

function isChangeable(key: string): key is keyof ImagePrunerChange {
  return [
    'schedule',
    'suspend',
    'keepTagRevisions',
    'keepYoungerThanDuration',
    'ignoreInvalidImageReferences',
    'logLevel',
    'successfulJobsHistoryLimit',
    'failedJobsHistoryLimit',
    'resources',
  ].includes(key);
}

function inShort(field: keyof ImagePrunerChange, value: unknown): string {
  if (value === null || value === undefined) {
    return field === 'suspend' || field === 'ignoreInvalidImageReferences' ? 'false' : '';
  }
  if (field === 'keepYoungerThanDuration') {
    try {
      return shortDuration(parseDuration(String(value)));
    } catch {
      return String(value);
    }
  }
  return isObject(value) ? JSON.stringify(value) : String(value);
}

function resourcesOf(value: JsonObject): Resources {
  const quantities = (key: string) => {
    const found = Object.entries(objectAt(value, key)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    );
    return found.length === 0
      ? {}
      : { [key]: Object.fromEntries(found.map(([name, one]) => [name, String(one)])) };
  };
  return { ...quantities('requests'), ...quantities('limits') };
}

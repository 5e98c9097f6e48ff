import { DEFAULT_WORKERS } from '../engine/options.ts';
import { InvalidReferenceError, parsePullSpec } from '../engine/pull-spec.ts';
import { InvalidRegistryUrlError, parseRegistryUrl } from '../registry/address/registry-url.ts';
import { parseSchedule } from './cron-schedule.ts';
import {
  CLI_IMAGE,
  DEFAULT_NAME,
  DOCUMENTED_SCHEDULE,
  OPERATOR_CRON_JOB,
  PRUNER_ACCOUNT,
  PRUNER_NAMESPACE,
  type ScheduleRequest,
} from './manifests.ts';
import { isTimeZone } from './next-runs.ts';
import type { Problem } from './problem.ts';
import { DOCUMENTED_OPTIONS, SERVICE_CA } from './prune-arguments.ts';
import { DOCUMENTED_RESOURCES, resourceProblems } from './resources.ts';

/** The documented CronJob (REFERENCE section 8), under a name that the registry's operator doesn't use itself. */
export const DOCUMENTED_REQUEST: ScheduleRequest = {
  name: DEFAULT_NAME,
  namespace: PRUNER_NAMESPACE,
  kind: 'CronJob',
  schedule: DOCUMENTED_SCHEDULE,
  timeZone: null,
  suspend: false,
  serviceAccount: PRUNER_ACCOUNT,
  image: CLI_IMAGE,
  resources: DOCUMENTED_RESOURCES,
  options: {
    prune: DOCUMENTED_OPTIONS,
    registry: {
      registryUrl: null,
      certificateAuthority: SERVICE_CA,
      forceInsecure: false,
      numWorkers: DEFAULT_WORKERS,
    },
    confirm: true,
  },
};

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** The controller appends 11 characters, and a Job's name becomes a label. */
const LONGEST_CRON_JOB = 52;
const LONGEST_LABEL = 63;
const LONGEST_SUBDOMAIN = 253;

/** What of a request the API server, or the prune itself, would not take. */
export function requestProblems(request: ScheduleRequest): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, code: Problem['code'], args: Problem['arguments'] = {}) =>
    problems.push({ field, code, arguments: args });
  const isCronJob = request.kind === 'CronJob';
  for (const [field, form, most] of [
    ['name', SUBDOMAIN, isCronJob ? LONGEST_CRON_JOB : LONGEST_LABEL],
    ['namespace', LABEL, LONGEST_LABEL],
    ['serviceAccount', SUBDOMAIN, LONGEST_SUBDOMAIN],
  ] as const) {
    const text = request[field];
    if (!form.test(text) || text.length > most) add(field, 'name', { text, most: String(most) });
  }
  // The operator would undo whatever is written there.
  if (isCronJob && request.name === OPERATOR_CRON_JOB && request.namespace === PRUNER_NAMESPACE) {
    add('name', 'operatorsName', { text: request.name });
  }
  if (isCronJob) {
    const parsed = parseSchedule(request.schedule);
    if ('problem' in parsed) problems.push({ field: 'schedule', ...parsed.problem });
    const { timeZone } = request;
    if (timeZone !== null && !isTimeZone(timeZone)) add('timeZone', 'timeZone', { text: timeZone });
  }
  try {
    parsePullSpec(request.image);
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    add('image', 'image', { text: request.image, why: error.message });
  }
  problems.push(...resourceProblems(request.resources, 'resources'), ...optionProblems(request));
  return problems;
}

/** REFERENCE section 2: what the options must be, by themselves and beside each other. */
function optionProblems({ options: { prune, registry } }: ScheduleRequest): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, code: Problem['code'], args: Problem['arguments'] = {}) =>
    problems.push({ field: `options.${field}`, code, arguments: args });
  const { keepTagRevisions, keepYoungerThanMs, pruneOverSizeLimit } = prune;
  if (pruneOverSizeLimit && (keepTagRevisions !== undefined || keepYoungerThanMs !== undefined)) {
    add('pruneOverSizeLimit', 'overSizeWithKeep');
  }
  for (const [field, value, least] of [
    ['keepTagRevisions', keepTagRevisions, 0],
    ['numWorkers', registry.numWorkers, 1],
  ] as const) {
    if (value === undefined) continue;
    if (!Number.isInteger(value)) add(field, 'wholeNumber', { text: String(value) });
    else if (value < least) add(field, 'negative', { text: String(value), least: String(least) });
  }
  if (keepYoungerThanMs !== undefined && !(keepYoungerThanMs >= 0)) {
    add('keepYoungerThanMs', 'negativeDuration', { text: `${keepYoungerThanMs} ms` });
  }
  if (prune.namespace !== undefined && prune.namespace !== '' && !LABEL.test(prune.namespace)) {
    add('namespace', 'name', { text: prune.namespace, most: String(LONGEST_LABEL) });
  }
  const { certificateAuthority, registryUrl, forceInsecure } = registry;
  if (registryUrl !== null) {
    try {
      parseRegistryUrl(registryUrl);
    } catch (error) {
      if (!(error instanceof InvalidRegistryUrlError)) throw error;
      add('registryUrl', 'registryUrl', { why: error.message });
    }
  }
  if (certificateAuthority !== null) {
    if (forceInsecure) add('forceInsecure', 'authorityAndInsecure');
    if (registryUrl !== null && /^http:\/\//i.test(registryUrl)) add('registryUrl', 'authorityAndHttp');
    if (!/^\/\S+$/.test(certificateAuthority)) {
      add('certificateAuthority', 'path', { text: certificateAuthority });
    }
  }
  return problems;
}

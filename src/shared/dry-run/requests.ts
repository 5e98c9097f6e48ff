// What the dry-run page asks, checked on arrival.

import type { RequestedOptions } from '../../engine/options.ts';
import { BEYOND_REFERENCE, LETS_GO, type ReasonCode } from '../../engine/plan.ts';
import type { RowQuery, RowSort } from '../../engine/plan-rows.ts';
import {
  finiteNumber,
  flag,
  invalid,
  nothing,
  objectOf,
  oneOf,
  type Reader,
  requestReader,
  text,
  textIn,
  textOrNull,
  wholeNumber,
} from '../page/read-request.ts';
import { type DryRunProtocol, EXPORT_FORMATS, MOST_ROWS, ROW_ACTIONS } from './protocol.ts';
import type { RegistryOptions, RunOptions } from './run-options.ts';
import type { NextStep } from './view.ts';

const LONGEST_SEARCH = 1_000;

const KEEPS: readonly ReasonCode[] = [
  'streamYoung',
  'young',
  'tagUsed',
  'withinRevisions',
  'imageUsed',
  'withinLimit',
  'noLimit',
  'namedByStream',
  'partOfIndex',
  'notManaged',
  'namespaceOnly',
  'holdsKept',
  'nothingToPrune',
  'imageUnknown',
];
/** Every reason code there is. */
export const REASON_CODES: readonly ReasonCode[] = [...KEEPS, ...BEYOND_REFERENCE, ...LETS_GO];

export const NEXT_STEPS: readonly NextStep[] = [
  'runAgain',
  'ignoreInvalidRefs',
  'oneNamespace',
  'chooseContext',
  'openKubeconfigSetting',
  'openRegistry',
  'diagnose',
  'openRuns',
  'openLog',
];
const SORT_KEYS = ['verdict', 'name', 'image', 'age', 'size', 'alone', 'usedBy'] as const;
const ROW_VERDICTS = ['keep', 'prune', 'missing', 'beyondReference'] as const;

const runRequest: Reader<{ run: string }> = (value, where) => ({
  run: textIn(objectOf(value, where), 'run', where),
});

/** Reads a request of the dry-run page. @throws InvalidMessageError naming what is wrong */
export const dryRunRequest = requestReader<DryRunProtocol>({
  run: runOptions,
  cancel: nothing,
  prune: (value, where) => ({ plan: planOf(value, where) }),
  rows: (value, where) => {
    const ask = objectOf(value, where);
    const start = wholeNumber(ask.start, `${where}.start`);
    const count = wholeNumber(ask.count, `${where}.count`);
    if (count > MOST_ROWS) throw invalid(`${where}.count`, `at most ${MOST_ROWS}`);
    return { plan: planOf(value, where), query: rowQuery(ask.query, `${where}.query`), start, count };
  },
  facets: (value, where) => ({ plan: planOf(value, where) }),
  shares: (value, where) => ({
    plan: planOf(value, where),
    namespace: textOrNull(objectOf(value, where).namespace, `${where}.namespace`),
  }),
  explain: (value, where) => ({
    plan: planOf(value, where),
    image: textIn(objectOf(value, where), 'image', where),
  }),
  act: (value, where) => {
    const ask = objectOf(value, where);
    return {
      plan: planOf(value, where),
      row: wholeNumber(ask.row, `${where}.row`),
      action: oneOf(ROW_ACTIONS, ask.action, `${where}.action`),
    };
  },
  export: (value, where) => {
    const ask = objectOf(value, where);
    return {
      plan: planOf(value, where),
      format: oneOf(EXPORT_FORMATS, ask.format, `${where}.format`),
      query: rowQuery(ask.query, `${where}.query`),
    };
  },
  preview: (value, where) => ({
    plan: planOf(value, where),
    options: runOptions(objectOf(value, where).options, `${where}.options`),
  }),
  checkRegistryUrl: (value, where) => ({ url: textIn(objectOf(value, where), 'url', where) }),
  browse: nothing,
  checkRegistry: nothing,
  openRegistry: nothing,
  diagnose: nothing,
  rollOut: nothing,
  openReport: runRequest,
  resume: runRequest,
  step: (value, where) => ({ step: oneOf(NEXT_STEPS, objectOf(value, where).step, `${where}.step`) }),
});

/**
 * Reads a query for rows.
 * @throws InvalidMessageError
 */
export function rowQuery(value: unknown, where: string): RowQuery {
  const query = objectOf(value, where);
  const search = textIn(query, 'search', where);
  if (search.length > LONGEST_SEARCH) throw invalid(`${where}.search`, 'shorter');
  return {
    search,
    verdict: query.verdict === null ? null : oneOf(ROW_VERDICTS, query.verdict, `${where}.verdict`),
    namespace: textOrNull(query.namespace, `${where}.namespace`),
    stream: textOrNull(query.stream, `${where}.stream`),
    reason: query.reason === null ? null : oneOf(REASON_CODES, query.reason, `${where}.reason`),
    sort: rowSort(query.sort, `${where}.sort`),
  };
}

function rowSort(value: unknown, where: string): RowSort {
  if (value === null) return null;
  const sort = objectOf(value, where);
  return {
    by: oneOf(SORT_KEYS, sort.by, `${where}.by`),
    descending: flag(sort.descending, `${where}.descending`),
  };
}

/**
 * Reads the options of a run. Whether they go together is not checked here.
 * @throws InvalidMessageError
 */
export function runOptions(value: unknown, where: string): RunOptions {
  const options = objectOf(value, where);
  return {
    prune: pruneOptions(options.prune, `${where}.prune`),
    registry: registryOptions(options.registry, `${where}.registry`),
  };
}

/** Reads what a prune is asked to do. @throws InvalidMessageError */
export function pruneOptions(value: unknown, where: string): RequestedOptions {
  const given = objectOf(value, where);
  const options: RequestedOptions = {};
  const optional = <Key extends keyof RequestedOptions>(
    key: Key,
    read: Reader<NonNullable<RequestedOptions[Key]>>,
  ) => {
    if (given[key] !== undefined) options[key] = read(given[key], `${where}.${key}`);
  };
  optional('all', flag);
  optional('keepTagRevisions', finiteNumber);
  optional('keepYoungerThanMs', finiteNumber);
  optional('pruneOverSizeLimit', flag);
  optional('pruneRegistry', flag);
  optional('namespace', text);
  optional('ignoreInvalidRefs', flag);
  optional('rules', (rules, at) => oneOf(['reference', 'extended'] as const, rules, at));
  return options;
}

function registryOptions(value: unknown, where: string): RegistryOptions {
  const given = objectOf(value, where);
  return {
    registryUrl: textOrNull(given.registryUrl, `${where}.registryUrl`),
    certificateAuthority: textOrNull(given.certificateAuthority, `${where}.certificateAuthority`),
    forceInsecure: flag(given.forceInsecure, `${where}.forceInsecure`),
    numWorkers: finiteNumber(given.numWorkers, `${where}.numWorkers`),
  };
}

function planOf(value: unknown, where: string): string {
  return textIn(objectOf(value, where), 'plan', where);
}

// Messages from a page, checked on arrival: a page is outside, whoever wrote it.

import type { RequestedOptions } from '../../engine/options.ts';
import { BEYOND_REFERENCE, LETS_GO, type ReasonCode } from '../../engine/plan.ts';
import type { RowQuery, RowSort } from '../../engine/plan-rows.ts';
import { isObject, type JsonObject } from '../../engine/shape.ts';
import {
  EXPORT_FORMATS,
  MOST_ROWS,
  type PageRequests,
  type Request,
  type RequestName,
  ROW_ACTIONS,
} from './protocol.ts';
import type { RegistryOptions, RunOptions } from './run-options.ts';
import type { NextStep } from './view.ts';

/** A message that no page of ours sends. The message says which part is wrong. */
export class InvalidMessageError extends Error {
  override name = 'InvalidMessageError';
}

/** Longer texts are no queries, paths or commands. */
const LONGEST_TEXT = 100_000;
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

const NEXT_STEPS: readonly NextStep[] = [
  'runAgain',
  'ignoreInvalidRefs',
  'oneNamespace',
  'chooseContext',
  'openKubeconfigSetting',
  'openRegistry',
  'openRuns',
  'openLog',
];
const SORT_KEYS = ['verdict', 'name', 'image', 'age', 'size', 'alone', 'usedBy'] as const;
const ROW_VERDICTS = ['keep', 'prune', 'missing', 'beyondReference'] as const;

type Reader<T> = (value: unknown, where: string) => T;

const nothing: Reader<null> = (value, where) => {
  if (value !== null) throw invalid(where, 'null');
  return null;
};
const runRequest: Reader<{ run: string }> = (value, where) => ({
  run: textIn(objectOf(value, where), 'run', where),
});

const READERS: { [Name in RequestName]: Reader<PageRequests[Name]['ask']> } = {
  ready: nothing,
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
  copy: (value, where) => ({ text: textIn(objectOf(value, where), 'text', where) }),
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
  rollOut: nothing,
  openReport: runRequest,
  resume: runRequest,
  step: (value, where) => ({ step: oneOf(NEXT_STEPS, objectOf(value, where).step, `${where}.step`) }),
};

/**
 * Reads a request of the page.
 * @throws InvalidMessageError naming what is wrong
 */
export function requestOf(message: unknown): Request {
  const object = objectOf(message, 'message');
  if (object.kind !== 'request') throw invalid('message.kind', '"request"');
  const id = textIn(object, 'id', 'message');
  const name = object.name;
  if (typeof name !== 'string' || !isRequestName(name)) throw invalid('message.name', 'a known request');
  const ask = READERS[name](object.ask, name);
  // The reader belongs to the name.
  return { kind: 'request', id, name, ask } as Request;
}

/** The id of a message, so that even an invalid one can be answered; undefined where it has none. */
export function idOf(message: unknown): string | undefined {
  return isObject(message) && typeof message.id === 'string' ? message.id : undefined;
}

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

function pruneOptions(value: unknown, where: string): RequestedOptions {
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

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(READERS, name);
}

function objectOf(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw invalid(where, 'an object');
  return value;
}

function textIn(object: JsonObject, key: string, where: string): string {
  return text(object[key], `${where}.${key}`);
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw invalid(where, 'a text');
  return value;
}

function textOrNull(value: unknown, where: string): string | null {
  return value === null ? null : text(value, where);
}

function flag(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw invalid(where, 'true or false');
  return value;
}

function finiteNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(where, 'a number');
  return value;
}

function wholeNumber(value: unknown, where: string): number {
  const number = finiteNumber(value, where);
  if (!Number.isSafeInteger(number) || number < 0) throw invalid(where, 'a whole number from 0');
  return number;
}

function oneOf<const T extends string>(allowed: readonly T[], value: unknown, where: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(where, `one of ${allowed.join(', ')}`);
  return found;
}

function invalid(where: string, wanted: string): InvalidMessageError {
  return new InvalidMessageError(`the page sent an invalid message: ${where} should be ${wanted}`);
}

import { inEnglish, type Said, said, verbatim } from '../../engine/said.ts';
import type { TransportAttempt } from '../transport/policy.ts';
import { type ConnectionFailure, connectionFailure, isUnreachable } from './connection-failure.ts';
import { communicationError, requestInWords, statusInWords } from './reference-message.ts';
import type { RegistryAnswer } from './registry-connection.ts';

/** A ping that got no answer (`cause`), or one that says that this is no registry (`status`). */
export interface UnansweredRequest {
  url: string;
  attempt: TransportAttempt;
  /** How long it took, in milliseconds, the connecting included. */
  ms?: number;
  status?: number;
  answer?: RegistryAnswer;
  /** The first line of the body, where it is short plain text. */
  said?: string;
  cause?: unknown;
}

/** No attempt that the transport policy allows got a good answer from the registry. */
export class RegistryUnreachableError extends Error {
  override name = 'RegistryUnreachableError';
  readonly requests: readonly UnansweredRequest[];
  /** What went wrong with each request; undefined where there was an answer. */
  readonly failures: readonly (ConnectionFailure | undefined)[];
  /** The failures in words, each once and without its URL. */
  readonly why: Said;
  /** Nothing at all was reached from here: nothing was learnt about the registry. */
  readonly unreachable: boolean;

  constructor(requests: readonly UnansweredRequest[]) {
    const failures = requests.map(({ url, status, cause }) =>
      status === undefined ? connectionFailure(cause, hostIn(url)) : undefined,
    );
    const words = requests.map(
      ({ status, said: line }, index) => failures[index]?.words ?? answer(status, line),
    );
    super(communicationError(metInReferenceWords(requests, failures)));
    this.requests = requests;
    this.failures = failures;
    this.why = eachOnce(words);
    this.unreachable = failures.every((failure) => failure !== undefined && isUnreachable(failure.kind));
  }
}

/** The reference command asks for another path after a wrong status, and reports the last. */
function metInReferenceWords(
  requests: readonly UnansweredRequest[],
  failures: readonly (ConnectionFailure | undefined)[],
): string[] {
  return requests.flatMap(({ url, attempt, status }, index) => {
    const failure = failures[index];
    if (failure) return [requestInWords(url, failure.reference)];
    const last = requests.findLastIndex((other) => other.attempt === attempt) === index;
    return last && status !== undefined ? [statusInWords(status)] : [];
  });
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

function answer(status: number | undefined, line: string | undefined): Said {
  const code = String(status);
  return line === undefined ? said('status {0}', code) : said('status {0}, {1}', code, JSON.stringify(line));
}

function eachOnce(all: readonly Said[]): Said {
  const different = new Map(all.map((words) => [inEnglish(words), words]));
  const [first = verbatim(''), ...others] = different.values();
  return others.reduce((before, next) => said('{0}, {1}', before, next), first);
}

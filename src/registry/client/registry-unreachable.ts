import type { TransportAttempt } from '../transport/policy.ts';
import { type ConnectionFailure, connectionFailure, isUnreachable } from './connection-failure.ts';

/** A ping that got no answer (`cause`), or one that says that this is no registry (`status`). */
export interface UnansweredRequest {
  url: string;
  attempt: TransportAttempt;
  status?: number;
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
  readonly why: string;
  /** Nothing at all was reached from here: nothing was learnt about the registry. */
  readonly unreachable: boolean;

  constructor(requests: readonly UnansweredRequest[]) {
    const failures = requests.map(({ status, cause }) =>
      status === undefined ? connectionFailure(cause) : undefined,
    );
    const words = requests.map(({ status, said }, index) => failures[index]?.words ?? answer(status, said));
    const met = requests.map(({ url, attempt }, index) => {
      const unverified = attempt.scheme === 'https' && !attempt.verified ? ' (without verification)' : '';
      return `GET ${url}${unverified}: ${words[index]}`;
    });
    super(`error communicating with registry: ${met.length === 1 ? met[0] : `[${met.join(', ')}]`}`);
    this.requests = requests;
    this.failures = failures;
    this.why = [...new Set(words)].join(', ');
    this.unreachable = failures.every((failure) => failure !== undefined && isUnreachable(failure.kind));
  }
}

function answer(status: number | undefined, said: string | undefined): string {
  return said === undefined ? `status ${status}` : `status ${status}, ${JSON.stringify(said)}`;
}

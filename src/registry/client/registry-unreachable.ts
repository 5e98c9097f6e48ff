import type { TransportAttempt } from '../transport/policy.ts';

/** A ping that got no answer (`cause`), or one that says that this is no registry (`status`). */
export interface UnansweredRequest {
  url: string;
  attempt: TransportAttempt;
  status?: number;
  cause?: unknown;
}

/** No attempt that the transport policy allows got a good answer from the registry. */
export class RegistryUnreachableError extends Error {
  override name = 'RegistryUnreachableError';
  readonly requests: readonly UnansweredRequest[];

  constructor(requests: readonly UnansweredRequest[]) {
    const met = requests.map(({ url, attempt, status, cause }) => {
      const unverified = attempt.scheme === 'https' && !attempt.verified ? ' (without verification)' : '';
      return `GET ${url}${unverified}: ${status === undefined ? causeOf(cause) : `status ${status}`}`;
    });
    super(`error communicating with registry: ${met.length === 1 ? met[0] : `[${met.join(', ')}]`}`);
    this.requests = requests;
  }
}

/** The innermost cause: libraries wrap what went wrong in what they were doing. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code !== undefined && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
}

import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, ClusterUnreachableError } from '../session/api-session.ts';

export interface RetryPolicy {
  /** How often a request is tried in all. */
  attempts: number;
  /** The wait before the second attempt in milliseconds; it doubles for each further one. */
  firstDelayMs: number;
  /** The longest wait, also where the server asks for a longer one. */
  longestDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, firstDelayMs: 250, longestDelayMs: 30_000 };

/** Whether another attempt may help: the server is busy or broke off, or the connection did. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  if (error instanceof ClusterUnreachableError) {
    return error.kind === 'broken' || error.kind === 'timeout' || error.kind === 'network';
  }
  return false;
}

/**
 * Repeats work that failed in a way that may pass, with growing waits; `Retry-After` is honoured.
 * @throws the last error
 */
export async function withRetry<T>(
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
  policy: RetryPolicy = DEFAULT_RETRY,
  onRetry: (error: unknown, delayMs: number) => void = () => {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= policy.attempts || signal?.aborted || !isWorthRetrying(error)) throw error;
      const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
      const backOff = policy.firstDelayMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      const wait = Math.min(asked === undefined ? backOff : asked * 1000, policy.longestDelayMs);
      onRetry(error, wait);
      await delay(wait, undefined, { signal });
    }
  }
}

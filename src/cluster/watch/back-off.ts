import type { RetryPolicy } from '../inventory/retry.ts';
import { ApiError } from '../session/api-session.ts';

/**
 * How long to wait after so many failures in a row, in milliseconds: twice as long each time, with some chance in it
 * so that many clients don't come back together. What the server asks for goes first; the policy's longest wait holds
 * in either case.
 * @param failures at least 1
 * @param error the last one
 */
export function backOff(policy: RetryPolicy, failures: number, error?: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  const growing = policy.firstDelayMs * 2 ** (failures - 1) * (0.75 + Math.random() / 2);
  return Math.min(asked === undefined ? growing : asked * 1000, policy.longestDelayMs);
}

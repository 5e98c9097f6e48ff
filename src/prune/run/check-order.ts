import type { ApiSession } from '../../cluster/session/api-session.ts';
import { formatDuration } from '../../engine/duration.ts';
import type { PruneOrder } from '../order.ts';

/** A plan that may not be carried out. Nothing has been changed. */
export class PlanRefusedError extends Error {
  override name = 'PlanRefusedError';
  readonly reason: 'incomplete' | 'otherCluster' | 'expired' | 'restored';

  constructor(reason: PlanRefusedError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** How old a plan may be when it is confirmed, in milliseconds. */
export const LONGEST_REVIEW_MS = 30 * 60_000;

/**
 * What was reviewed is what runs: refuses a plan of another cluster or context, an incomplete one, and one that is too
 * old.
 * @throws PlanRefusedError
 */
export function checkOrder({ plan }: PruneOrder, session: ApiSession, now: number): void {
  if (!plan.complete) {
    const missing = plan.missing.map((list) => list.resource).join(', ');
    throw new PlanRefusedError(
      'incomplete',
      `this plan is incomplete (missing: ${missing}), so it can’t be carried out: what it doesn’t see may be in use. Make it with the rights of system:image-pruner`,
    );
  }
  const { context } = session.target;
  if (plan.origin?.server !== session.server || plan.origin.context !== context) {
    throw new PlanRefusedError(
      'otherCluster',
      `this plan was made for the context ${JSON.stringify(plan.origin?.context ?? '')} (${plan.origin?.server ?? 'unknown server'}), not for ${JSON.stringify(context)} (${session.server}). Make a new one`,
    );
  }
  const age = now - Date.parse(plan.now);
  if (!(age <= LONGEST_REVIEW_MS)) {
    throw new PlanRefusedError(
      'expired',
      `this plan was made ${formatDuration(Math.round(age / 1000) * 1000)} ago, and a plan may be carried out for ${formatDuration(LONGEST_REVIEW_MS)}. Make a new one`,
    );
  }
}

/** Why a run that was restored isn't resumed. */
export function restoredInWords(run: string): string {
  return `the run ${run} was restored, so it can’t be resumed: make a new prune, which decides on what is there now`;
}

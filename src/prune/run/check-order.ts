import type { ApiSession } from '../../cluster/session/api-session.ts';
import { formatDuration } from '../../engine/duration.ts';
import { type Said, SaidError, said } from '../../engine/said.ts';
import type { PruneOrder } from '../order.ts';

/** A plan that may not be carried out. Nothing has been changed. */
export class PlanRefusedError extends SaidError {
  override name = 'PlanRefusedError';
  readonly reason: 'incomplete' | 'otherCluster' | 'expired' | 'restored';

  constructor(reason: PlanRefusedError['reason'], message: Said) {
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
      said(
        'this plan is incomplete (missing: {0}), so it can’t be carried out: what it doesn’t see may be in use. Make it with the rights of system:image-pruner',
        missing,
      ),
    );
  }
  const { context } = session.target;
  if (plan.origin?.server !== session.server || plan.origin.context !== context) {
    throw new PlanRefusedError(
      'otherCluster',
      said(
        'this plan was made for the context {0} ({1}), not for {2} ({3}). Make a new one',
        JSON.stringify(plan.origin?.context ?? ''),
        plan.origin?.server ?? said('unknown server'),
        JSON.stringify(context),
        session.server,
      ),
    );
  }
  const age = now - Date.parse(plan.now);
  if (!(age <= LONGEST_REVIEW_MS)) {
    throw new PlanRefusedError(
      'expired',
      said(
        'this plan was made {0} ago, and a plan may be carried out for {1}. Make a new one',
        formatDuration(Math.round(age / 1000) * 1000),
        formatDuration(LONGEST_REVIEW_MS),
      ),
    );
  }
}

/** Why a run that was restored isn't resumed. */
export function restoredInWords(run: string): Said {
  return said(
    'the run {0} was restored, so it can’t be resumed: make a new prune, which decides on what is there now',
    run,
  );
}

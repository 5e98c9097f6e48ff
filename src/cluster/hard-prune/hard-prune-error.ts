import { SaidErrorOf } from '../../engine/said.ts';

/** What stood in the way of a hard prune. */
export type HardPruneProblem =
  | 'forbidden'
  /** The operator doesn’t manage the registry, so nothing would switch it read-only. */
  | 'not-managed'
  | 'changed'
  | 'timeout'
  | 'cancelled'
  /** The registry’s own program failed, or it isn’t known how it ended. */
  | 'failed'
  | 'busy';

/** A hard prune was not done, or not to its end. The message says what was. */
export class HardPruneError extends SaidErrorOf<HardPruneProblem> {
  override readonly name = 'HardPruneError';
}

import type { PlanBytes } from '../../engine/plan.ts';
import type { Deleted } from '../../engine/steps.ts';
import type { Outcome } from '../carry-out.ts';
import type { Protection } from '../guard/protections.ts';
import type { EndState } from '../journal/entries.ts';
import type { PruneOrder } from '../order.ts';

/** What a run came to. Plain JSON. */
export interface RunReport {
  kind: 'PruneReport';
  version: 1;
  run: string;
  /** `failed`: everything was tried, and some of it failed. `stopped`: it could not go on. */
  state: EndState;
  /** Why it stopped. */
  why?: string;
  planned: Deleted;
  done: Deleted;
  bytes: Pick<PlanBytes, 'freed' | 'unknownSizes'> & { freedNow: number };
  /** In the words of the reference command. */
  failures: readonly string[];
  /** Failures that have the same cause, the most frequent first. */
  causes: readonly { cause: string; failures: number }[];
  /** What was taken out of the run because something names it by now. */
  protected: readonly Protection[];
  /** Images of the plan that stay: protected, still named, or in a stream that failed. */
  leftAlone: readonly string[];
  /** Blobs are gone that the registry's cache may still believe in. */
  rolloutOwed: boolean;
}

/** Puts together what was planned and what was done. */
export function reportOf(
  run: string,
  order: PruneOrder,
  outcome: Outcome,
  protections: readonly Protection[],
  rolloutOwed: boolean,
): RunReport {
  const { counts, bytes } = order.plan;
  const { images, tagItems, streams, layerLinks, manifestLinks, blobs } = counts;
  return {
    kind: 'PruneReport',
    version: 1,
    run,
    state: stateOf(outcome),
    ...(outcome.stoppedBy ? { why: outcome.stoppedBy.message } : {}),
    planned: { images, tagItems, streams, layerLinks, manifestLinks, blobs },
    done: outcome.deleted,
    bytes: { freed: bytes.freed, unknownSizes: bytes.unknownSizes, freedNow: outcome.freedBytes },
    failures: outcome.failures.map((failure) => failure.message),
    causes: causesOf(outcome),
    protected: protections,
    leftAlone: outcome.leftAlone,
    rolloutOwed,
  };
}

function stateOf({ cancelled, stoppedBy, failures }: Outcome): EndState {
  if (stoppedBy) return 'stopped';
  if (cancelled) return 'cancelled';
  return failures.length > 0 ? 'failed' : 'done';
}

function causesOf({ failures }: Outcome): RunReport['causes'] {
  const counts = new Map<string, number>();
  for (const { cause } of failures) {
    const text = cause instanceof Error ? cause.message : String(cause);
    // What differs only in whom it happened to has one cause.
    const key = text.replace(/sha256:[0-9a-f]{64}/g, 'sha256:…');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([cause, count]) => ({ cause, failures: count }))
    .sort((a, b) => b.failures - a.failures || (a.cause < b.cause ? -1 : 1));
}

import type { PlanBytes } from '../../engine/plan.ts';
import { type Said, wordsOf } from '../../engine/said.ts';
import type { Deleted } from '../../engine/steps.ts';
import { failureOf, type Outcome } from '../carry-out.ts';
import { type Cause, causesOf, failureInWords } from '../failure.ts';
import type { Protection } from '../guard/protections.ts';
import type { EndState } from '../journal/entries.ts';
import type { PruneOrder } from '../order.ts';

/** What a run came to. Plain data; its JSON for machines has the words in English. */
export interface RunReport {
  kind: 'PruneReport';
  version: 1;
  run: string;
  /** `failed`: everything was tried, and some of it failed. `stopped`: it could not go on. */
  state: EndState;
  /** Why it stopped. */
  why?: Said;
  planned: Deleted;
  done: Deleted;
  bytes: Pick<PlanBytes, 'freed' | 'unknownSizes'> & { freedNow: number };
  /** In English as the reference command says it. */
  failures: readonly Said[];
  /** Failures that have the same cause, the most frequent first. */
  causes: readonly Cause[];
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
  const failures = outcome.failures.map(failureOf);
  const { images, tagItems, streams, layerLinks, manifestLinks, blobs } = counts;
  return {
    kind: 'PruneReport',
    version: 1,
    run,
    state: stateOf(outcome),
    ...(outcome.stoppedBy ? { why: wordsOf(outcome.stoppedBy) } : {}),
    planned: { images, tagItems, streams, layerLinks, manifestLinks, blobs },
    done: outcome.deleted,
    bytes: { freed: bytes.freed, unknownSizes: bytes.unknownSizes, freedNow: outcome.freedBytes },
    failures: failures.map(failureInWords),
    causes: causesOf(failures),
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

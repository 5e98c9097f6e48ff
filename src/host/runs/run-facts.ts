import type { PlanOrigin } from '../../engine/plan.ts';
import type { Said } from '../../engine/said.ts';
import type { Deleted } from '../../engine/steps.ts';
import type { RunRegistry } from '../../prune/journal/journal.ts';
import { owesRollout, type RunProgress, stateOf } from '../../prune/journal/progress.ts';
import type { RunOverview } from '../../prune/journal/read-run.ts';
import type { RunState } from '../../shared/words/run-states.ts';

/** `interrupted`: its process ended without saying so. */
/** What a run came to, without the lists of its log: small enough to keep a thousand of them. */
export interface RunFacts {
  id: string;
  folder: string;
  /** RFC 3339. */
  startedAt: string;
  /** Which cluster it is of; null where the plan didn't say. */
  origin: PlanOrigin | null;
  /** null where only API objects are pruned. */
  registry: RunRegistry | null;
  state: RunState;
  /** Why it stopped. */
  why?: Said;
  planned: Deleted;
  done: Deleted;
  /** Planned images that are not deleted because something names them by now. */
  spared: number;
  plannedBytes: number;
  /** null where its process didn't come to say. */
  freedBytes: number | null;
  rolloutOwed: boolean;
  /** What became of the last rollout after it. */
  rollout?: { state: 'done' | 'failed' | 'left'; why?: Said; at: string };
  restored: boolean;
  /** Whether going on with it can delete more. */
  resumable: boolean;
  /** Whether it changed anything that could be put back. */
  restorable: boolean;
}

/** Sums a run up. */
export function factsOf({ folder, header, plan, progress, running }: RunOverview): RunFacts {
  const { ended, rollout, restored } = progress;
  const state = running ? 'running' : stateOf(progress);
  const { images, tagItems, streams, layerLinks, manifestLinks, blobs } = plan.counts;
  return {
    id: header.id,
    folder,
    startedAt: header.startedAt,
    origin: plan.origin,
    registry: header.registry,
    state,
    ...(ended?.why === undefined || running ? {} : { why: ended.why }),
    planned: { images, tagItems, streams, layerLinks, manifestLinks, blobs },
    done: deletedSoFar(progress),
    spared: [...progress.spared.keys()].filter((image) => !progress.images.has(image)).length,
    plannedBytes: plan.bytes.freed,
    freedBytes: ended?.freedBytes ?? null,
    rolloutOwed: owesRollout(progress),
    ...(rollout
      ? {
          rollout: {
            state: rollout.state,
            at: rollout.at,
            ...(rollout.why === undefined ? {} : { why: rollout.why }),
          },
        }
      : {}),
    restored,
    resumable: !running && !restored && state !== 'done',
    restorable: !running && (progress.trimming.size > 0 || progress.turns.size > 0),
  };
}

/** What a run's log says was deleted, counted as its report counts. */
export function deletedSoFar({ images, blobs, links, trimmed }: RunProgress): Deleted {
  const trims = [...trimmed.values()];
  const linksOf = (kind: string) => [...links.keys()].filter((key) => key.startsWith(`${kind} `)).length;
  return {
    // Objects that somebody else had deleted before don't count.
    images: [...images.values()].filter((gone) => !gone).length,
    tagItems: trims.reduce((sum, { items }) => sum + items, 0),
    streams: trims.filter(({ items }) => items > 0).length,
    layerLinks: linksOf('layerLink'),
    manifestLinks: linksOf('manifestLink'),
    blobs: blobs.size,
  };
}

/** What of the plan was not done, whether it can still be or not. */
export function leftOf({ planned, done }: Pick<RunFacts, 'planned' | 'done'>): Deleted {
  const left = (what: keyof Deleted) => Math.max(0, planned[what] - done[what]);
  return {
    images: left('images'),
    tagItems: left('tagItems'),
    streams: left('streams'),
    layerLinks: left('layerLinks'),
    manifestLinks: left('manifestLinks'),
    blobs: left('blobs'),
  };
}

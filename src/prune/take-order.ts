import type { Planner } from '../cluster/planner/planner.ts';
import type { PlanSummary } from '../engine/plan-parts.ts';
import type { PruneOrder } from './order.ts';

/** Takes what a plan removes out of the planner. */
export async function takeOrder(planner: Planner, plan: PlanSummary): Promise<PruneOrder> {
  const [streams, images, keptIndexes, blobs] = await Promise.all([
    all(planner.part('prunedStreams')),
    all(planner.part('prunedImages')),
    all(planner.part('keptIndexes')),
    all(planner.part('blobs')),
  ]);
  return { plan, streams, images, keptIndexes, blobs };
}

async function all<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}

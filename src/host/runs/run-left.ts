import { type Deleted, repositoryOf } from '../../engine/steps.ts';
import { linkKey, type RunProgress } from '../../prune/journal/progress.ts';
import type { PruneOrder } from '../../prune/order.ts';

/** What of a run's order was neither done nor found done, nor is protected by now. */
export interface RunLeft {
  counts: Deleted;
  /** Of the blobs whose size is known. */
  bytes: number;
  /** Digests of the images, in the order of the plan. */
  images: readonly string[];
}

/** What going on with a run would try, so far as its log can tell. */
export function leftOf(order: PruneOrder, progress: RunProgress): RunLeft {
  const { trimmed, goneStreams, links, blobs: done, spared } = progress;
  const counts: Deleted = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
  for (const stream of order.streams) {
    const repository = repositoryOf(stream);
    if (goneStreams.has(repository)) continue;
    const before = trimmed.get(repository);
    if (!before && stream.itemsToPrune > 0) {
      counts.streams++;
      counts.tagItems += stream.itemsToPrune;
    }
    // Once a stream is trimmed, its log says which links go with it.
    const { layerLinks, manifestLinks } = before ?? stream;
    const missing = (kind: 'layerLink' | 'manifestLink', digests: readonly string[]) =>
      digests.filter((digest) => !links.has(linkKey(kind, repository, digest))).length;
    counts.layerLinks += missing('layerLink', layerLinks);
    counts.manifestLinks += missing('manifestLink', manifestLinks);
  }
  const stays = new Set<string>();
  const images: string[] = [];
  for (const { name, blobs } of order.images) {
    if (progress.images.has(name)) continue;
    if (spared.has(name)) for (const digest of [name, ...blobs]) stays.add(digest);
    else images.push(name);
  }
  const blobs = order.blobs.filter(({ digest }) => !done.has(digest) && !stays.has(digest));
  counts.images = images.length;
  counts.blobs = blobs.length;
  return { counts, bytes: blobs.reduce((sum, { size }) => sum + (size ?? 0), 0), images };
}

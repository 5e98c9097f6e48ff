import { textAt } from '../../engine/shape.ts';
import { imagesWithTheirBlobs } from '../../engine/steps.ts';
import { distinctItems } from '../../prune/effects/stream-status.ts';
import { type RunProgress, stateOf } from '../../prune/journal/progress.ts';
import type { PruneOrder } from '../../prune/order.ts';

/** How many can come back at most, and how many are lost for good. */
export interface Outlook {
  back: number;
  lost: number;
}

/** What a restore can hope for. */
export interface RestoreOutlook {
  images: Outlook;
  /** Tag revisions. */
  items: Outlook;
}

/**
 * What could be put back of a run, by its order and its log: an image whose data was deleted is lost, and so is a tag
 * revision whose image is lost or whose links in its repository were deleted. What a run that didn’t come to
 * its end may have deleted counts as deleted. The servers are not asked, so that less may come back than hoped for.
 */
export function restoreOutlook(order: PruneOrder, progress: RunProgress): RestoreOutlook {
  const lostBlobs = lostBlobsOf(order, progress);
  const known = new Map(order.images.map((image) => [image.name, image]));
  const lostImages = new Set<string>();
  const images: Outlook = { back: 0, lost: 0 };
  for (const name of progress.turns) {
    const lost = [name, ...(known.get(name)?.blobs ?? [])].some((digest) => lostBlobs.has(digest));
    if (lost) lostImages.add(name);
    images[lost ? 'lost' : 'back']++;
  }
  const items: Outlook = { back: 0, lost: 0 };
  for (const [repository, saved] of progress.trimming) {
    const lostLinks = lostLinksOf(repository, progress);
    for (const { item } of distinctItems(saved)) {
      const needs = needsOf(textAt(item, 'image'), known);
      const lost = needs.some(
        (digest) => lostImages.has(digest) || lostBlobs.has(digest) || lostLinks.has(digest),
      );
      items[lost ? 'lost' : 'back']++;
    }
  }
  return { images, items };
}

function lostBlobsOf(order: PruneOrder, progress: RunProgress): Set<string> {
  const lost = new Set(progress.blobs.keys());
  if (!order.plan.options.pruneRegistry || stateOf(progress) === 'done') return lost;
  for (const { image, blobs } of imagesWithTheirBlobs(order)) {
    if (progress.turns.has(image.name)) for (const { digest } of blobs) lost.add(digest);
  }
  return lost;
}

function lostLinksOf(repository: string, progress: RunProgress): Set<string> {
  const lost = new Set<string>();
  for (const key of progress.links.keys()) {
    const [, of, digest] = key.split(' ');
    if (of === repository && digest) lost.add(digest);
  }
  const trimmed = progress.trimmed.get(repository);
  if (trimmed && stateOf(progress) !== 'done') {
    for (const digest of [...trimmed.layerLinks, ...trimmed.manifestLinks]) lost.add(digest);
  }
  return lost;
}

/** An image, its blobs, and the same of its members, so far as the order knows them. */
function needsOf(image: string, known: ReadonlyMap<string, PruneOrder['images'][number]>): string[] {
  const needs: string[] = [];
  const open = [image];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const plan = known.get(name);
    needs.push(name, ...(plan?.blobs ?? []));
    open.push(...(plan?.manifests ?? []));
  }
  return needs;
}

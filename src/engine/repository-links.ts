import type { Grounds, StreamDecision } from './decide-stream.ts';
import { membersOf } from './decide-stream.ts';
import type { ImageRecord } from './records.ts';

/** The links of one repository that go with a stream's pruned revisions. */
export interface RepositoryLinks {
  layerLinks: string[];
  manifestLinks: string[];
}

/**
 * Works out the layer links and manifest links to delete in a stream's repository: those that pruned revisions need
 * and no remaining one does (REFERENCE section 3, step 2). Counting every item up and the pruned ones down to zero, as
 * the reference does, comes to the same sets. Revisions whose Image object is missing count for nothing.
 *
 * Beyond the reference (`rules: 'extended'`): an index stands for its members too, on both sides, so that pruning it
 * removes their links, and keeping it protects them from the pruning of an image that shares their layers.
 */
export function linksToDelete(decision: StreamDecision, grounds: Grounds): RepositoryLinks {
  if (!grounds.options.pruneRegistry || decision.pruned === 0) return { layerLinks: [], manifestLinks: [] };
  const removed = new Set<ImageRecord>();
  const remaining = new Set<ImageRecord>();
  for (const tag of decision.tags) {
    for (const revision of tag.revisions) {
      const side = revision.verdict === 'prune' ? removed : remaining;
      for (const image of imagesBehind(revision.image, grounds)) side.add(image);
    }
  }
  const neededBlobs = new Set<number>();
  for (const image of remaining) for (const blob of image.blobs) neededBlobs.add(blob);
  const layerLinks = new Set<number>();
  const manifestLinks: string[] = [];
  for (const image of removed) {
    if (!remaining.has(image)) manifestLinks.push(image.name);
    for (const blob of image.blobs) if (!neededBlobs.has(blob)) layerLinks.add(blob);
  }
  const { blobs } = grounds.inventory;
  return { layerLinks: [...layerLinks].map((blob) => blobs.digestOf(blob)), manifestLinks };
}

function imagesBehind(name: string, grounds: Grounds): ImageRecord[] {
  const { images } = grounds.inventory;
  const image = images.get(name);
  if (!image) return [];
  if (grounds.options.rules === 'reference') return [image];
  const members = membersOf(image, grounds.inventory).flatMap((member) => images.get(member) ?? []);
  return [image, ...members];
}

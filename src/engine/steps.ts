import type { BlobPlan, Counts, ImagePlan, Plan, StreamPlan } from './plan.ts';

/** One deletion, as the reference command announces it. */
export type Step =
  | { kind: 'layerLink'; repository: string; digest: string }
  | { kind: 'tagItems'; repository: string; items: number }
  | { kind: 'manifestLink'; repository: string; digest: string }
  | { kind: 'blob'; digest: string }
  | { kind: 'image'; name: string };

/** The part of a stream that a prune changes. */
export type StreamDeletions = Pick<StreamPlan, 'layerLinks' | 'manifestLinks'> & { items: number };

/** A stream's repository as the registry and the messages name it. */
export function repositoryOf(stream: { namespace: string; name: string }): string {
  return `${stream.namespace}/${stream.name}`;
}

/** What is announced for one stream, in the order of REFERENCE section 3. */
export function stepsOfStream(repository: string, deletions: StreamDeletions): Step[] {
  return [
    ...deletions.layerLinks.map((digest): Step => ({ kind: 'layerLink', repository, digest })),
    ...(deletions.items > 0 ? [{ kind: 'tagItems', repository, items: deletions.items } as const] : []),
    ...deletions.manifestLinks.map((digest): Step => ({ kind: 'manifestLink', repository, digest })),
  ];
}

/** Every step of a plan, as it would go if nothing failed. */
export function* stepsOf(plan: Plan): Generator<Step> {
  for (const stream of plan.streams) {
    const { layerLinks, manifestLinks, itemsToPrune: items } = stream;
    yield* stepsOfStream(repositoryOf(stream), { layerLinks, manifestLinks, items });
  }
  for (const { image, blobs } of imagesWithTheirBlobs(plan)) {
    for (const { digest } of blobs) yield { kind: 'blob', digest };
    yield { kind: 'image', name: image.name };
  }
}

/**
 * The images that go, each with the blobs that go with it: a blob stands under the last image of the plan that holds
 * it, since only when all the others went may it go. An image's layers and config come before its manifest.
 */
export function* imagesWithTheirBlobs(
  plan: Pick<Plan, 'images' | 'blobs'>,
): Generator<{ image: ImagePlan; blobs: readonly BlobPlan[] }> {
  let start = 0;
  for (const image of plan.images) {
    if (image.verdict !== 'prune') continue;
    const end = start + image.blobsToDelete;
    yield { image, blobs: plan.blobs.slice(start, end) };
    start = end;
  }
}

/** The line for a step, in the words of the reference command. */
export function lineOf(step: Step): string {
  switch (step.kind) {
    case 'layerLink':
      return `Deleting layer link ${step.digest} in repository ${step.repository}`;
    case 'tagItems':
      return `Deleting ${step.items} items from image stream ${step.repository}`;
    case 'manifestLink':
      return `Deleting manifest link ${step.digest} in repository ${step.repository}`;
    case 'blob':
      return `Deleting blob ${step.digest}`;
    case 'image':
      return `Deleting image ${step.name}`;
  }
}

/** How many of each kind were or would be deleted. */
export type Deleted = Pick<
  Counts,
  'images' | 'tagItems' | 'streams' | 'layerLinks' | 'manifestLinks' | 'blobs'
>;

/** The closing line, in the words of the reference command. */
export function summaryLine(deleted: Deleted): string {
  const parts = [
    [deleted.images, 'deleted', 'image object(s)'],
    [deleted.tagItems, 'deleted', 'image stream tag item(s)'],
    [deleted.streams, 'updated', 'image stream(s)'],
    [deleted.layerLinks, 'deleted', 'layer link(s)'],
    [deleted.manifestLinks, 'deleted', 'manifest link(s)'],
    [deleted.blobs, 'deleted', 'blob(s)'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, verb, what]) => `${verb} ${count} ${what}`);
  return `Summary: ${said.length > 0 ? said.join(', ') : 'deleted 0 objects'}`;
}

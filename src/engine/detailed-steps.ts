import type { ImagePlan, Plan, RevisionPlan } from './plan.ts';
import { imagesWithTheirBlobs, repositoryOf, type Step, stepsOfStream } from './steps.ts';

/** A step with what explains it. */
export type DetailedStep =
  | (Step & { kind: 'layerLink' | 'manifestLink' })
  | (Step & { kind: 'tagItems'; namespace: string; revisions: readonly TaggedRevision[] })
  | (Step & { kind: 'blob'; size: number | null })
  | (Step & { kind: 'image'; image: Pick<ImagePlan, 'created' | 'reasons' | 'bytes'> });

/** A revision with the tag whose history it stands in. */
export interface TaggedRevision extends RevisionPlan {
  tag: string;
  /** Bytes of its image's blobs; null where its Image object is missing. */
  size: number | null;
}

/** A revision that stays, with the stream it stands in. */
export interface KeptRevision extends TaggedRevision {
  namespace: string;
  stream: string;
}

/** Every step of a plan, each with its reasons and bytes. */
export function* detailedSteps(plan: Plan): Generator<DetailedStep> {
  const sizes = sizesOfImages(plan);
  for (const stream of plan.streams) {
    const { layerLinks, manifestLinks, itemsToPrune: items, namespace } = stream;
    for (const step of stepsOfStream(repositoryOf(stream), { layerLinks, manifestLinks, items })) {
      if (step.kind === 'tagItems') {
        const revisions = taggedRevisions(stream.tags, sizes).filter((one) => one.verdict === 'prune');
        yield { ...step, namespace, revisions };
      } else if (step.kind === 'layerLink' || step.kind === 'manifestLink') yield step;
    }
  }
  for (const { image, blobs } of imagesWithTheirBlobs(plan)) {
    for (const blob of blobs) yield { kind: 'blob', ...blob };
    const { name, created, reasons, bytes } = image;
    yield { kind: 'image', name, image: { created, reasons, bytes } };
  }
}

/** Every revision that stays. */
export function* keptRevisions(plan: Plan): Generator<KeptRevision> {
  const sizes = sizesOfImages(plan);
  for (const { namespace, name: stream, tags } of plan.streams) {
    for (const revision of taggedRevisions(tags, sizes)) {
      if (revision.verdict === 'keep') yield { ...revision, namespace, stream };
    }
  }
}

/** Images that stay though no stream names them. */
export function* keptUnnamedImages(plan: Plan): Generator<ImagePlan> {
  for (const image of plan.images) {
    const named = image.reasons.some((reason) => reason.code === 'namedByStream');
    if (image.verdict === 'keep' && !named) yield image;
  }
}

function sizesOfImages(plan: Plan): Map<string, number> {
  return new Map(plan.images.map((image) => [image.name, image.bytes.total]));
}

function taggedRevisions(
  tags: Plan['streams'][number]['tags'],
  sizes: Map<string, number>,
): TaggedRevision[] {
  return tags.flatMap(({ tag, revisions }) =>
    revisions.map((revision) => ({ ...revision, tag, size: sizes.get(revision.image) ?? null })),
  );
}

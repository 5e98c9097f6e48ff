import type { BlobPlan, ImagePlan, Plan, StreamPlan } from '../engine/plan.ts';
import {
  type Deleted,
  imagesWithTheirBlobs,
  repositoryOf,
  type Step,
  stepsOfStream,
} from '../engine/steps.ts';

/** What became of a stream's tag histories. */
export type StreamOutcome =
  | {
      status: 'trimmed';
      /** Tag items removed just now. */
      items: number;
      /** Links of this repository that nothing remaining needs. */
      layerLinks: readonly string[];
      manifestLinks: readonly string[];
      /** Images that the plan took out of this stream but that it still names. */
      stillNamed: readonly string[];
    }
  /** The stream is not there any more. */
  | { status: 'gone' };

/** How a plan's steps are done. Each call rejects where its step failed; what is already gone counts as done. */
export interface Effects {
  /** Fetches the stream afresh, decides again within the plan and updates its status. */
  trimStream(stream: StreamPlan): Promise<StreamOutcome>;
  deleteLayerLink(repository: string, digest: string): Promise<void>;
  deleteManifestLink(repository: string, digest: string): Promise<void>;
  deleteBlob(digest: string): Promise<void>;
  /** Resolves to false where the Image object was gone before. */
  deleteImage(name: string): Promise<boolean>;
}

export interface StepFailure {
  kind: Step['kind'];
  /** The step's stream, where it has one. */
  repository?: string;
  /** The step's image or blob, where it has one. */
  digest?: string;
  cause: unknown;
  /** In the words of the reference command. */
  message: string;
}

export interface Outcome {
  deleted: Deleted;
  /** Bytes of the blobs that are gone now, as far as the API told their sizes. */
  freedBytes: number;
  failures: StepFailure[];
  /** Images of the plan that were left alone, because a stream still names them or they are protected now. */
  leftAlone: string[];
  /** True where the signal stopped it before everything was tried. */
  cancelled: boolean;
}

export interface CarryOutOptions {
  /** Runs the work items side by side; what it rejects with is a defect, not a failed step. */
  eachInParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void>;
  signal?: AbortSignal;
  /** Says of an image, right before its turn, whether it is protected after all. */
  isProtected?: (image: string) => boolean;
  /** Called before each step is tried. */
  onStep?: (step: Step) => void;
}

/**
 * Carries a plan out in the order of REFERENCE section 3: streams first (status, then layer links, then manifest
 * links), then images (blobs, then the object). A failed step never stops the others; nothing that the plan
 * doesn't name is deleted.
 */
export async function carryOut(plan: Plan, effects: Effects, options: CarryOutOptions): Promise<Outcome> {
  const run = new CarryingOut(plan, effects, options);
  await options.eachInParallel(
    plan.streams.filter((stream) => stream.itemsToPrune > 0),
    (stream) => run.pruneStream(stream),
  );
  await options.eachInParallel(
    plan.images.filter((image) => image.verdict === 'prune'),
    (image) => run.pruneImage(image),
  );
  return run.outcome();
}

class CarryingOut {
  readonly #effects: Effects;
  readonly #options: CarryOutOptions;
  readonly #ownedBlobs: Map<string, readonly BlobPlan[]>;
  readonly #holders: Map<string, string[]>;
  readonly #left = new Set<string>();
  readonly #failures: StepFailure[] = [];
  readonly #deleted: Deleted = {
    images: 0,
    tagItems: 0,
    streams: 0,
    layerLinks: 0,
    manifestLinks: 0,
    blobs: 0,
  };
  #freedBytes = 0;
  #cancelled = false;

  constructor(plan: Plan, effects: Effects, options: CarryOutOptions) {
    this.#effects = effects;
    this.#options = options;
    this.#ownedBlobs = new Map();
    for (const { image, blobs } of imagesWithTheirBlobs(plan)) {
      this.#ownedBlobs.set(image.name, blobs);
    }
    this.#holders = holdersOfBlobs(plan);
  }

  outcome(): Outcome {
    return {
      deleted: this.#deleted,
      freedBytes: this.#freedBytes,
      failures: this.#failures,
      leftAlone: [...this.#left].sort(),
      cancelled: this.#cancelled,
    };
  }

  async pruneStream(stream: StreamPlan): Promise<void> {
    const repository = repositoryOf(stream);
    if (this.#stopped()) return this.#leaveImagesOf(stream);
    let trimmed: StreamOutcome;
    try {
      trimmed = await this.#effects.trimStream(stream);
    } catch (cause) {
      this.#failures.push({
        kind: 'tagItems',
        repository,
        cause,
        message: `imagestream ${repository}: ${text(cause)}`,
      });
      return this.#leaveImagesOf(stream);
    }
    if (trimmed.status === 'gone') return;
    for (const image of trimmed.stillNamed) this.#left.add(image);
    this.#deleted.tagItems += trimmed.items;
    if (trimmed.items > 0) this.#deleted.streams++;
    for (const step of stepsOfStream(repository, trimmed)) this.#options.onStep?.(step);

    // These go even where the run is cancelled meanwhile: the history that named them is gone, so that no later
    // prune would find them.
    for (const digest of trimmed.layerLinks) {
      await this.#try(
        { kind: 'layerLink', repository, digest },
        `imagestream ${repository}: failed to delete layer link ${digest}`,
        () => this.#effects.deleteLayerLink(repository, digest),
      );
    }
    for (const digest of trimmed.manifestLinks) {
      await this.#try(
        { kind: 'manifestLink', repository, digest },
        `imagestream ${repository}: failed to delete manifest link ${digest}`,
        () => this.#effects.deleteManifestLink(repository, digest),
      );
    }
  }

  async pruneImage(image: ImagePlan): Promise<void> {
    const { name } = image;
    if (this.#stopped()) return;
    if (this.#isLeftAlone(name)) return;
    let gone = 0;
    let failed = 0;
    for (const { digest, size } of this.#ownedBlobs.get(name) ?? []) {
      if (this.#holders.get(digest)?.some((holder) => this.#isLeftAlone(holder))) continue;
      this.#options.onStep?.({ kind: 'blob', digest });
      const what = digest === name ? 'manifest blob' : 'blob';
      const done = await this.#try(
        { kind: 'blob', digest },
        `image ${name}: failed to delete ${what} ${digest}`,
        () => this.#effects.deleteBlob(digest),
      );
      if (done) {
        gone++;
        this.#freedBytes += size ?? 0;
      } else failed++;
    }
    if (gone === 0 && failed > 0) return;
    this.#options.onStep?.({ kind: 'image', name });
    await this.#try({ kind: 'image', name }, `image ${name}: failed to delete image ${name}`, () =>
      this.#effects.deleteImage(name),
    );
  }

  #stopped(): boolean {
    if (this.#options.signal?.aborted) this.#cancelled = true;
    return this.#cancelled;
  }

  #leaveImagesOf(stream: StreamPlan): void {
    for (const { revisions } of stream.tags) {
      for (const { verdict, image } of revisions) if (verdict === 'prune') this.#left.add(image);
    }
  }

  #isLeftAlone(image: string): boolean {
    if (this.#left.has(image)) return true;
    if (!this.#options.isProtected?.(image)) return false;
    this.#left.add(image);
    return true;
  }

  async #try(step: Step, message: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      const result = await work();
      if (result !== false) this.#count(step.kind);
      return true;
    } catch (cause) {
      this.#failures.push({
        kind: step.kind,
        ...('repository' in step ? { repository: step.repository } : {}),
        digest: step.kind === 'image' ? step.name : 'digest' in step ? step.digest : undefined,
        cause,
        message: `${message}: ${text(cause)}`,
      });
      return false;
    }
  }

  #count(kind: Step['kind']): void {
    if (kind === 'layerLink') this.#deleted.layerLinks++;
    else if (kind === 'manifestLink') this.#deleted.manifestLinks++;
    else if (kind === 'blob') this.#deleted.blobs++;
    else if (kind === 'image') this.#deleted.images++;
  }
}

function holdersOfBlobs(plan: Plan): Map<string, string[]> {
  const holders = new Map<string, string[]>(plan.blobs.map((blob) => [blob.digest, []]));
  for (const { verdict, name, blobs } of plan.images) {
    if (verdict !== 'prune') continue;
    for (const digest of [...blobs, name]) holders.get(digest)?.push(name);
  }
  return holders;
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

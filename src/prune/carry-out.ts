import type { BlobPlan, ImagePlan, Plan, StreamPlan } from '../engine/plan.ts';
import { type Said, said, verbatim, wordsOf } from '../engine/said.ts';
import { type Deleted, imagesWithTheirBlobs, repositoryOf, type Step } from '../engine/steps.ts';
import type { Failure } from './failure.ts';

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

/**
 * How a plan's steps are done. Each call rejects where its step failed; what is already gone counts as done. A step may
 * have to wait before its request is sent: `isWanted` is asked right then, and where it says no, the call rejects with
 * NotWantedError.
 */
export interface Effects {
  /** Fetches the stream afresh, decides again within the plan and updates its status. */
  trimStream(stream: StreamPlan, isWanted: () => boolean): Promise<StreamOutcome>;
  deleteLayerLink(repository: string, digest: string): Promise<void>;
  deleteManifestLink(repository: string, digest: string): Promise<void>;
  /** Called before the first deletion of an image's turn. */
  beginImage?(name: string): Promise<void>;
  /** Resolves to false where the blob was gone before. */
  deleteBlob(digest: string, isWanted: () => boolean): Promise<unknown>;
  /** Resolves to false where the Image object was gone before. */
  deleteImage(name: string, isWanted: () => boolean): Promise<boolean>;
}

export interface StepFailure {
  kind: Step['kind'];
  /** The step's stream, where it has one. */
  repository?: string;
  /** The step's image or blob, where it has one. */
  digest?: string;
  /** What was to be done: in English as the reference command says it. */
  what: Said;
  cause: unknown;
}

/** The reason of a failure, in words. */
export function failureOf({ what, cause }: StepFailure): Failure {
  return { what, cause: wordsOf(cause) };
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
  /** Why it stopped before everything was tried, where that was no cancellation. */
  stoppedBy?: Error;
}

/** Thrown by an effect that was not tried because the run has stopped: neither a deletion nor a failure. */
export class NotTriedError extends Error {
  override name = 'NotTriedError';

  /** @param cause what stopped the run */
  constructor(cause: Error) {
    super('the run has stopped', { cause });
  }
}

/** Thrown by an effect that was no longer wanted when its request was to be sent. */
export class NotWantedError extends Error {
  override name = 'NotWantedError';
}

export interface CarryOutOptions {
  /** Runs the work items side by side; what it rejects with is a defect, not a failed step. */
  eachInParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void>;
  signal?: AbortSignal;
  /** Awaited before the turn of each stream and each image; a rejection stops the run there. */
  beforeTurn?: () => Promise<void>;
  /** Says of an image, right before its turn, whether it is protected after all. */
  isProtected?: (image: string) => boolean;
  /** Says of a blob, right before its turn, whether an image needs it that the plan doesn't know. */
  isNeeded?: (blob: string) => boolean;
  /**
   * Whether a blob with a link that could not be deleted waits for it, and with the blob its image: a registry doesn't
   * find links any more whose data is gone (docs/REGISTRY-BEHAVIOUR.md). The reference deletes it all the same.
   */
  blobsWaitForLinks?: boolean;
}

/**
 * Carries a plan out in the order of REFERENCE section 3: streams first (status, then layer links, then manifest
 * links), then images (blobs, then the object). A failed step never stops the others; nothing that the plan
 * doesn't name is deleted.
 */
export async function carryOut(
  plan: Pick<Plan, 'streams' | 'images' | 'blobs'>,
  effects: Effects,
  options: CarryOutOptions,
): Promise<Outcome> {
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
  readonly #members: Map<string, readonly string[]>;
  readonly #left = new Set<string>();
  /** Digests with a link that is still there. */
  readonly #linked = new Set<string>();
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
  #stoppedBy: Error | undefined;

  constructor(plan: Pick<Plan, 'images' | 'blobs'>, effects: Effects, options: CarryOutOptions) {
    this.#effects = effects;
    this.#options = options;
    this.#ownedBlobs = new Map();
    for (const { image, blobs } of imagesWithTheirBlobs(plan)) {
      this.#ownedBlobs.set(image.name, blobs);
    }
    this.#holders = holdersOfBlobs(plan);
    const indexes = plan.images.filter(
      ({ verdict, manifests }) => verdict === 'prune' && manifests.length > 0,
    );
    this.#members = new Map(indexes.map(({ name, manifests }) => [name, manifests]));
  }

  outcome(): Outcome {
    return {
      deleted: this.#deleted,
      freedBytes: this.#freedBytes,
      failures: this.#failures,
      leftAlone: [...this.#left].sort(),
      cancelled: this.#cancelled,
      ...(this.#stoppedBy ? { stoppedBy: this.#stoppedBy } : {}),
    };
  }

  async pruneStream(stream: StreamPlan): Promise<void> {
    const repository = repositoryOf(stream);
    if (await this.#stopped()) return this.#leaveImagesOf(stream);
    let trimmed: StreamOutcome;
    try {
      trimmed = await this.#effects.trimStream(stream, this.#isGoingOn);
    } catch (cause) {
      if (this.#wasNotTried(cause)) return this.#leaveImagesOf(stream);
      this.#failures.push({
        kind: 'tagItems',
        repository,
        what: verbatim(`imagestream ${repository}`),
        cause,
      });
      return this.#leaveImagesOf(stream);
    }
    if (trimmed.status === 'gone') return;
    for (const image of trimmed.stillNamed) this.#leave(image);
    this.#deleted.tagItems += trimmed.items;
    if (trimmed.items > 0) this.#deleted.streams++;

    // These go even where the run is cancelled meanwhile: the history that named them is gone, so that no later
    // prune would find them.
    await Promise.all(
      trimmed.layerLinks.map((digest) =>
        this.#try(
          { kind: 'layerLink', repository, digest },
          said('imagestream {0}: failed to delete layer link {1}', repository, digest),
          () => this.#effects.deleteLayerLink(repository, digest),
        ),
      ),
    );
    await Promise.all(
      trimmed.manifestLinks.map((digest) =>
        this.#try(
          { kind: 'manifestLink', repository, digest },
          said('imagestream {0}: failed to delete manifest link {1}', repository, digest),
          () => this.#effects.deleteManifestLink(repository, digest),
        ),
      ),
    );
  }

  async pruneImage(image: ImagePlan): Promise<void> {
    const { name } = image;
    if (await this.#stopped()) return;
    if (this.#isLeftAlone(name)) return;
    try {
      await this.#effects.beginImage?.(name);
    } catch (cause) {
      if (this.#wasNotTried(cause)) return;
      throw cause;
    }
    let gone = 0;
    let failed = 0;
    let untried = 0;
    for (const { digest, size } of this.#ownedBlobs.get(name) ?? []) {
      if (!this.#mayGo(digest)) continue;
      if (this.#options.blobsWaitForLinks && this.#linked.has(digest)) {
        untried++;
        continue;
      }
      const done = await this.#try(
        { kind: 'blob', digest },
        digest === name
          ? said('image {0}: failed to delete manifest blob {1}', name, digest)
          : said('image {0}: failed to delete blob {1}', name, digest),
        async () => {
          const isWanted = () => this.#isGoingOn() && this.#mayGo(digest);
          if ((await this.#effects.deleteBlob(digest, isWanted)) !== false) this.#freedBytes += size ?? 0;
        },
      );
      if (done === 'done') gone++;
      else if (done === 'failed') failed++;
      else untried++;
    }
    if (untried > 0 || (gone === 0 && failed > 0)) return;
    await this.#try({ kind: 'image', name }, said('image {0}: failed to delete image {1}', name, name), () =>
      this.#effects.deleteImage(name, () => this.#isGoingOn() && !this.#isLeftAlone(name)),
    );
  }

  readonly #isGoingOn = () => !this.#options.signal?.aborted;

  /** Whether nobody needs a blob of the plan by now. */
  #mayGo(digest: string): boolean {
    if (this.#options.isNeeded?.(digest)) return false;
    return !this.#holders.get(digest)?.some((holder) => this.#isLeftAlone(holder));
  }

  async #stopped(): Promise<boolean> {
    if (this.#options.signal?.aborted) this.#cancelled = true;
    if (this.#cancelled || this.#stoppedBy) return true;
    try {
      await this.#options.beforeTurn?.();
    } catch (cause) {
      if (!this.#wasNotTried(cause) && !this.#options.signal?.aborted) this.#stoppedBy ??= asError(cause);
    }
    if (this.#options.signal?.aborted) this.#cancelled = true;
    return this.#cancelled || this.#stoppedBy !== undefined;
  }

  /** Whether a step was not tried, because the run has stopped or the step was not wanted any more. */
  #wasNotTried(cause: unknown): boolean {
    if (cause instanceof NotWantedError) {
      if (!this.#isGoingOn()) this.#cancelled = true;
      return true;
    }
    if (!(cause instanceof NotTriedError)) return false;
    this.#stoppedBy ??= asError(cause.cause);
    return true;
  }

  #leaveImagesOf(stream: StreamPlan): void {
    for (const { revisions } of stream.tags) {
      for (const { verdict, image } of revisions) if (verdict === 'prune') this.#leave(image);
    }
  }

  #isLeftAlone(image: string): boolean {
    if (!this.#left.has(image) && this.#options.isProtected?.(image)) this.#leave(image);
    return this.#left.has(image);
  }

  /** Leaves an image alone, and with an index its members. */
  #leave(image: string): void {
    if (this.#left.has(image)) return;
    this.#left.add(image);
    for (const member of this.#members.get(image) ?? []) this.#leave(member);
  }

  async #try(step: Step, what: Said, work: () => Promise<unknown>): Promise<'done' | 'failed' | 'untried'> {
    try {
      const result = await work();
      if (result !== false) this.#count(step.kind);
      return 'done';
    } catch (cause) {
      if (this.#wasNotTried(cause)) return 'untried';
      if (step.kind === 'layerLink' || step.kind === 'manifestLink') this.#linked.add(step.digest);
      this.#failures.push({
        kind: step.kind,
        ...('repository' in step ? { repository: step.repository } : {}),
        digest: step.kind === 'image' ? step.name : 'digest' in step ? step.digest : undefined,
        what,
        cause,
      });
      return 'failed';
    }
  }

  #count(kind: Step['kind']): void {
    if (kind === 'layerLink') this.#deleted.layerLinks++;
    else if (kind === 'manifestLink') this.#deleted.manifestLinks++;
    else if (kind === 'blob') this.#deleted.blobs++;
    else if (kind === 'image') this.#deleted.images++;
  }
}

function holdersOfBlobs(plan: Pick<Plan, 'images' | 'blobs'>): Map<string, string[]> {
  const holders = new Map<string, string[]>(plan.blobs.map((blob) => [blob.digest, []]));
  for (const { verdict, name, blobs } of plan.images) {
    if (verdict !== 'prune') continue;
    for (const digest of [...blobs, name]) holders.get(digest)?.push(name);
  }
  return holders;
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

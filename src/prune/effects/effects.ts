import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import type { StreamPlan } from '../../engine/plan.ts';
import { SaidError, said } from '../../engine/said.ts';
import { repositoryOf, type Step, stepsOfStream } from '../../engine/steps.ts';
import type { RegistryConnection } from '../../registry/client/registry-connection.ts';
import {
  type DeletionResult,
  deleteBlob,
  deleteLayerLink,
  deleteManifestLink,
} from '../../registry/client/registry-deletions.ts';
import { type Effects, NotWantedError, type StreamOutcome } from '../carry-out.ts';
import { linkKey, type RunProgress, type Trimmed } from '../journal/progress.ts';
import { imagePath } from './image-needs.ts';
import type { Recorder } from './recorder.ts';
import type { Server } from './server.ts';
import { type TrimParts, trimStream } from './trim-stream.ts';

/** The registry as a prune speaks to it. */
export interface PruneRegistry {
  connection: RegistryConnection;
  server: Server;
  /** The password; asked for every request, since it may expire. */
  token(): Promise<string>;
}

export interface EffectParts extends TrimParts {
  session: ApiSession;
  /** null where only API objects are pruned. */
  registry: PruneRegistry | null;
  journal: Recorder;
  /** What was done before, if this run goes on with an older one. */
  progress: RunProgress;
  /** The uid of each Image object as it was saved. */
  uids: ReadonlyMap<string, string>;
  /** Told of each step right before its first request is sent; of a stream's items once they are gone. */
  announce(step: Step): void;
}

type RegistryStep = Extract<Step, { kind: 'blob' | 'layerLink' | 'manifestLink' }>;

/** The deletions for real: on the servers, and in the journal. What the journal has already isn't done again. */
export class RealEffects implements Effects {
  readonly #parts: EffectParts;

  constructor(parts: EffectParts) {
    this.#parts = parts;
  }

  async trimStream(stream: StreamPlan, isWanted: () => boolean): Promise<StreamOutcome> {
    const { progress, announce } = this.#parts;
    const repository = repositoryOf(stream);
    if (progress.goneStreams.has(repository)) return { status: 'gone' };
    const before = progress.trimmed.get(repository);
    if (before && this.#hasItsLinks(before)) return { status: 'trimmed', ...before };
    // Links that were to go are decided on again: a push may rely on them by now.
    const outcome = await trimStream(stream, progress.trimming.get(repository) ?? [], isWanted, this.#parts);
    if (before) return outcome.status === 'gone' ? { status: 'trimmed', ...before } : outcome;
    if (outcome.status === 'trimmed') {
      for (const step of stepsOfStream(repository, { ...outcome, layerLinks: [], manifestLinks: [] })) {
        announce(step);
      }
    }
    return outcome;
  }

  deleteLayerLink(repository: string, digest: string): Promise<void> {
    return this.#deleteLink('layerLink', repository, digest, deleteLayerLink);
  }

  deleteManifestLink(repository: string, digest: string): Promise<void> {
    return this.#deleteLink('manifestLink', repository, digest, deleteManifestLink);
  }

  async beginImage(image: string): Promise<void> {
    const { progress, journal } = this.#parts;
    if (!progress.turns.has(image)) await journal.intend({ event: 'turn', image });
  }

  async deleteBlob(digest: string, isWanted: () => boolean): Promise<boolean> {
    const { progress, journal } = this.#parts;
    const before = progress.blobs.get(digest);
    if (before !== undefined) return !before;
    const { result, unanswered } = await this.#fromRegistry(
      { kind: 'blob', digest },
      (connection, password) => deleteBlob(connection, password, digest),
      isWanted,
    );
    // Also an earlier process of this run may have deleted it without having heard of it.
    const deleted = result === 'deleted' || unanswered || progress.began > 0;
    await journal.acknowledge({ event: 'blob', digest, gone: !deleted });
    return deleted;
  }

  async deleteImage(name: string, isWanted: () => boolean): Promise<boolean> {
    const { session, api, progress, journal, uids, announce } = this.#parts;
    const before = progress.images.get(name);
    if (before !== undefined) return !before;
    const announceOnce = once(() => announce({ kind: 'image', name }));
    const uid = uids.get(name);
    // An earlier process of this run may have deleted it without having heard of it.
    let unclear = progress.turns.has(name);
    let deleted: boolean;
    try {
      await api.ask(
        async () => {
          if (!isWanted()) throw new NotWantedError();
          announceOnce();
          const body = {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            gracePeriodSeconds: 0,
            ...(uid === undefined ? {} : { preconditions: { uid } }),
          };
          return await session.json({ method: 'DELETE', path: imagePath(name), body });
        },
        () => {
          unclear = true;
        },
      );
      deleted = true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      deleted = unclear;
    }
    await journal.acknowledge({ event: 'image', image: name, gone: !deleted });
    return deleted;
  }

  async #deleteLink(
    kind: 'layerLink' | 'manifestLink',
    repository: string,
    digest: string,
    remove: typeof deleteLayerLink,
  ): Promise<void> {
    const { progress, journal } = this.#parts;
    if (progress.links.has(linkKey(kind, repository, digest))) return;
    const { result } = await this.#fromRegistry({ kind, repository, digest }, (connection, password) =>
      remove(connection, password, repository, digest),
    );
    await journal.acknowledge({ event: kind, repository, digest, gone: result === 'gone' });
  }

  /** Asks the registry for a deletion as often as that takes, and writes down where it can't be told what came of it. */
  async #fromRegistry(
    step: RegistryStep,
    send: (connection: RegistryConnection, password: string) => Promise<DeletionResult>,
    isWanted: () => boolean = () => true,
  ): Promise<{ result: DeletionResult; unanswered: boolean }> {
    const { registry, journal, announce } = this.#parts;
    if (registry === null) throw new SaidError(said('this plan leaves the registry alone'));
    const { connection, server, token } = registry;
    const announceOnce = once(() => announce(step));
    let unanswered = false;
    try {
      const result = await server.ask(
        async () => {
          const password = await token();
          if (!isWanted()) throw new NotWantedError();
          announceOnce();
          return await send(connection, password);
        },
        () => {
          unanswered = true;
        },
      );
      return { result, unanswered };
    } catch (error) {
      const { kind: _, ...what } = step;
      if (unanswered) await journal.acknowledge({ event: 'unclear', ...what });
      throw error;
    }
  }

  #hasItsLinks({ repository, layerLinks, manifestLinks }: Trimmed): boolean {
    const { links } = this.#parts.progress;
    return (
      layerLinks.every((digest) => links.has(linkKey('layerLink', repository, digest))) &&
      manifestLinks.every((digest) => links.has(linkKey('manifestLink', repository, digest)))
    );
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import type { StreamPlan } from '../../engine/plan.ts';
import { repositoryOf, type Step, stepsOfStream } from '../../engine/steps.ts';
import type { RegistryConnection } from '../../registry/client/registry-connection.ts';
import {
  type DeletionResult,
  deleteBlob,
  deleteLayerLink,
  deleteManifestLink,
} from '../../registry/client/registry-deletions.ts';
import type { Effects, StreamOutcome } from '../carry-out.ts';
import { linkKey, type RunProgress } from '../journal/progress.ts';
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
  /** Told of each step right before it is tried. */
  announce(step: Step): void;
}

/** The deletions for real: on the servers, and in the journal. What the journal has already isn't done again. */
export class RealEffects implements Effects {
  readonly #parts: EffectParts;

  constructor(parts: EffectParts) {
    this.#parts = parts;
  }

  async trimStream(stream: StreamPlan): Promise<StreamOutcome> {
    const { progress, announce } = this.#parts;
    const repository = repositoryOf(stream);
    if (progress.goneStreams.has(repository)) return { status: 'gone' };
    const before = progress.trimmed.get(repository);
    if (before) return { status: 'trimmed', ...before };
    const outcome = await trimStream(stream, progress.trimming.get(repository) ?? [], this.#parts);
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
    if (!progress.turns.has(image)) await journal.record({ event: 'turn', image });
  }

  async deleteBlob(digest: string): Promise<void> {
    const { progress, journal, announce } = this.#parts;
    if (progress.blobs.has(digest)) return;
    announce({ kind: 'blob', digest });
    const { connection, server, token } = this.#registry();
    const result = await server.ask(async () => deleteBlob(connection, await token(), digest));
    await journal.record({ event: 'blob', digest, gone: result === 'gone' });
  }

  async deleteImage(name: string): Promise<boolean> {
    const { session, api, progress, journal, uids, announce } = this.#parts;
    const before = progress.images.get(name);
    if (before !== undefined) return !before;
    announce({ kind: 'image', name });
    const uid = uids.get(name);
    // An earlier process of this run may have deleted it without having heard of it.
    let unclear = progress.turns.has(name);
    let deleted: boolean;
    try {
      await api.ask(
        () =>
          session.json({
            method: 'DELETE',
            path: imagePath(name),
            body: {
              kind: 'DeleteOptions',
              apiVersion: 'v1',
              gracePeriodSeconds: 0,
              ...(uid === undefined ? {} : { preconditions: { uid } }),
            },
          }),
        () => {
          unclear = true;
        },
      );
      deleted = true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      deleted = unclear;
    }
    await journal.record({ event: 'image', image: name, gone: !deleted });
    return deleted;
  }

  async #deleteLink(
    kind: 'layerLink' | 'manifestLink',
    repository: string,
    digest: string,
    remove: typeof deleteLayerLink,
  ): Promise<void> {
    const { progress, journal, announce } = this.#parts;
    if (progress.links.has(linkKey(kind, repository, digest))) return;
    announce({ kind, repository, digest });
    const { connection, server, token } = this.#registry();
    const result: DeletionResult = await server.ask(async () =>
      remove(connection, await token(), repository, digest),
    );
    await journal.record({ event: kind, repository, digest, gone: result === 'gone' });
  }

  #registry(): PruneRegistry {
    const { registry } = this.#parts;
    if (registry === null) throw new Error('this plan leaves the registry alone');
    return registry;
  }
}

import { IMAGE_API } from '../../cluster/inventory/lists.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { MalformedAnswerError } from '../../cluster/session/malformed-answer.ts';
import { asSentence, type Said, said, saidTogether, wordsOf } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { imagesWithTheirBlobs } from '../../engine/steps.ts';
import { Gate } from '../effects/gate.ts';
import { ImageNeeds, imagePath } from '../effects/image-needs.ts';
import { DEFAULT_PATIENCE, type Patience, Server, Stop } from '../effects/server.ts';
import { distinctItems, hasItem } from '../effects/stream-status.ts';
import { streamPath } from '../effects/trim-stream.ts';
import type { SavedItem } from '../journal/entries.ts';
import { Journal } from '../journal/journal.ts';
import { type RunProgress, unclearIn } from '../journal/progress.ts';
import { readObjects, readOrder, readProgress } from '../journal/read-run.ts';
import type { PruneOrder } from '../order.ts';
import { checkOrder } from './check-order.ts';

/** What could be put back, and what could not. Plain JSON. */
export interface RestoreReport {
  run: string;
  images: number;
  items: number;
  /** Streams that got items back. */
  streams: number;
  /** The signal stopped it; it can be repeated. */
  cancelled: boolean;
  /** What is lost or failed, each with why. */
  impossible: readonly { what: string; why: Said }[];
}

export interface RestoreRequest {
  session: ApiSession;
  signal?: AbortSignal;
  patience?: Patience;
  now?: () => Date;
}

const CONFLICTS = 20;

/**
 * Puts Image objects and tag histories back as far as their data is still in the registry. What is there already stays
 * as it is, so that it can be repeated.
 * @throws PlanRefusedError for another cluster, RunBusyError, RunUnreadableError
 */
export async function restoreRun(folder: string, request: RestoreRequest): Promise<RestoreReport> {
  const { session, signal, now } = request;
  const { header, order } = await readOrder(folder);
  checkOrder(order, session, Date.parse(order.plan.now));
  const journal = await Journal.open(folder, header.id, now);
  try {
    const progress = await readProgress(folder);
    await journal.record({ event: 'restoring' });
    const patience = request.patience ?? DEFAULT_PATIENCE;
    const api = new Server(
      said('the API server {0}', session.server),
      new Gate(1, 1, signal),
      new Stop(),
      signal,
      patience,
    );
    const restoring = new Restoring(session, api, order, progress, signal);
    await restoring.images(folder);
    await restoring.streams();
    const report = { ...restoring.report, cancelled: signal?.aborted === true };
    await journal.record({ event: 'restored', items: report.items, images: report.images });
    return { run: header.id, ...report };
  } finally {
    await journal.close();
  }
}

class Restoring {
  readonly report = { images: 0, items: 0, streams: 0, impossible: [] as { what: string; why: Said }[] };
  readonly #session: ApiSession;
  readonly #api: Server;
  readonly #order: PruneOrder;
  readonly #progress: RunProgress;
  readonly #signal: AbortSignal | undefined;
  readonly #lostBlobs: Set<string>;
  readonly #lostImages = new Set<string>();
  readonly #needs: ImageNeeds;

  constructor(
    session: ApiSession,
    api: Server,
    order: PruneOrder,
    progress: RunProgress,
    signal: AbortSignal | undefined,
  ) {
    this.#session = session;
    this.#api = api;
    this.#order = order;
    this.#progress = progress;
    this.#signal = signal;
    this.#lostBlobs = lostBlobs(order, progress);
    this.#needs = new ImageNeeds(session, api, order.images);
  }

  /** Puts the Image objects back that this run deleted, but for those whose data is gone. */
  async images(folder: string): Promise<void> {
    const blobs = new Map(this.#order.images.map((image) => [image.name, [image.name, ...image.blobs]]));
    for await (const { kind, object } of readObjects(folder)) {
      if (this.#signal?.aborted) return;
      const name = textAt(objectAt(object, 'metadata'), 'name');
      if (kind !== 'Image' || !this.#progress.turns.has(name)) continue;
      const what = `image ${name}`;
      if ((blobs.get(name) ?? []).some((blob) => this.#lostBlobs.has(blob))) {
        this.#lostImages.add(name);
        this.#cannot(
          what,
          said('its data was deleted from the registry, or may have been; push or import it again'),
        );
        continue;
      }
      try {
        if (await this.#createImage(name, object)) this.report.images++;
      } catch (error) {
        this.#lostImages.add(name);
        this.#cannot(what, whyInWords(error, 'create images'));
      }
    }
  }

  /** Puts tag items back into the histories that this run took them out of. */
  async streams(): Promise<void> {
    for (const [repository, items] of this.#progress.trimming) {
      if (this.#signal?.aborted) return;
      try {
        const usable = await this.#usable(repository, items);
        const restored = await this.#insert(repository, usable);
        this.report.items += restored;
        if (restored > 0) this.report.streams++;
      } catch (error) {
        this.#cannot(`imagestream ${repository}`, whyInWords(error, 'update imagestreams/status'));
      }
    }
  }

  /** @returns whether it was not there */
  async #createImage(name: string, object: JsonObject): Promise<boolean> {
    const { resourceVersion: _r, uid: _u, creationTimestamp: _c, ...metadata } = objectAt(object, 'metadata');
    const body = { ...object, kind: 'Image', apiVersion: 'image.openshift.io/v1', metadata };
    const exists = await this.#api
      .ask(() => this.#session.json({ path: imagePath(name) }))
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return false;
          throw error;
        },
      );
    if (exists) return false;
    await this.#api.ask(() => this.#session.json({ method: 'POST', path: `${IMAGE_API}/images`, body }));
    return true;
  }

  /** The items whose images can still be pulled from this repository. */
  async #usable(repository: string, items: readonly SavedItem[]): Promise<SavedItem[]> {
    const lostLinks = lostLinksOf(repository, this.#progress);
    const usable: SavedItem[] = [];
    for (const item of distinctItems(items)) {
      const image = textAt(item.item, 'image');
      const what = `${repository}:${item.tag} → ${image}`;
      if (this.#lostImages.has(image)) {
        this.#cannot(what, said('its image could not be put back'));
        continue;
      }
      const { blobs, manifests } = await this.#needs.of([image]);
      if ([...blobs, ...manifests].some((digest) => lostLinks.has(digest) || this.#lostBlobs.has(digest))) {
        this.#cannot(
          what,
          said('the registry’s links to its data in this repository were deleted, or may have been'),
        );
      } else usable.push(item);
    }
    return usable;
  }

  /** @returns how many were not there */
  async #insert(repository: string, items: readonly SavedItem[]): Promise<number> {
    if (items.length === 0) return 0;
    const [namespace = '', name = ''] = repository.split('/');
    const path = streamPath({ namespace, name });
    for (let conflicts = 0; ; conflicts++) {
      const present = await this.#api.ask(() => this.#session.json({ path }));
      if (!isObject(present)) throw new MalformedAnswerError(said('the server’s answer is no object'));
      const missing = items.filter((item) => !hasItem(present, item));
      if (missing.length === 0) return 0;
      const body = withItems(present, missing);
      try {
        await this.#api.ask(() => this.#session.json({ method: 'PUT', path: `${path}/status`, body }));
        return missing.length;
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 409 && conflicts < CONFLICTS)) throw error;
      }
    }
  }

  #cannot(what: string, why: Said): void {
    this.report.impossible.push({ what, why });
  }
}

/** Puts items into an ImageStream object's histories, each before the first that is older. */
export function withItems(stream: JsonObject, items: readonly SavedItem[]): JsonObject {
  const status = objectAt(stream, 'status');
  const tags = listAt(status, 'tags').filter(isObject);
  for (const { tag, item } of [...items].sort((a, b) => a.position - b.position)) {
    const place = tags.findIndex((entry) => textAt(entry, 'tag') === tag);
    const entry = tags[place];
    if (!entry) {
      tags.push({ tag, items: [item] });
      continue;
    }
    const all = listAt(entry, 'items');
    const older = all.findIndex(
      (other) => Date.parse(textAt(other, 'created')) < Date.parse(textAt(item, 'created')),
    );
    const at = older < 0 ? all.length : older;
    tags[place] = { ...entry, items: [...all.slice(0, at), item, ...all.slice(at)] };
  }
  return { ...stream, status: { ...status, tags } };
}

/** Blobs whose data this run deleted, or may have deleted without having heard of it. */
function lostBlobs(order: PruneOrder, progress: RunProgress): Set<string> {
  const lost = new Set([...progress.blobs.keys(), ...progress.unclear]);
  if (!order.plan.options.pruneRegistry) return lost;
  const unclear = unclearIn(progress);
  for (const { image, blobs } of imagesWithTheirBlobs(order)) {
    if (unclear.has(image.name)) for (const { digest } of blobs) lost.add(digest);
  }
  return lost;
}

/** Links of a repository that this run deleted, or may have deleted without having heard of it. */
function lostLinksOf(repository: string, progress: RunProgress): Set<string> {
  const lost = new Set<string>();
  for (const key of progress.links.keys()) {
    const [, of, digest] = key.split(' ');
    if (of === repository && digest) lost.add(digest);
  }
  for (const key of progress.unclear) {
    const [of, digest] = key.split(' ');
    if (of === repository && digest) lost.add(digest);
  }
  const trimmed = progress.trimmed.get(repository);
  if (trimmed && unclearIn(progress).has(repository)) {
    for (const digest of [...trimmed.layerLinks, ...trimmed.manifestLinks]) lost.add(digest);
  }
  return lost;
}

function whyInWords(error: unknown, right: string): Said {
  const words = wordsOf(error);
  const forbidden = error instanceof ApiError && error.status === 403;
  if (!forbidden) return words;
  const takes = said('Putting it back takes the right to {0}, which cluster-admin has.', right);
  return saidTogether(asSentence(words), takes);
}

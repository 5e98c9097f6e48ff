import { withRetry } from '../../cluster/inventory/retry.ts';
import { NotOpenShiftError } from '../../cluster/inventory/take-inventory.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { said } from '../../engine/said.ts';
import { listAt, objectAt, textAt } from '../../engine/shape.ts';
import { IMAGE_API, streamPath } from '../documents/object-path.ts';
import type { NamespaceEntry, RevisionEntry, StreamEntry, StreamsSource, TagEntry } from './entries.ts';
import { listNames, type ObjectName, SHORT_RETRY } from './metadata-list.ts';
import { Remembered } from './remembered.ts';
import { bytesOf, readStreamLayers, type StreamLayers } from './stream-layers.ts';

const PROJECTS = '/apis/project.openshift.io/v1/projects';

/** Where to look. */
export interface LiveScope {
  /** One namespace; null for every one that the user may see. */
  namespace: string | null;
  /** The context's own namespace, for a user who may not even list projects. */
  home: string | undefined;
}

/** The image streams of the cluster as they are now, each asked for when it is first looked at. It knows no verdicts. */
export class LiveSource implements StreamsSource {
  readonly #session: ApiSession;
  readonly #scope: LiveScope;
  readonly #everything = new Remembered<ReadonlyMap<string, readonly StreamEntry[]> | undefined>();
  readonly #projects = new Remembered<readonly string[]>();
  readonly #streams = new Remembered<readonly StreamEntry[]>();
  readonly #tags = new Remembered<readonly TagEntry[]>();
  readonly #layers = new Remembered<StreamLayers | undefined>();
  readonly #measured = new Map<string, StreamLayers>();
  #unreachable = false;

  constructor(session: ApiSession, scope: LiveScope) {
    this.#session = session;
    this.#scope = scope;
  }

  /**
   * The namespaces that hold image streams; for a user who may not list those of the whole cluster, all projects of theirs.
   * @throws NotOpenShiftError; ApiError 403 where the user may see nothing; ClusterUnreachableError
   */
  async namespaces(): Promise<readonly NamespaceEntry[]> {
    const { namespace } = this.#scope;
    if (namespace !== null) {
      const { length } = await this.streams(namespace);
      return length === 0 ? [] : [this.#entryOf(namespace, length)];
    }
    const everything = await this.#listEverything();
    if (everything) return [...everything].map(([name, streams]) => this.#entryOf(name, streams.length));
    const projects = await this.#projects.get('', () => this.#listProjects());
    return projects.map((name) => this.#entryOf(name, this.#streams.known(name)?.length ?? null));
  }

  /** The streams of a namespace. @throws ApiError, ClusterUnreachableError */
  streams(namespace: string): Promise<readonly StreamEntry[]> {
    return this.#streams.get(namespace, async () => {
      const everything = this.#scope.namespace === null ? await this.#listEverything() : undefined;
      if (everything) return everything.get(namespace) ?? [];
      return (await listStreams(this.#session, namespace)).map(streamEntry);
    });
  }

  /** The tags of a stream with their histories. @throws ApiError, ClusterUnreachableError */
  tags(namespace: string, stream: string): Promise<readonly TagEntry[]> {
    return this.#tags.get(`${namespace}/${stream}`, async () => {
      const path = streamPath(namespace, stream);
      const [object, layers] = await Promise.all([
        withRetry(() => this.#session.json({ path }), undefined, SHORT_RETRY),
        this.#layersOf(namespace, stream),
      ]);
      return tagsOf(object, layers);
    });
  }

  async ages(): Promise<ReadonlyMap<string, string | null>> {
    return new Map();
  }

  async bytesOf(namespace: string, stream: string): Promise<number | null> {
    const layers = await this.#layersOf(namespace, stream);
    return layers ? bytesOf(layers.blobs.keys(), layers.blobs) : null;
  }

  bytesOfAll(namespace: string): number | null {
    const streams = this.#streams.known(namespace);
    if (!streams) return null;
    const blobs = new Map<string, number>();
    for (const { name } of streams) {
      const layers = this.#measured.get(`${namespace}/${name}`);
      if (!layers) return null;
      for (const [digest, bytes] of layers.blobs) blobs.set(digest, bytes);
    }
    return bytesOf(blobs.keys(), blobs);
  }

  tagDeleted(namespace: string, stream: string): void {
    const key = `${namespace}/${stream}`;
    this.#tags.forget(key);
    this.#layers.forget(key);
    this.#measured.delete(key);
  }

  #entryOf(namespace: string, streams: number | null): NamespaceEntry {
    return { namespace, streams, bytes: this.bytesOfAll(namespace), decided: null };
  }

  /** Every stream by namespace, in one list; undefined where the user may not have it. */
  #listEverything(): Promise<ReadonlyMap<string, readonly StreamEntry[]> | undefined> {
    return this.#everything.get('', async () => {
      try {
        const names = await listStreams(this.#session, undefined);
        return Map.groupBy(names.map(streamEntry), ({ namespace }) => namespace);
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) return undefined;
        throw error;
      }
    });
  }

  async #listProjects(): Promise<string[]> {
    const { home } = this.#scope;
    try {
      const projects = await listNames(this.#session, PROJECTS);
      if (projects.length > 0) return projects.map(({ name }) => name);
    } catch (error) {
      const unknown = error instanceof ApiError && (error.status === 403 || error.status === 404);
      if (!unknown) throw error;
      if (home !== undefined) return [home];
    }
    // Says by which right they could be seen.
    await listStreams(this.#session, undefined);
    return [];
  }

  /** undefined where they can't be had: a stream can be looked at without its sizes. */
  #layersOf(namespace: string, stream: string): Promise<StreamLayers | undefined> {
    const key = `${namespace}/${stream}`;
    return this.#layers.get(key, async () => {
      if (this.#unreachable) return undefined;
      try {
        const path = `${streamPath(namespace, stream)}/layers`;
        const layers = readStreamLayers(await this.#session.json({ path }));
        this.#measured.set(key, layers);
        return layers;
      } catch (error) {
        // One server that doesn't answer is not asked for a hundred streams.
        if (!(error instanceof ApiError)) this.#unreachable = true;
        return undefined;
      }
    });
  }
}

/** @throws NotOpenShiftError where the cluster has no image streams at all */
async function listStreams(session: ApiSession, namespace: string | undefined): Promise<ObjectName[]> {
  const where = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  try {
    return await listNames(session, `${IMAGE_API}${where}/imagestreams`);
  } catch (error) {
    // A list is there even where it is empty: what is missing is the API.
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    throw new NotOpenShiftError(
      said(
        '{0} (context “{1}”) is not an OpenShift cluster: it has no image.openshift.io API, so it keeps no image streams. Choose another context.',
        session.server,
        session.target.context,
      ),
    );
  }
}

function streamEntry({ namespace, name, created }: ObjectName): StreamEntry {
  return { namespace, name, created, bytes: null, decided: null };
}

function tagsOf(stream: unknown, layers: StreamLayers | undefined): TagEntry[] {
  return listAt(objectAt(stream, 'status'), 'tags').map((history) => ({
    tag: textAt(history, 'tag'),
    decided: null,
    revisions: listAt(history, 'items').map((item, position): RevisionEntry => {
      const image = textAt(item, 'image');
      const size = layers?.images.get(image);
      return {
        position,
        image,
        created: textAt(item, 'created') || null,
        reference: textAt(item, 'dockerImageReference') || null,
        size: size ?? null,
        missing: size === null,
        decided: null,
      };
    }),
  }));
}

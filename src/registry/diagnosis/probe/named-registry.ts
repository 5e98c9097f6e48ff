import type { ApiSession } from '../../../cluster/session/api-session.ts';
import { type Said, said, wordsOf } from '../../../engine/said.ts';
import { listAt, objectAt, textAt } from '../../../engine/shape.ts';
import { streamRepositories } from '../../discovery/stream-repositories.ts';
import type { Unread } from '../registry-diagnosis.ts';

/** What the cluster’s objects say of the registry’s address (REFERENCE section 4). */
export interface RegistryNames {
  /** `dockerImageReference` of the youngest managed image, or null. */
  youngestManaged: string | null;
  /** `status.dockerImageRepository` of image streams. */
  repositories: readonly string[];
}

/** Names and annotations without manifests and layers, which are most of an image. */
const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const PAGE_SIZE = 500;
const API = '/apis/image.openshift.io/v1';

/**
 * Looks for what names the registry: the youngest managed image, then image streams. What can’t be read is no error.
 * @param namespace where streams are looked for by a user who may not look everywhere
 * @throws the signal’s reason
 */
export async function namedRegistry(
  session: Pick<ApiSession, 'json'>,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<{ names: RegistryNames; unread: Unread[] }> {
  const unread: Unread[] = [];
  const unlessUnread = async <T>(what: Said, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      unread.push({ what, why: wordsOf(error) });
      return undefined;
    }
  };
  const youngestManaged = await unlessUnread(said('images'), () => youngestManagedImage(session, signal));
  const everywhere = await unlessUnread(said('image streams of all namespaces'), () =>
    streamRepositories(session, null, signal),
  );
  const repositories =
    everywhere ??
    (await unlessUnread(said('image streams of {0}', namespace), () =>
      streamRepositories(session, namespace, signal),
    ));
  return { names: { youngestManaged: youngestManaged ?? null, repositories: repositories ?? [] }, unread };
}

async function youngestManagedImage(
  session: Pick<ApiSession, 'json'>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const path = `${API}/images`;
  const headers = { accept: NAMES_ONLY };
  let youngest = { name: '', created: '' };
  for (let token: string | undefined; token !== ''; ) {
    const query = { limit: String(PAGE_SIZE), continue: token };
    const page = await session.json({ path, query, headers, signal });
    for (const image of listAt(page, 'items')) {
      const metadata = objectAt(image, 'metadata');
      const managed = textAt(objectAt(metadata, 'annotations'), 'openshift.io/image.managed') === 'true';
      const created = textAt(metadata, 'creationTimestamp');
      // RFC 3339 in UTC: as texts they are in the order of time.
      if (managed && created > youngest.created) youngest = { name: textAt(metadata, 'name'), created };
    }
    token = textAt(objectAt(page, 'metadata'), 'continue');
  }
  if (youngest.name === '') return null;
  const image = await session.json({ path: `${path}/${encodeURIComponent(youngest.name)}`, signal });
  return textAt(image, 'dockerImageReference') || null;
}

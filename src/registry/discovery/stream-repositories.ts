import type { ApiSession } from '../../cluster/session/api-session.ts';
import { listAt, objectAt, textAt } from '../../engine/shape.ts';

/** A registry’s streams all name the same host, but for leftovers of another. */
const STREAMS_LOOKED_AT = 50;
const API = '/apis/image.openshift.io/v1';

/**
 * The `status.dockerImageRepository` of a few image streams, of those that have one.
 * @param namespace null: of all namespaces
 * @throws as the session does; the signal’s reason
 */
export async function streamRepositories(
  session: Pick<ApiSession, 'json'>,
  namespace: string | null,
  signal?: AbortSignal,
): Promise<string[]> {
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = { limit: String(STREAMS_LOOKED_AT) };
  const streams = await session.json({ path: `${API}${scope}/imagestreams`, query, signal });
  return listAt(streams, 'items')
    .map((stream) => textAt(objectAt(stream, 'status'), 'dockerImageRepository'))
    .filter((repository) => repository !== '');
}

import type { ApiSession } from '../../../cluster/session/api-session.ts';
import { type Said, said, withTexts, wordsOf } from '../../../engine/said.ts';
import { objectAt, textAt } from '../../../engine/shape.ts';
import { type PublishedAuthority, publishedAuthorities } from '../../authorities/published-authorities.ts';
import { type RegistryRoute, registryRoutes } from '../../discovery/registry-routes.ts';
import { REGISTRY_SERVICE } from '../../discovery/registry-service.ts';
import { plainText } from '../plain-text.ts';
import type { Unread } from '../registry-diagnosis.ts';

/** What the API says that a diagnosis of the registry needs. */
export interface ClusterFacts {
  /** undefined where they can’t be listed. */
  routes: readonly RegistryRoute[] | undefined;
  published: readonly PublishedAuthority[];
  /** How far the API server’s clock is ahead of ours, in milliseconds; null where it doesn’t say. */
  aheadMs: number | null;
  /** Who asks, as roles are granted to them; empty where the cluster doesn’t say. */
  user: string;
  unread: readonly Unread[];
}

/** What a session needs for it. */
export type FactsSession = Pick<ApiSession, 'json' | 'bytes'>;

/**
 * Asks the API for everything at once. What can’t be had is no error, but stands in `unread`.
 * @throws the signal’s reason
 */
export async function clusterFacts(
  session: FactsSession,
  signal: AbortSignal | undefined,
): Promise<ClusterFacts> {
  const unread: Unread[] = [];
  const unlessUnread = async <T>(what: Said, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      signal?.throwIfAborted();
      unread.push({ what, why: wordsOf(error) });
      return undefined;
    }
  };
  const inRoutes = said('the routes in {0}', REGISTRY_SERVICE.namespace);
  const [routes, authorities, aheadMs, user] = await Promise.all([
    unlessUnread(inRoutes, registryRoutes(session, { signal })),
    publishedAuthorities(session, { signal }),
    unlessUnread(said('the API server’s clock'), clockOf(session, signal)),
    ownName(session, signal).catch(() => ''),
  ]);
  signal?.throwIfAborted();
  if (routes?.length === 0) {
    unread.push({
      what: inRoutes,
      why: said('none leads to the service {0}', REGISTRY_SERVICE.service),
    });
  }
  for (const { name, url, why } of routes ?? []) {
    if (url) continue;
    unread.push({ what: said('the route {0}', plainText(name)), why: withTexts(why, plainText) });
  }
  for (const { name, namespace, configMap, why } of authorities.unread) {
    const what = configMap === '' ? name : said('{0}, ConfigMap {1} in {2}', name, configMap, namespace);
    unread.push({ what, why });
  }
  return { routes, published: authorities.found, aheadMs: aheadMs ?? null, user, unread };
}

/** Any answer says the time, a refusal too. */
async function clockOf(session: FactsSession, signal: AbortSignal | undefined): Promise<number | null> {
  const sent = Date.now();
  const { headers } = await session.bytes({ path: '/version', signal });
  const middle = (sent + Date.now()) / 2;
  const date = Date.parse(textAt(headers, 'date'));
  return Number.isNaN(date) ? null : date - middle;
}

/** A kubeconfig’s entry may be called anything; a role is granted to the name that the server knows. */
async function ownName(session: FactsSession, signal: AbortSignal | undefined): Promise<string> {
  const user = await session.json({ path: '/apis/user.openshift.io/v1/users/~', signal });
  return textAt(objectAt(user, 'metadata'), 'name');
}

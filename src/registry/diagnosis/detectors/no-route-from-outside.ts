import type { ConnectionFailure } from '../../client/connection-failure.ts';
import type { AddressFacts } from '../facts.ts';
import { apiObjectsOnly, exposeRoute, otherWays, runInCluster, useRoute } from '../fixes.ts';
import { isInsideCluster } from '../inside-cluster.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The address only means something inside the cluster, and no route leads to the registry from outside. */
export const noRouteFromOutside: Detector = {
  code: 'noRouteFromOutside',
  suppresses: ['noSuchHost', 'timeout', 'refused', 'proxy'],
  detect(facts, around) {
    const failure = unreached(facts);
    if (!failure || !isInsideCluster(facts.hostname) || around.routes.state === 'some') return undefined;
    const { state } = around.routes;
    return {
      message: messageOf(facts, failure.reference),
      arguments: {
        host: facts.hostname,
        routes: state,
        ...(around.tunnel === 'none' && !around.addressGiven ? { tunnel: 'none' } : {}),
      },
      fixes: [
        ...otherWays(facts, around),
        ...(state === 'unknown' ? [useRoute(around)] : []),
        runInCluster(),
        exposeRoute(),
        apiObjectsOnly(),
      ],
      rule: 'needsRoute',
    };
  },
};

/** A proxy outside the cluster knows the name as little; it says so with a 5xx. */
function unreached({ name, connect }: AddressFacts): ConnectionFailure | undefined {
  const failure = name?.failure ?? connect?.failure;
  if (!failure) return undefined;
  const byProxy = failure.kind === 'proxy' && (failure.proxyStatus ?? 0) >= 500;
  return failure.kind !== 'proxy' || byProxy ? failure : undefined;
}

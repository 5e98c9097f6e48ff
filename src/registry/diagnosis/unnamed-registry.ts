import type { Surroundings } from './facts.ts';
import type { Finding } from './finding.ts';
import { apiObjectsOnly, giveAddress, tunnelToService, useRoute } from './fixes.ts';

/** No image and no image stream names a registry, and no address was given (REFERENCE section 4). */
export function unnamedRegistry(around: Surroundings): Finding {
  return {
    code: 'noSuchHost',
    address: '',
    message: 'unable to find the remote registry host',
    arguments: { registry: 'unnamed', ...(around.namesUnread ? { unread: 'true' } : {}) },
    fixes: [
      ...(around.routeThatWorks === null ? [] : [useRoute(around)]),
      ...(around.tunnel === 'none' ? [] : [tunnelToService()]),
      giveAddress(),
      apiObjectsOnly(),
    ],
    rule: null,
  };
}

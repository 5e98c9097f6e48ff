import { isUnreachable } from '../client/connection-failure.ts';
import { isRegistryService } from '../discovery/registry-service.ts';
import type { AddressFacts } from './facts.ts';

/**
 * The address that a prune would use, or at which it would fail, by the rule of `findRegistry`: a given address is the
 * only one, but that a tunnel leads to the registry’s service where that is what was given. Otherwise it is the one that
 * the cluster’s objects name; where that can’t be reached from here, a route, the first that does; where none can be
 * reached, the tunnel. What answers wrongly ends the search.
 * @param all in the order in which a prune tries them
 * @returns undefined where there is none
 */
export function chosenAddress(all: readonly AddressFacts[]): AddressFacts | undefined {
  const from = (source: AddressFacts['source']) => all.filter((one) => one.source === source);
  const tunnel = from('tunnel').find((one) => !isUnreached(one));
  const [given] = from('given');
  if (given) return isUnreached(given) && isRegistryService(given) ? (tunnel ?? given) : given;
  const [named] = [...from('youngestImage'), ...from('streamRepository')];
  // Without a name no other address is looked for.
  if (!named || !isUnreached(named)) return named;
  const routes = from('route');
  const route = routes.find(({ connected }) => connected) ?? routes.find((one) => !isUnreached(one));
  return route ?? tunnel ?? named;
}

/** Whether nothing at all was reached there, so that a prune goes elsewhere. */
export function isUnreached({ connected, pings }: AddressFacts): boolean {
  return connected === null && pings.every(({ failure }) => failure !== null && isUnreachable(failure.kind));
}

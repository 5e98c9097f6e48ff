import { isUnreachable } from '../client/connection-failure.ts';
import type { AddressFacts } from './facts.ts';

/**
 * The address that a prune would use, or at which it would fail, by the rule of `findRegistry`: a given address is the
 * only one. Otherwise it is the one that the cluster’s objects name; where that can’t be reached from here, a route,
 * the first that does; where none can be reached, the tunnel. What answers wrongly ends the search.
 * @param all in the order in which a prune tries them
 * @returns its place; -1 where there is none
 */
export function chosenPlace(all: readonly AddressFacts[]): number {
  const chosen = chosenAddress(all);
  return chosen === undefined ? -1 : all.indexOf(chosen);
}

function chosenAddress(all: readonly AddressFacts[]): AddressFacts | undefined {
  const from = (source: AddressFacts['source']) => all.filter((one) => one.source === source);
  const [given] = from('given');
  if (given) return given;
  const named = [...from('youngestImage'), ...from('streamRepository')][0];
  // Without a name no other address is looked for.
  if (!named || named.connected || !isUnreached(named)) return named;
  const routes = from('route');
  const route = routes.find(({ connected }) => connected) ?? routes.find((one) => !isUnreached(one));
  if (route) return route;
  const [tunnel] = from('tunnel');
  return tunnel && (tunnel.connected || !isUnreached(tunnel)) ? tunnel : named;
}

/** Whether nothing at all was reached there, so that a prune goes elsewhere. */
function isUnreached({ pings }: AddressFacts): boolean {
  return pings.every(({ failure }) => failure !== null && isUnreachable(failure.kind));
}

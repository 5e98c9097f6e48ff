import { type AuthorityOffer, offerLines } from '../authorities/authority-offer.ts';
import type { RegistryUnreachableError } from '../client/registry-unreachable.ts';
import { nextSteps } from './next-steps.ts';

/** Where an address of the registry comes from. */
export type RegistrySource = 'given' | 'youngestImage' | 'streamRepository' | 'route' | 'tunnel';

/**
 * An address that did not do. `noAddress`: what should have named or opened one didn’t. `unreachable`: nothing was reached
 * there from here. `refuted`: something answered, but not as a registry that may be spoken to.
 */
export interface TriedAddress {
  source: RegistrySource;
  outcome: 'noAddress' | 'unreachable' | 'refuted';
  /** `host[:port]`; for `noAddress` what should have given one. */
  address: string;
  why: string;
}

/** How an address of a source is explained in a message. */
const SOURCES: Readonly<Record<RegistrySource, string>> = {
  given: 'given with --registry-url',
  youngestImage: 'named by the youngest image that was pushed',
  streamRepository: 'named by the image streams',
  route: 'a route',
  tunnel: 'through a tunnel',
};

/** No address of the registry may be used. `cause`: what the decisive one met. Nothing has been changed anywhere. */
export class RegistryNotFoundError extends Error {
  override name = 'RegistryNotFoundError';
  /** In the order in which they were tried. */
  readonly tried: readonly TriedAddress[];
  /** Where the registry’s authority is unknown: what could verify it. */
  readonly offer: AuthorityOffer | undefined;

  /** @param failure of the address that decided; undefined where there was no address to begin with */
  constructor(
    failure: RegistryUnreachableError | undefined,
    tried: readonly TriedAddress[],
    offer: AuthorityOffer | undefined = undefined,
  ) {
    const first =
      failure?.message ??
      'unable to find the remote registry host: no image was pushed to the registry, and no image stream names it. Give its address with --registry-url, or leave the registry alone with --prune-registry=false';
    // A wrong status is said without its address.
    const named = tried.length === 1 && first.includes(tried[0]?.address ?? '');
    const lines = [first, ...(named ? [] : triedLines(tried))];
    if (failure) lines.push(...(offer ? offerLines(offer) : []), ...nextSteps(failure, tried, offer));
    super(lines.join('\n'), failure === undefined ? undefined : { cause: failure });
    this.tried = tried;
    this.offer = offer;
  }
}

function triedLines(tried: readonly TriedAddress[]): string[] {
  if (tried.length === 0) return [];
  const lines = tried.map(({ source, outcome, address, why }) => {
    const explained = outcome === 'noAddress' ? '' : ` (${SOURCES[source]})`;
    return `  ${address}${explained}: ${why}`;
  });
  return ['Tried, in this order:', ...lines];
}

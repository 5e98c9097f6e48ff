import {
  inEnglish,
  type Said,
  SaidError,
  type SaidValue,
  said,
  saidInLines,
  wordsOf,
} from '../../engine/said.ts';
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
  address: SaidValue;
  why: SaidValue;
}

/** How an address of a source is explained in a message. */
const SOURCES: Readonly<Record<RegistrySource, Said>> = {
  given: said('given with --registry-url'),
  youngestImage: said('named by the youngest image that was pushed'),
  streamRepository: said('named by the image streams'),
  route: said('a route'),
  tunnel: said('through a tunnel'),
};

/** As the reference command says it (REFERENCE section 4). */
const NO_HOST = 'unable to find the remote registry host';

/** No address of the registry may be used. `cause`: what the decisive one met. Nothing has been changed anywhere. */
export class RegistryNotFoundError extends SaidError {
  override name = 'RegistryNotFoundError';
  /** In the order in which they were tried. */
  readonly tried: readonly TriedAddress[];
  /** Where the registry’s authority is unknown: what could verify it. */
  readonly offer: AuthorityOffer | undefined;
  /** The message’s first line: the cause. */
  readonly headline: Said;
  /** Then what was tried, line by line, where the first line doesn’t name it. */
  readonly triedInWords: readonly Said[];
  /** What to do, line by line, best first: the end of the message. */
  readonly advice: readonly Said[];

  /** @param failure of the address that decided; undefined where there was no address to begin with */
  constructor(
    failure: RegistryUnreachableError | undefined,
    tried: readonly TriedAddress[],
    offer: AuthorityOffer | undefined = undefined,
  ) {
    const first = failure
      ? wordsOf(failure)
      : said(
          '{0}: no image was pushed to the registry, and no image stream names it. Give its address with --registry-url, or leave the registry alone with --prune-registry=false',
          NO_HOST,
        );
    // A wrong status is said without its address.
    const named = tried.length === 1 && inEnglish(first).includes(inEnglish(tried[0]?.address ?? ''));
    const advice = failure ? [...(offer ? offerLines(offer) : []), ...nextSteps(failure, tried, offer)] : [];
    const inWords = named ? [] : triedLines(tried);
    super(
      saidInLines([first, ...inWords, ...advice]),
      failure === undefined ? undefined : { cause: failure },
    );
    this.headline = first;
    this.triedInWords = inWords;
    this.tried = tried;
    this.offer = offer;
    this.advice = advice;
  }
}

function triedLines(tried: readonly TriedAddress[]): Said[] {
  if (tried.length === 0) return [];
  const lines = tried.map(({ source, outcome, address, why }) =>
    outcome === 'noAddress'
      ? said('  {0}: {1}', address, why)
      : said('  {0} ({1}): {2}', address, SOURCES[source], why),
  );
  return [said('Tried, in this order:'), ...lines];
}

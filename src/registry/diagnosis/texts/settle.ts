import type { FindingCode } from '../finding.ts';
import { isInsideCluster } from '../inside-cluster.ts';
import { hostOf, subjectOf } from './place.ts';
import type { Recognised } from './recognised.ts';

/** Addresses with one and the same problem: more than anybody reads. */
const MOST_ADDRESSES = 20;
/** The reference lists 15 kinds. */
const MOST_RESOURCES = 20;

/** What a finding makes superfluous, at the same address. */
const SUPPRESSES: Readonly<Partial<Record<FindingCode, readonly FindingCode[]>>> = {
  interceptingProxy: ['selfSigned', 'wrongAuthorityGiven', 'unknownAuthority'],
  noRouteFromOutside: ['noSuchHost'],
  selfSigned: ['unknownAuthority'],
};
const AUTHORITY_CODES: readonly FindingCode[] = ['unknownAuthority', 'selfSigned'];

/** The option in a command or a manifest, not in advice about it. */
const AUTHORITY_GIVEN =
  /\b(?:oc|oadm|openshift|image-hygiene)\b[^\n]{0,500} --certificate-authority[= ]["']?[^\s"'-]|--certificate-authority=[^\s"'<]/;
/** Products that look into TLS and name themselves as the issuer of what they show instead. */
const INTERCEPTORS =
  /\b(?:issuer|issued by|candidate authority certificate)\b[ :="‘“']{0,4}(?<issuer>[^\n"’”]{0,200}?(?:Zscaler|Netskope|Forti(?:Gate|net)|Palo Alto Networks|Blue ?Coat|McAfee Web Gateway|Skyhigh|Sophos|Cisco Umbrella|WatchGuard|Check ?Point|Barracuda|mitmproxy|Charles Proxy|Fiddler|PortSwigger|Kaspersky|Untangle|iboss|Menlo Security|Forcepoint|Websense|Squid)[^\n"’”]{0,100})/i;

/**
 * What was read from the pieces of a text, in the light of the whole: an address for what names none, each problem once,
 * the authority that was given, the proxy that signs, and nothing that another finding explains.
 */
export function settled(all: readonly Recognised[], lines: readonly string[]): Recognised[] {
  const found = once(placed(all, lines).map(byAddress).map(byAuthority(all, lines)));
  const known = found.filter(({ code }) => code !== 'unknown');
  if (known.length === 0) return found.slice(0, 1);
  return known.filter((one) => !known.some((other) => suppresses(other, one)));
}

/** Gives what names no address the one that the whole text is about. */
function placed(all: readonly Recognised[], lines: readonly string[]): readonly Recognised[] {
  const isLost = (one: Recognised) => one.address === '' && one.arguments.server !== 'api';
  if (!all.some(isLost)) return all;
  const address = subjectOf(lines);
  return all.map((one) => (isLost(one) ? { ...one, address } : one));
}

const NO_ROUTE_CODES: Readonly<Record<string, string>> = {
  'no route to host': 'EHOSTUNREACH',
  'network is unreachable': 'ENETUNREACH',
  'host is down': 'EHOSTDOWN',
};

/** No way to an address that means something only inside the cluster is another matter than one that is lost. */
function byAddress(one: Recognised): Recognised {
  const { noRoute, phase, ...facts } = one.arguments;
  if (noRoute === undefined) return one;
  const why = NO_ROUTE_CODES[noRoute.toLowerCase()] ?? noRoute;
  const host = hostOf(one.address);
  if (!isInsideCluster(host)) return { ...one, arguments: { ...facts, phase: phase ?? 'connect', why } };
  return { ...one, code: 'noRouteFromOutside', arguments: { ...facts, host, why } };
}

/** The same code at the same address, or at none where it is known at one; what a user may not do, each by itself. */
function once(all: readonly Recognised[]): Recognised[] {
  const byCode = new Map<FindingCode, Map<string, Recognised>>();
  const addressed = all.filter(({ address }) => address !== '');
  const nowhere = all.filter(({ address }) => address === '');
  for (const one of [...addressed, ...nowhere]) {
    const known = byCode.get(one.code) ?? new Map<string, Recognised>();
    byCode.set(one.code, known);
    const { verb = '', user = '' } = one.arguments;
    const key = `${one.address} ${verb} ${user}`;
    const [first] = known;
    const [place, before] = key.trim() === '' && first ? first : [key, known.get(key)];
    if (before) known.set(place, merged(before, one));
    else if (known.size < MOST_ADDRESSES) known.set(key, one);
  }
  return [...byCode.values()].flatMap((known) => [...known.values()]);
}

/** The first says it; the others add what it doesn’t tell, and the resources that they are about. */
function merged(first: Recognised, { arguments: more }: Recognised): Recognised {
  const facts = { ...more, ...first.arguments };
  const resources = new Set(first.arguments.resource?.split(', '));
  if (more.resource !== undefined && resources.size < MOST_RESOURCES) resources.add(more.resource);
  if (resources.size > 0) facts.resource = [...resources].join(', ');
  return { ...first, arguments: facts };
}

/** Says more exactly what is wrong with an authority, where the text tells. */
function byAuthority(all: readonly Recognised[], lines: readonly string[]): (one: Recognised) => Recognised {
  const isConcerned = ({ code }: Recognised) => AUTHORITY_CODES.includes(code);
  if (!all.some(isConcerned)) return (one) => one;
  const issuer = interceptorIn(lines);
  const given = lines.some((line) => line.includes('--certificate-authority') && AUTHORITY_GIVEN.test(line));
  return (one) => {
    if (!isConcerned(one)) return one;
    if (issuer !== undefined) {
      return { ...one, code: 'interceptingProxy', arguments: { ...one.arguments, issuer } };
    }
    const wrong = given && one.code === 'unknownAuthority' && one.arguments.server !== 'api';
    return wrong ? { ...one, code: 'wrongAuthorityGiven' } : one;
  };
}

function interceptorIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const issuer = INTERCEPTORS.exec(line)?.groups?.issuer;
    if (issuer !== undefined) return issuer.trim();
  }
  return undefined;
}

function suppresses(other: Recognised, one: Recognised): boolean {
  if (other.code === one.code) return false;
  if (other.address !== one.address && other.address !== '' && one.address !== '') return false;
  const { status } = one.arguments;
  // The router’s page comes with its status, the proxy’s refusal too.
  if (other.code === 'routerUnavailable') return one.code === 'serverError' && (status ?? '503') === '503';
  if (other.code === 'proxy') return status !== undefined && status === other.arguments.status;
  return SUPPRESSES[other.code]?.includes(one.code) ?? false;
}

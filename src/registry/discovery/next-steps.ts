import { type Said, said, saidTogether } from '../../engine/said.ts';
import type { AuthorityOffer } from '../authorities/authority-offer.ts';
import type { ConnectionFailure } from '../client/connection-failure.ts';
import type { RegistryUnreachableError } from '../client/registry-unreachable.ts';
import type { TriedAddress } from './registry-not-found.ts';

/** Has the registry’s operator make the default route (REFERENCE section 4). */
export const EXPOSE_COMMAND =
  'oc patch configs.imageregistry.operator.openshift.io/cluster --type=merge -p \'{"spec":{"defaultRoute":true}}\'';

const WORKAROUND = said('Only as a workaround: --force-insecure, without --certificate-authority.');
const PROXY = said(
  'Check the proxy that HTTPS_PROXY or HTTP_PROXY names, or list the registry in NO_PROXY where it can be reached without.',
);
const ASK_HTTPS = said('It seems to speak HTTPS: put https:// in front of --registry-url.');

/** What to do about a registry that can’t be used, best first (REFERENCE section 6), line by line. */
export function nextSteps(
  failure: RegistryUnreachableError,
  tried: readonly TriedAddress[],
  offer: AuthorityOffer | undefined,
): Said[] {
  const stopped = failure.failures.some((met) => met?.kind === 'proxy');
  if (failure.unreachable) return [...(stopped ? [PROXY] : []), ...waysIn(tried)];
  if (offer) return offer.fitting ? [] : [WORKAROUND];
  // An answer says more than a failed handshake before it.
  const answered = failure.failures.includes(undefined);
  const met = answered ? undefined : failure.failures[0];
  return [met === undefined ? aboutStatus(failure) : aboutFailure(met)];
}

function waysIn(tried: readonly TriedAddress[]): Said[] {
  if (tried.some(({ source }) => source === 'given')) {
    return [
      said('Check the address and the network; or leave --registry-url out, so that a way is looked for.'),
    ];
  }
  return [
    said('Any of these makes a way to it:'),
    ...(tried.some(({ source, outcome }) => source === 'route' && outcome === 'unreachable')
      ? [said('  see to it that its route can be reached from here (name, network, firewall)')]
      : [said('  expose it: {0}', EXPOSE_COMMAND)]),
    said('  run this where it can be reached, such as in a pod of the cluster'),
    said('  give an address that can be reached from here with --registry-url'),
  ];
}

function aboutStatus({ requests }: RegistryUnreachableError): Said {
  const clear = requests.every(({ attempt }) => attempt.scheme === 'http');
  if (clear && requests.some(({ status }) => status === 400)) return ASK_HTTPS;
  return said(
    'What answers there is no registry, or one in trouble: check the address, and see its log: oc logs deployment/image-registry -n openshift-image-registry',
  );
}

function aboutFailure({ kind, code }: ConnectionFailure): Said {
  switch (kind) {
    case 'notTls':
      return said(
        'It speaks HTTP without TLS. Best: secure the registry. Otherwise: --force-insecure and an address without https://, which sends the token in clear text.',
      );
    case 'notHttp':
      return ASK_HTTPS;
    case 'certificate':
      return aboutCertificate(code);
    case 'unknownAuthority':
      return said('Give the authority that signed its certificate with --certificate-authority.');
    case 'silent':
      return said(
        'It may be overloaded: try again, and see its log: oc logs deployment/image-registry -n openshift-image-registry',
      );
    default:
      return said(
        'Check that this is the registry’s address, and what stands between here and it, such as a proxy or a firewall.',
      );
  }
}

function aboutCertificate(code: string): Said {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return saidTogether(
        said('Check this machine’s clock; if it is right, the registry’s certificate must be issued anew.'),
        WORKAROUND,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return said(
        'Give an address that its certificate names with --registry-url, or have the certificate issued for this one.',
      );
    default:
      return saidTogether(said('The registry’s certificate must be issued anew.'), WORKAROUND);
  }
}

import { certificatesIn, subjectOf } from '../authorities/certificates.ts';
import type { PublishedAuthority } from '../authorities/published-authorities.ts';
import { isRegistryService } from '../discovery/registry-service.ts';
import { chosenAddress, isUnreached } from './choose-address.ts';
import { organizationIn } from './detectors/missing-intermediate.ts';
import type { AddressFacts, PublishedPlace, Surroundings } from './facts.ts';
import { isRegistry } from './looks-like-registry.ts';
import { plainText } from './plain-text.ts';
import type { ClusterFacts } from './probe/cluster-facts.ts';
import { placeName, type Trust } from './probe/trust.ts';

/** What the user said, and what is known of the cluster. */
export interface Circumstances {
  /** When the probe began, milliseconds since the epoch. */
  now: number;
  addressGiven: boolean;
  authorityGiven: boolean;
  /** Who holds the token, where it isn’t the session’s user. */
  holder: string | undefined;
  cluster: ClusterFacts;
  trust: Trust;
  namesUnread: boolean;
}

/** What detectors know besides an address’s own facts. */
export function surroundings(
  { now, addressGiven, authorityGiven, holder, cluster, trust, namesUnread }: Circumstances,
  all: readonly AddressFacts[],
): Surroundings {
  const answers = (source: AddressFacts['source']) =>
    all.find((one) => one.source === source && isRegistry(one));
  const { routes } = cluster;
  const some = routes?.some(({ url }) => url !== undefined);
  return {
    now,
    clusterAheadMs: cluster.aheadMs,
    user: holder ?? cluster.user,
    authorityGiven,
    addressGiven,
    routes: { state: routes === undefined ? 'unknown' : some ? 'some' : 'none' },
    tunnel: tunnelAmong(all),
    namedThatWorks: (answers('youngestImage') ?? answers('streamRepository'))?.address ?? null,
    namesUnread,
    routeThatWorks: answers('route')?.address ?? null,
    trustedOrganizations: organizationsOf([trust.authority, trust.kubeconfig]),
    published: cluster.published.map(placeOf),
  };
}

function tunnelAmong(all: readonly AddressFacts[]): Surroundings['tunnel'] {
  const direct = all.filter(({ source }) => source !== 'tunnel');
  const tunnel = all.find((one) => one.source === 'tunnel' && isRegistry(one));
  if (!tunnel) return 'none';
  if (chosenAddress(all.filter(({ source }) => source !== 'given')) === tunnel) return 'byItself';
  // The service that is reached directly is never gone to in another way.
  return direct.some((one) => isRegistryService(one) && !isUnreached(one)) ? 'none' : 'byAddress';
}

function placeOf(one: PublishedAuthority): PublishedPlace {
  const { namespace, configMap, key, subjects } = one;
  return { name: placeName(one), namespace, configMap, key, subjects: plainText(subjects.join('; ')) };
}

function organizationsOf(pems: readonly (string | undefined)[]): string[] {
  return pems
    .flatMap((pem) => certificatesIn(pem ?? ''))
    .map((certificate) => organizationIn(subjectOf(certificate)))
    .filter((organization) => organization !== '');
}

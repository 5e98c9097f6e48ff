import type { ApiSession } from '../../../cluster/session/api-session.ts';
import type { RegistryUrl } from '../../address/registry-url.ts';
import { hostOf } from '../../client/registry-connection.ts';
import type { RegistryTunnel } from '../../discovery/find-registry.ts';
import { referenceHost } from '../../discovery/reference-host.ts';
import type { RegistryRoute } from '../../discovery/registry-routes.ts';
import { isRegistryService, REGISTRY_SERVICE } from '../../discovery/registry-service.ts';
import { type TransportPolicy, transportPolicy } from '../../transport/policy.ts';
import type { RegistryNames } from './named-registry.ts';
import type { Candidate } from './probe-address.ts';

/** Where addresses of the registry come from. */
export interface AddressSources {
  /** `--registry-url`, parsed; undefined where not given. */
  given: RegistryUrl | undefined;
  names: RegistryNames;
  routes: readonly RegistryRoute[];
  tunnel: RegistryTunnel | undefined;
}

/** In the order in which a prune tries them, each address once. */
export function candidatesFor({ given, names, routes, tunnel }: AddressSources): Candidate[] {
  const { youngestManaged, repositories } = names;
  const named = referenceHost(youngestManaged, repositories);
  const direct: Candidate[] = [
    ...(given ? [{ source: 'given' as const, url: given, address: hostOf(given) }] : []),
    ...(named ? [{ ...named, address: hostOf(named.url) }] : []),
    ...routes.flatMap(({ url }) => (url ? [{ source: 'route' as const, url, address: hostOf(url) }] : [])),
  ];
  const distinct = direct.filter(
    ({ address }, place) => direct.findIndex((other) => other.address === address) === place,
  );
  if (!tunnel) return distinct;
  const { host, port } = REGISTRY_SERVICE;
  const scheme = given && isRegistryService(given) ? given.scheme : null;
  const throughTunnel: Candidate = {
    source: 'tunnel',
    url: { scheme, hostname: tunnel.host, port: tunnel.port },
    address: `${host}:${port}`,
    serverName: host,
    through: tunnel.target,
  };
  return [...distinct, throughTunnel];
}

/** How an address may be spoken to (REFERENCE section 5). */
export function policyFor(
  session: Pick<ApiSession, 'target'>,
  { authority, forceInsecure }: { authority: string | undefined; forceInsecure: boolean },
  { url, serverName }: Candidate,
): TransportPolicy {
  return transportPolicy({
    authorityGiven: authority !== undefined,
    forced: forceInsecure,
    scheme: url.scheme,
    // A tunnel's end is this machine, but what is spoken to is the service.
    hostname: serverName ?? url.hostname,
    clusterInsecure: session.target.cluster.insecureSkipTlsVerify,
  });
}

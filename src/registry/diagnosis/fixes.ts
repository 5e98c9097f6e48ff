import { saveAuthorityCommand } from '../authorities/authority-offer.ts';
import { EXPOSE_COMMAND } from '../discovery/next-steps.ts';
import { REGISTRY_SERVICE } from '../discovery/registry-service.ts';
import { type AddressFacts, type PublishedPlace, type Surroundings, servedCertificate } from './facts.ts';
import type { Fix, FixCode } from './finding.ts';
import { shellWord } from './plain-text.ts';

const { namespace, service, host, port } = REGISTRY_SERVICE;
/** The secret with the registry’s serving certificate, which the service CA of OpenShift issues anew when it is gone. */
const SERVING_SECRET = 'image-registry-tls';
const SERVICE_SIGNER = 'openshift-service-serving-signer';

function fix(code: FixCode, more: Partial<Omit<Fix, 'code'>> = {}): Fix {
  return { code, risk: 'none', arguments: {}, ...more };
}

/** The whole way again, with another address. */
function diagnoseAt(address: string): string {
  return `image-hygiene diagnose --registry-url ${shellWord(address)}`;
}

/** @param issuer of the certificate; empty where it isn’t known */
export function giveAuthority(issuer: string): Fix {
  return fix('giveAuthority', { arguments: issuer === '' ? {} : { issuer } });
}

export function useClusterAuthority(place: PublishedPlace): Fix {
  const { configMap, key, subjects } = place;
  return fix('useClusterAuthority', {
    command: saveAuthorityCommand(place),
    arguments: { configMap, namespace: place.namespace, key, subjects, file: 'registry-ca.crt' },
  });
}

/** The route that answers, where one does; otherwise how to see which there are. */
export function useRoute({ routeThatWorks }: Surroundings): Fix {
  if (routeThatWorks === null) return fix('useRoute', { command: `oc get routes -n ${namespace}` });
  return fix('useRoute', { command: diagnoseAt(routeThatWorks), arguments: { address: routeThatWorks } });
}

export function exposeRoute(): Fix {
  return fix('exposeRoute', { risk: 'cluster', command: EXPOSE_COMMAND });
}

/** `itself`: a prune goes through it without being told to; `given`: it would, were no address given. */
function useTunnel({ tunnel, addressGiven }: Surroundings): Fix {
  if (tunnel === 'byAddress') return tunnelToService();
  if (!addressGiven) return fix('useTunnel', { arguments: { itself: 'true' } });
  return fix('useTunnel', { command: 'image-hygiene diagnose', arguments: { given: 'true' } });
}

/** By the address of the registry’s service, to which a tunnel leads from where it can’t be reached. */
export function tunnelToService(): Fix {
  const address = `${host}:${port}`;
  return fix('useTunnel', { command: diagnoseAt(address), arguments: { address } });
}

export function runInCluster(): Fix {
  return fix('runInCluster');
}

/** @param nearest with its port, as an address; empty where none of the names can be one */
export function useServedName(names: string, nearest: string): Fix {
  if (nearest === '') return fix('useServedName', { arguments: { names } });
  return fix('useServedName', { command: diagnoseAt(nearest), arguments: { names, nearest } });
}

export function renewCertificate(facts: AddressFacts): Fix {
  const issuer = servedCertificate(facts)?.issuer ?? '';
  const byService = issuer.includes(SERVICE_SIGNER);
  return fix('renewCertificate', {
    risk: 'cluster',
    ...(byService ? { command: `oc delete secret ${SERVING_SECRET} -n ${namespace}` } : {}),
    arguments: issuer === '' ? {} : { issuer },
  });
}

export function serveIntermediates(issuer: string): Fix {
  return fix('serveIntermediates', { risk: 'cluster', arguments: { issuer } });
}

export function secureRegistry(): Fix {
  return fix('secureRegistry', { risk: 'cluster' });
}

/** @param whose clock is wrong */
export function setClock(whose: 'machine' | 'registry'): Fix {
  return fix('setClock', { risk: whose === 'machine' ? 'none' : 'cluster', arguments: { whose } });
}

export function login(): Fix {
  return fix('login', { command: 'oc login' });
}

export function useServiceAccount(): Fix {
  const account = `${namespace}/pruner`;
  return fix('useServiceAccount', {
    command: `image-hygiene diagnose --as-service-account ${account}`,
    arguments: { account },
  });
}

export function grantPruner({ user }: Surroundings): Fix {
  return fix('grantPruner', {
    risk: 'cluster',
    command: `oc adm policy add-cluster-role-to-user system:image-pruner ${user === '' ? '<user>' : shellWord(user)}`,
    arguments: user === '' ? {} : { user },
  });
}

export function enableDeletion(): Fix {
  return fix('enableDeletion', {
    risk: 'cluster',
    command: `oc set env deployment/${service} -n ${namespace} REGISTRY_STORAGE_DELETE_ENABLED=true`,
  });
}

export function checkRegistryPods(): Fix {
  return fix('checkRegistryPods', { command: `oc get pods -n ${namespace}` });
}

export function checkProxy({ proxy }: AddressFacts): Fix {
  return fix('checkProxy', { arguments: proxy === null ? {} : { proxy } });
}

export function setNoProxy({ hostname }: AddressFacts): Fix {
  return fix('setNoProxy', {
    command: `export NO_PROXY="$NO_PROXY,${/^[\w.:-]+$/.test(hostname) ? hostname : '<host>'}"`,
    arguments: { host: hostname },
  });
}

/** `other`: nobody has given the address, so that there is none to be corrected. */
export function correctAddress({ source }: Pick<AddressFacts, 'source'> = { source: 'given' }): Fix {
  return fix('correctAddress', { arguments: source === 'given' ? {} : { other: 'true' } });
}

/** Where nothing names the registry. */
export function giveAddress(): Fix {
  return fix('correctAddress', { arguments: { missing: 'true' } });
}

/** @param works where a registry answers, without `--registry-url` */
function leaveAddressOut(works: string): Fix {
  return fix('correctAddress', { command: 'image-hygiene diagnose', arguments: { works } });
}

/** @param address without a scheme */
export function useHttps(address: string): Fix {
  const secure = `https://${address}`;
  return fix('useHttps', { command: diagnoseAt(secure), arguments: { address: secure } });
}

export function apiObjectsOnly(): Fix {
  return fix('apiObjectsOnly', {
    risk: 'cluster',
    command: 'image-hygiene prune images --prune-registry=false',
  });
}

/** Gives up verification: only where no file is given, and for HTTP only where the address doesn’t ask for https. */
export function forceInsecure({ scheme }: AddressFacts, { authorityGiven }: Surroundings): Fix {
  return fix('forceInsecure', {
    risk: 'insecure',
    arguments: {
      ...(authorityGiven ? { withoutFile: 'true' } : {}),
      ...(scheme === 'https' ? { withoutScheme: 'true' } : {}),
    },
  });
}

export function retry(): Fix {
  return fix('retry');
}

export function askForHelp(): Fix {
  return fix('askForHelp');
}

/** The ways past an address that can’t be reached, so far as they were seen to work. */
export function otherWays(facts: AddressFacts, around: Surroundings): Fix[] {
  const { namedThatWorks } = around;
  return [
    ...(facts.source === 'given' && namedThatWorks !== null ? [leaveAddressOut(namedThatWorks)] : []),
    ...(around.routeThatWorks !== null && around.routeThatWorks !== facts.address ? [useRoute(around)] : []),
    ...(around.tunnel !== 'none' && facts.source !== 'tunnel' ? [useTunnel(around)] : []),
  ];
}

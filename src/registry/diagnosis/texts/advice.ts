import { REGISTRY_SERVICE } from '../../discovery/registry-service.ts';
import type { PublishedPlace } from '../facts.ts';
import type { DocumentedRule, Finding, FindingCode, Fix, FixCode } from '../finding.ts';
import * as fixes from '../fixes.ts';
import { isInsideCluster } from '../inside-cluster.ts';
import { shellWord } from '../plain-text.ts';
import { hostOf } from './place.ts';

type Told = Pick<Finding, 'code' | 'address' | 'arguments'>;

/** The best first, what gives up verification or encryption last (REFERENCE section 6). */
const FIXES: Readonly<Record<FindingCode, readonly FixCode[]>> = {
  unknownAuthority: ['useClusterAuthority', 'giveAuthority', 'serveIntermediates', 'forceInsecure'],
  wrongAuthorityGiven: ['useClusterAuthority', 'giveAuthority', 'forceInsecure'],
  selfSigned: ['giveAuthority', 'renewCertificate', 'forceInsecure'],
  missingIntermediate: ['serveIntermediates', 'giveAuthority', 'forceInsecure'],
  expired: ['renewCertificate', 'setClock', 'forceInsecure'],
  notYetValid: ['setClock', 'renewCertificate', 'forceInsecure'],
  clockSkew: ['setClock'],
  nameMismatch: ['useServedName', 'renewCertificate', 'forceInsecure'],
  httpResponseToHttps: ['secureRegistry', 'correctAddress', 'forceInsecure'],
  malformedHttpResponse: ['useHttps', 'useClusterAuthority', 'giveAuthority'],
  refused: ['correctAddress', 'checkRegistryPods', 'useRoute', 'useTunnel', 'retry'],
  noSuchHost: ['correctAddress', 'useRoute', 'useTunnel'],
  noRouteFromOutside: ['useRoute', 'useTunnel', 'runInCluster', 'exposeRoute'],
  timeout: ['retry', 'checkProxy', 'useRoute', 'useTunnel', 'checkRegistryPods'],
  proxy: ['checkProxy', 'setNoProxy', 'useTunnel'],
  interceptingProxy: ['setNoProxy', 'giveAuthority', 'forceInsecure'],
  unauthorized: ['login', 'useServiceAccount'],
  forbidden: ['grantPruner', 'useServiceAccount'],
  deletionDisabled: ['enableDeletion', 'apiObjectsOnly'],
  routerUnavailable: ['checkRegistryPods', 'correctAddress', 'useTunnel', 'retry'],
  serverError: ['checkRegistryPods', 'retry'],
  wrongService: ['correctAddress', 'useRoute', 'checkProxy'],
  noToken: ['useServiceAccount', 'login'],
  tlsVersion: ['secureRegistry', 'checkProxy', 'correctAddress'],
  weakCertificate: ['renewCertificate', 'forceInsecure'],
  connectionCut: ['retry', 'checkProxy', 'checkRegistryPods'],
  unknown: ['askForHelp'],
};

const RULES: Readonly<Partial<Record<FindingCode, DocumentedRule>>> = {
  unknownAuthority: 'wrongAuthority',
  wrongAuthorityGiven: 'wrongAuthority',
  selfSigned: 'otherAuthority',
  missingIntermediate: 'otherAuthority',
  interceptingProxy: 'otherAuthority',
  expired: 'secureByDefault',
  notYetValid: 'secureByDefault',
  clockSkew: 'secureByDefault',
  nameMismatch: 'secureByDefault',
  weakCertificate: 'secureByDefault',
  tlsVersion: 'secureByDefault',
  httpResponseToHttps: 'insecureRegistry',
  malformedHttpResponse: 'secureRegistryInsecureClient',
  noRouteFromOutside: 'needsRoute',
  noToken: 'needsToken',
  unauthorized: 'needsToken',
  forbidden: 'needsPruner',
};

/** What does nothing for the way to the API server. */
const REGISTRY_ONLY: ReadonlySet<FixCode> = new Set([
  'giveAuthority',
  'useClusterAuthority',
  'serveIntermediates',
  'useServedName',
  'useRoute',
  'exposeRoute',
  'useTunnel',
  'runInCluster',
  'useHttps',
  'secureRegistry',
  'checkRegistryPods',
  'apiObjectsOnly',
  'forceInsecure',
]);
/** At the API server: what `oc login` sets right. */
const LOGGED_IN_WRONGLY: ReadonlySet<FindingCode> = new Set([
  'unknownAuthority',
  'selfSigned',
  'nameMismatch',
  'noSuchHost',
  'refused',
  'unauthorized',
]);

/** Where the authorities of every OpenShift are published. */
const SERVICE_AUTHORITY: PublishedPlace = {
  name: '',
  namespace: REGISTRY_SERVICE.namespace,
  configMap: 'openshift-service-ca.crt',
  key: 'service-ca.crt',
  subjects: '',
};
const ROUTE_AUTHORITY: PublishedPlace = {
  name: '',
  namespace: 'openshift-config-managed',
  configMap: 'default-ingress-cert',
  key: 'ca-bundle.crt',
  subjects: '',
};
/** What to do about a finding, in order, with commands where all that they need is known. */
export function fixesFor(told: Told): Fix[] {
  return codesFor(told).map((code) => fixOf(code, told));
}

/** The part of the documentation that speaks of a finding (REFERENCE sections 2, 5, 6 and 9). */
export function ruleFor({ code, arguments: facts }: Told): DocumentedRule {
  if (facts.server === 'api' && code !== 'forbidden') return null;
  // A registry answers 401, too, to whoever may not delete (REFERENCE section 9).
  if (code === 'unauthorized' && facts.deleting === 'true') return 'needsPruner';
  return RULES[code] ?? null;
}

function codesFor({ code, arguments: facts }: Told): readonly FixCode[] {
  if (code === 'unauthorized' && facts.deleting === 'true') return ['grantPruner', ...FIXES.unauthorized];
  if (facts.server === 'api' && code !== 'forbidden') {
    const others = FIXES[code].filter((one) => !REGISTRY_ONLY.has(one) && one !== 'login');
    return LOGGED_IN_WRONGLY.has(code) ? ['login', ...others] : others;
  }
  if (code === 'noSuchHost' && facts.registry === 'unnamed') {
    return ['correctAddress', 'useRoute', 'apiObjectsOnly'];
  }
  // Without a name in the certificate none can be used.
  if (code === 'nameMismatch' && facts.none === 'true') return ['renewCertificate', 'forceInsecure'];
  if (code === 'timeout' && facts.phase === 'connect') {
    return ['checkProxy', 'useRoute', 'useTunnel', 'runInCluster', 'retry'];
  }
  if (code === 'unknown' && facts.said !== undefined) return ['checkRegistryPods', 'askForHelp'];
  return FIXES[code];
}

function fixOf(code: FixCode, { code: finding, address, arguments: facts }: Told): Fix {
  const host = hostOf(address);
  const port = /:\d+$/.exec(address)?.[0] ?? '';
  switch (code) {
    case 'giveAuthority':
      return fixes.giveAuthority(facts.issuer ?? '');
    case 'useClusterAuthority':
      if (host === '') return { code, risk: 'none', arguments: {} };
      return fixes.useClusterAuthority(
        isInsideCluster(host) || port === `:${REGISTRY_SERVICE.port}` ? SERVICE_AUTHORITY : ROUTE_AUTHORITY,
      );
    case 'useRoute':
      return { code, risk: 'none', command: `oc get routes -n ${REGISTRY_SERVICE.namespace}`, arguments: {} };
    case 'exposeRoute':
      return fixes.exposeRoute();
    case 'useTunnel':
      return fixes.tunnelToService();
    case 'runInCluster':
      return fixes.runInCluster();
    case 'useServedName':
      return fixes.useServedName(facts.names ?? '', servedName(facts.names ?? '', port));
    case 'serveIntermediates':
      return fixes.serveIntermediates(facts.issuer ?? '');
    case 'secureRegistry':
      return fixes.secureRegistry();
    case 'setClock':
      return fixes.setClock('machine');
    case 'login':
      return fixes.login();
    case 'useServiceAccount':
      return fixes.useServiceAccount();
    case 'grantPruner':
      return {
        code,
        risk: 'cluster',
        command: `oc adm policy add-cluster-role-to-user system:image-pruner ${facts.user === undefined ? '<user>' : shellWord(facts.user)}`,
        arguments: facts.user === undefined ? {} : { user: facts.user },
      };
    case 'enableDeletion':
      return fixes.enableDeletion();
    case 'checkRegistryPods':
      return fixes.checkRegistryPods();
    case 'correctAddress':
      return fixes.correctAddress();
    case 'useHttps':
      return address === '' ? { code, risk: 'none', arguments: {} } : fixes.useHttps(address);
    case 'apiObjectsOnly':
      return fixes.apiObjectsOnly();
    case 'retry':
      return fixes.retry();
    case 'askForHelp':
      return fixes.askForHelp();
    case 'renewCertificate':
      return { code, risk: 'cluster', arguments: facts.issuer === undefined ? {} : { issuer: facts.issuer } };
    case 'checkProxy':
      return { code, risk: 'none', arguments: facts.proxy === undefined ? {} : { proxy: facts.proxy } };
    case 'setNoProxy':
      if (host === '') return { code, risk: 'none', arguments: {} };
      return { code, risk: 'none', command: `export NO_PROXY="$NO_PROXY,${host}"`, arguments: { host } };
    case 'forceInsecure':
      return {
        code,
        risk: 'insecure',
        arguments: finding === 'wrongAuthorityGiven' ? { withoutFile: 'true' } : {},
      };
  }
}

/** As an address; empty where there isn’t exactly one name that a host can have. */
function servedName(names: string, port: string): string {
  const hosts = names.split(', ').filter((name) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name));
  return hosts.length === 1 ? `${hosts[0]}${port}` : '';
}

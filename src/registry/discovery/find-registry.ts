import type { ApiSession } from '../../cluster/session/api-session.ts';
import { certificateAuthorityOf } from '../../cluster/session/tls-trust.ts';
import { type Said, said, wordsOf } from '../../engine/said.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import { type AuthorityOffer, authorityOffer } from '../authorities/authority-offer.ts';
import { certificatesIn } from '../authorities/certificates.ts';
import { AuthorityFileError } from '../authorities/read-authority-file.ts';
import {
  type ConnectionOptions,
  connectToRegistry,
  hostOf,
  type RegistryConnection,
} from '../client/registry-connection.ts';
import { RegistryUnreachableError } from '../client/registry-unreachable.ts';
import { type TransportPolicy, transportPolicy } from '../transport/policy.ts';
import { referenceHost } from './reference-host.ts';
import { RegistryNotFoundError, type RegistrySource, type TriedAddress } from './registry-not-found.ts';
import { type RegistryRoute, registryRoutes } from './registry-routes.ts';
import { isRegistryService, REGISTRY_SERVICE } from './registry-service.ts';

/** A way to the registry’s pod through the API server. */
export interface RegistryTunnel {
  host: string;
  port: number;
  /** What it leads to, such as `pod/image-registry-5d8f`. */
  target: string;
  close(): Promise<void>;
}

export interface RegistryQuestion {
  /** `--registry-url`, parsed; undefined where not given. */
  given: RegistryUrl | undefined;
  /** `dockerImageReference` of the youngest managed image, or null. */
  youngestManaged: string | null;
  /** `status.dockerImageRepository` of the streams, in any order; empty texts are passed over. */
  repositories: readonly string[];
  /** PEM text of `--certificate-authority`, undefined where not given. */
  authority: string | undefined;
  forceInsecure: boolean;
  /** Opens a tunnel to the registry’s service. */
  openTunnel: (service: { namespace: string; service: string; port: number }) => Promise<RegistryTunnel>;
  /** Ends the search; a registry that was found is not bound to it. */
  signal?: AbortSignal;
}

export interface FoundRegistry {
  connection: RegistryConnection;
  source: RegistrySource;
  /** `host[:port]` as people should see it: for a tunnel, the service. */
  address: string;
  /** What a tunnel leads to, such as `pod/image-registry-5d8f`; undefined for a direct connection. */
  through: string | undefined;
  /** The authorities that verified it: those of `--certificate-authority`, of the kubeconfig, of this machine; or nobody. */
  authoritySource: 'file' | 'kubeconfig' | 'machine' | 'none';
  /** What was tried before and why it did not do, in order. */
  tried: readonly TriedAddress[];
  /** Ends the connection, and the tunnel where there is one. */
  close(): Promise<void>;
}

interface Trust {
  source: 'file' | 'kubeconfig' | 'machine';
  /** PEM; undefined for the authorities of this machine. */
  authority: string | undefined;
}

interface Search {
  session: ApiSession;
  question: RegistryQuestion;
  options: ConnectionOptions;
  trust: Trust;
  tried: TriedAddress[];
}

interface Candidate {
  source: RegistrySource;
  url: RegistryUrl;
  /** As people should see it. */
  address: string;
  /** The name to verify and to judge by, where it isn’t the host of `url`. */
  serverName?: string;
}

/**
 * Finds the registry and connects to it as the transport policy allows. A given address is the only one that is tried; where
 * it names the registry’s service, which can’t be reached from here, a tunnel leads to the same.
 * Otherwise it is the one that the cluster’s objects name (REFERENCE section 4); where that can’t be reached from here,
 * the registry’s routes; where there is none to be reached, a tunnel to its service. Something that answers, but with a
 * certificate that isn’t accepted or not as a registry, ends the search: that is a finding, not a reason to go elsewhere.
 * No credential is sent to any of them.
 * @throws RegistryNotFoundError, AuthorityFileError, KubeconfigError, or the signal’s reason
 */
export async function findRegistry(
  session: ApiSession,
  question: RegistryQuestion,
  options: ConnectionOptions = {},
): Promise<FoundRegistry> {
  question.signal?.throwIfAborted();
  const trust = await trustFor(session, question.authority);
  const search: Search = { session, question, options, trust, tried: [] };
  if (question.given) {
    const url = question.given;
    const direct = await attempt(search, { source: 'given', url, address: hostOf(url) });
    if (!(direct instanceof RegistryUnreachableError)) return direct;
    const found = isRegistryService(url) ? await throughTunnel(search, url.scheme) : undefined;
    if (found) return found;
    throw new RegistryNotFoundError(direct, search.tried);
  }
  const named = referenceHost(question.youngestManaged, question.repositories);
  if (!named) throw new RegistryNotFoundError(undefined, []);
  const direct = await attempt(search, { ...named, address: hostOf(named.url) });
  if (!(direct instanceof RegistryUnreachableError)) return direct;
  const found = (await throughRoute(search)) ?? (await throughTunnel(search));
  if (found) return found;
  throw new RegistryNotFoundError(direct, search.tried);
}

/** REFERENCE section 2: the file that was given; by default the kubeconfig’s authority, which stands for the cluster. */
async function trustFor(session: ApiSession, given: string | undefined): Promise<Trust> {
  if (given !== undefined) {
    if (certificatesIn(given).length > 0) return { source: 'file', authority: given };
    throw new AuthorityFileError(
      said(
        'what was given as certificate authority holds no certificate in PEM form. Give the file that holds the registry’s authority',
      ),
    );
  }
  const authority = await certificateAuthorityOf(session.target.cluster);
  return { source: authority === undefined ? 'machine' : 'kubeconfig', authority };
}

/**
 * Connects to one address. What it met is added to `tried`.
 * @returns the error where the address can’t be reached from here
 * @throws RegistryNotFoundError where something answered that may not be used
 */
async function attempt(
  search: Search,
  candidate: Candidate,
  tunnel: RegistryTunnel | undefined = undefined,
): Promise<FoundRegistry | RegistryUnreachableError> {
  const { question, options, trust, tried } = search;
  const { source, url, address, serverName } = candidate;
  const policy = policyFor(search, candidate);
  let connection: RegistryConnection;
  try {
    const target = { url, policy, authority: trust.authority, serverName };
    connection = await connectToRegistry(target, options, question.signal);
  } catch (error) {
    if (!(error instanceof RegistryUnreachableError)) throw error;
    tried.push({ source, outcome: error.unreachable ? 'unreachable' : 'refuted', address, why: error.why });
    if (error.unreachable) return error;
    throw new RegistryNotFoundError(error, [...tried], await offerFor(search, candidate, policy, error));
  }
  return {
    connection,
    source,
    address,
    through: tunnel?.target,
    authoritySource: connection.attempt.verified ? trust.source : 'none',
    tried: [...tried],
    close: async () => {
      await Promise.allSettled([connection.close()]);
      await tunnel?.close();
    },
  };
}

function policyFor({ session, question }: Search, { url, serverName }: Candidate): TransportPolicy {
  return transportPolicy({
    authorityGiven: question.authority !== undefined,
    forced: question.forceInsecure,
    scheme: url.scheme,
    // A tunnel's end is this machine, but what is spoken to is the service.
    hostname: serverName ?? url.hostname,
    clusterInsecure: session.target.cluster.insecureSkipTlsVerify,
  });
}

/** What could verify a registry that nothing but a verified connection may be made to. */
async function offerFor(
  { session, question, options }: Search,
  { url, serverName }: Candidate,
  { attempts }: TransportPolicy,
  { failures }: RegistryUnreachableError,
): Promise<AuthorityOffer | undefined> {
  const onlyVerified = attempts.every(({ verified }) => verified);
  const unknown = failures.some((failure) => failure?.kind === 'unknownAuthority');
  if (!onlyVerified || !unknown) return undefined;
  const { lookup, env, connectTimeoutMs: timeoutMs } = options;
  return authorityOffer(session, url, serverName, { lookup, env, timeoutMs, signal: question.signal });
}

/**
 * Any of the registry’s routes will do. One that answers wrongly ends the search only where no other does.
 * @returns undefined where there is none, or none can be reached
 */
async function throughRoute(search: Search): Promise<FoundRegistry | undefined> {
  const { session, question, tried } = search;
  const listed = said('the routes in {0}', REGISTRY_SERVICE.namespace);
  const noAddress = (address: Said, why: Said) =>
    tried.push({ source: 'route', outcome: 'noAddress', address, why });
  let routes: RegistryRoute[];
  try {
    routes = await registryRoutes(session, { signal: question.signal });
  } catch (error) {
    noAddress(listed, reasonOf(error, question.signal));
    return undefined;
  }
  if (routes.length === 0) noAddress(listed, said('none leads to the service {0}', REGISTRY_SERVICE.service));
  let finding: RegistryNotFoundError | undefined;
  const known = new Set(tried.map(({ address }) => address));
  for (const { name, url, why } of routes) {
    if (!url) noAddress(said('the route {0}', name), why);
    else if (!known.has(hostOf(url))) {
      known.add(hostOf(url));
      try {
        const found = await attempt(search, { source: 'route', url, address: hostOf(url) });
        if (!(found instanceof RegistryUnreachableError)) return found;
      } catch (error) {
        if (!(error instanceof RegistryNotFoundError)) throw error;
        finding ??= error;
      }
    }
  }
  if (finding) throw finding;
  return undefined;
}

/**
 * @param scheme the one that was asked for; null for none
 * @returns undefined where there is none, or nothing can be reached through it
 */
async function throughTunnel(
  search: Search,
  scheme: RegistryUrl['scheme'] = null,
): Promise<FoundRegistry | undefined> {
  const { question, tried } = search;
  const { namespace, service, port, host } = REGISTRY_SERVICE;
  let tunnel: RegistryTunnel;
  try {
    tunnel = await question.openTunnel({ namespace, service, port });
  } catch (error) {
    const address = said('a tunnel to {0} in {1}', `service/${service}`, namespace);
    tried.push({ source: 'tunnel', outcome: 'noAddress', address, why: reasonOf(error, question.signal) });
    return undefined;
  }
  const candidate: Candidate = {
    source: 'tunnel',
    url: { scheme, hostname: tunnel.host, port: tunnel.port },
    address: `${host}:${port}`,
    serverName: host,
  };
  let found: FoundRegistry | RegistryUnreachableError | undefined;
  try {
    found = await attempt(search, candidate, tunnel);
  } finally {
    if (found === undefined || found instanceof RegistryUnreachableError) {
      await Promise.allSettled([tunnel.close()]);
    }
  }
  return found instanceof RegistryUnreachableError ? undefined : found;
}

/** Why something gave no address; an abort is no such reason. */
function reasonOf(error: unknown, signal: AbortSignal | undefined): Said {
  signal?.throwIfAborted();
  return wordsOf(error);
}

import type { Said } from '../../engine/said.ts';
import type { ConnectionFailure } from '../client/connection-failure.ts';
import type { RegistrySource } from '../discovery/registry-not-found.ts';
import type { TransportAttempt, TransportPolicy } from '../transport/policy.ts';
import type { ServedCertificate, Verification } from './registry-diagnosis.ts';

/** Something that was tried. */
export interface Tried {
  /** Milliseconds. */
  ms: number;
  /** null where it worked. */
  failure: ConnectionFailure | null;
}

export interface NameFact extends Tried {
  addresses: readonly string[];
}

export interface ConnectFact extends Tried {
  /** `ip:port` of both ends; empty where there was no connection. */
  remote: string;
  local: string;
}

/** What answers on a port. `silent`: nothing within the time; `closed`: it ended the connection without a word. */
export interface ProtocolFact {
  ms: number;
  speaks: 'tls' | 'http' | 'other' | 'silent' | 'closed';
  /** The first line of what is neither TLS nor asked for, quoted as Go does it; empty otherwise. */
  first: string;
}

export interface HandshakeFact extends Tried {
  /** Such as `TLSv1.3`; empty where it failed. */
  version: string;
  cipher: string;
  /** Bytes that came: an alert alone is seven. */
  received: number;
}

/** An HTTP request that carries no credential. */
export interface HttpFact extends Tried {
  path: string;
  attempt: TransportAttempt;
  /** null where there was no answer. */
  status: number | null;
  /** The first line of the body, where it is short plain text; otherwise empty. */
  said: string;
  /** It is the page of OpenShift’s router for an application without a ready pod. */
  routerPage: boolean;
  /** `Docker-Distribution-Api-Version`; empty where it has none. */
  apiVersion: string;
  /** `WWW-Authenticate`; empty where it has none. */
  challenge: string;
  /** `Location`; empty where it has none. */
  location: string;
  /** How far the clock of the one who answered is ahead of ours, in milliseconds; null where it doesn’t say. */
  aheadMs: number | null;
}

/** A deletion of what doesn’t exist, to learn whether it would be done. */
export interface DeletionFact extends Tried {
  status: number | null;
}

/** A connection that the transport policy allows and to which something answered 200. */
export interface ConnectedFact {
  attempt: TransportAttempt;
}

/** `ms`: how long it took to have it, or to learn that there is none. */
export type TokenFact =
  | { state: 'present'; ms: number }
  /** The user has none: a client certificate is no password. */
  | { state: 'absent'; ms: number }
  /** It couldn’t be had. */
  | { state: 'failed'; ms: number; why: Said };

/** What is asked with the credential, of one address at most. */
export interface RightsFacts {
  token: TokenFact;
  /** null where there was nothing to ask with. */
  blob: DeletionFact | null;
  /** Of a layer link; null where it wasn’t asked for. */
  link: DeletionFact | null;
  /** After a refusal: the status of `GET /v2/` with the credential. */
  signIn: number | null;
}

/** What was learnt of one address. Plain data: the detectors read nothing else. */
export interface AddressFacts {
  source: RegistrySource;
  /** `host[:port]` as people should see it. */
  address: string;
  /** The host that is verified and judged by: of a tunnel, the service’s. */
  hostname: string;
  /** `http` or `https` where the address states one. */
  scheme: 'http' | 'https' | null;
  port: number;
  /** What a tunnel leads to. */
  through: string | null;
  policy: TransportPolicy;
  /** Without its credentials; null for a direct connection. */
  proxy: string | null;
  /** null where there is nothing to resolve. */
  name: NameFact | null;
  /** null where the name wasn’t resolved. */
  connect: ConnectFact | null;
  protocol: ProtocolFact | null;
  /** With every version and cipher that this machine can do: to see what there is. */
  leniently: HandshakeFact | null;
  /** As every client makes it, without verification. */
  tls: HandshakeFact | null;
  chain: readonly ServedCertificate[];
  /** Whether the first certificate of the chain is for `hostname`; null without a chain. */
  nameFits: boolean | null;
  verifications: readonly Verification[];
  /** Past the proxy: the fingerprint that is served there; null where it wasn’t asked for or there was no answer. */
  pastProxy: string | null;
  /** The pings of every attempt that the policy allows, until one was answered with 200. */
  pings: readonly HttpFact[];
  connected: ConnectedFact | null;
  root: HttpFact | null;
  healthz: HttpFact | null;
  api: HttpFact | null;
  /** null for an address that gets no credential. */
  rights: RightsFacts | null;
  /** It would have got the credential, but the user has not seen its address yet. */
  unasked: boolean;
}

/** What is known besides: of the cluster, and of the other addresses. */
export interface Surroundings {
  /** When the probe began, milliseconds since the epoch, by this machine’s clock. */
  now: number;
  /** How far the API server’s clock is ahead of ours, in milliseconds; null where it isn’t known. */
  clusterAheadMs: number | null;
  /** Who asks, as roles are granted to them; empty where it isn’t known. */
  user: string;
  /** The `--certificate-authority` was given. */
  authorityGiven: boolean;
  /** The `--registry-url` was given. */
  addressGiven: boolean;
  routes: RouteFacts;
  /**
   * Whether a registry answers through a tunnel. `byItself`: without a given address a prune goes through it; `byAddress`:
   * where the registry’s service is given.
   */
  tunnel: 'none' | 'byItself' | 'byAddress';
  /** An address of a route that answers as a registry; null where none does. */
  routeThatWorks: string | null;
  /** The address that the cluster’s objects name, where a registry answers there; otherwise null. */
  namedThatWorks: string | null;
  /** Some of what may name the registry couldn’t be read. */
  namesUnread: boolean;
  /** Organizations (`O`) of the authorities that are trusted here. */
  trustedOrganizations: readonly string[];
  /** Where a fitting authority is published, for each `Verification` of that source by its name. */
  published: readonly PublishedPlace[];
}

export interface RouteFacts {
  /** `none`: there is no route; `unknown`: they can’t be listed. */
  state: 'some' | 'none' | 'unknown';
}

export interface PublishedPlace {
  /** As in `Verification`. */
  name: string;
  namespace: string;
  configMap: string;
  key: string;
  subjects: string;
}

/** The verification that a prune goes by; undefined where there was no certificate to verify. */
export function decidingVerification({ verifications }: AddressFacts): Verification | undefined {
  return verifications.find(({ decides }) => decides);
}

/** The certificate of the server itself; undefined where none was seen. */
export function servedCertificate({ chain }: AddressFacts): ServedCertificate | undefined {
  return chain[0];
}

import type { Said } from '../../engine/said.ts';
import type { RegistrySource } from '../discovery/registry-not-found.ts';
import type { Finding } from './finding.ts';

/** One part of the way to a registry, in the order of the way. */
export type StepName =
  /** The host’s name is resolved. */
  | 'name'
  /** The proxy of the environment, where one is used, makes the connection. */
  | 'proxy'
  /** A TCP connection. */
  | 'tcp'
  /** What answers on the port: TLS, HTTP, something else. */
  | 'protocol'
  /** A TLS handshake as every client makes it, without verification. */
  | 'tls'
  /** The certificate, verified as a prune does it. */
  | 'certificate'
  /** A connection that the transport policy allows, and `GET /`. */
  | 'root'
  | 'healthz'
  /** `GET /v2/` without a credential, and whether a registry answers. */
  | 'api'
  /** This machine’s clock against the `Date` of the answers. */
  | 'clock'
  /** There is something that the registry takes as a password. */
  | 'token'
  /** Whether the registry would delete a blob for this user. */
  | 'rights'
  /** Whether deletion is enabled. */
  | 'deletion';

/** Why a step wasn’t taken. */
export type SkipReason =
  /** The address is an IP address. */
  | 'isAddress'
  /** No proxy is set for it. */
  | 'noProxy'
  /** The proxy does it. */
  | 'throughProxy'
  /** A step before it failed. */
  | 'stepBefore'
  /** It is spoken to without TLS. */
  | 'plainHttp'
  /** No answer says the time. */
  | 'noDate'
  /** The credential is only sent to the address that a prune would use. */
  | 'otherAddress'
  /** The credential is only sent to an address that the user has seen. */
  | 'unseenAddress'
  /** No image stream names a repository to ask for. */
  | 'noRepository'
  /** `/` has answered, so `/healthz` isn’t asked for. */
  | 'notNeeded';

export interface Step {
  step: StepName;
  verdict: 'ok' | 'failed' | 'skipped';
  /** Milliseconds; null where it was skipped or can’t be told from the step before. */
  ms: number | null;
  /** null unless skipped. */
  because: SkipReason | null;
  /** Why it failed, in short; null where it didn’t, or where the facts tell it. */
  why: Said | null;
  /** What was learnt: `addresses`, `remote`, `proxy`, `speaks`, `status`, `challenge`… */
  facts: Readonly<Record<string, string>>;
}

/** A certificate as the server sent it; nothing of it is trusted. */
export interface ServedCertificate {
  /** On one line: `O=acme, CN=registry`. */
  subject: string;
  issuer: string;
  /** DNS names and IP addresses. */
  names: readonly string[];
  /** RFC 3339. */
  notBefore: string;
  notAfter: string;
  /** Such as `rsa` or `ec`. */
  keyType: string;
  /** null where it can’t be told. */
  keyBits: number | null;
  /** Such as `ecdsa-with-SHA256`; the bare number of an algorithm that has no name here. */
  signature: string;
  /** SHA-256, in pairs with colons. */
  fingerprint: string;
  /** Signed by its own key. */
  selfSigned: boolean;
  /** It may sign others. */
  authority: boolean;
  /** It says where its issuer’s certificate can be had. */
  namesIssuerUrl: boolean;
}

/** What came of verifying what the server serves, its name included, with one set of authorities. */
export interface Verification {
  source: 'file' | 'kubeconfig' | 'machine' | 'published';
  /** What the authorities are called: for `published` where they stand; otherwise empty. */
  name: string;
  verified: boolean;
  /** Node’s code of what was wrong; empty where it is verified. */
  code: string;
  /** In short; null where it is verified. */
  why: Said | null;
  /** A prune verifies with these. */
  decides: boolean;
  ms: number;
}

export interface DiagnosedAddress {
  /** `host[:port]` as people should see it: for a tunnel, the service. */
  address: string;
  source: RegistrySource;
  /** What a tunnel leads to, such as `pod/image-registry-5d8f`; null for a direct connection. */
  through: string | null;
  /** A prune would use it, or fail at it. */
  chosen: boolean;
  steps: readonly Step[];
  /** The server’s own certificate first; empty where none was seen. */
  chain: readonly ServedCertificate[];
  verifications: readonly Verification[];
  findings: readonly Finding[];
}

/** What should have given an address, or an authority, and didn’t. */
export interface Unread {
  what: Said;
  why: Said;
}

/** Everything that was learnt of the ways to a registry: plain data, without a secret. Its JSON has the words in English. */
export interface RegistryDiagnosis {
  kind: 'registryDiagnosis';
  version: 1;
  /** When it began, RFC 3339. */
  at: string;
  /** Of the kubeconfig. */
  context: string;
  /** The API server’s URL. */
  server: string;
  /** In the order in which a prune tries them. */
  addresses: readonly DiagnosedAddress[];
  /** What could not be looked at. */
  unread: readonly Unread[];
  /** What is wrong on the way that a prune takes, each code once, the decisive first. */
  findings: readonly Finding[];
  /** The address that a prune would use; null where it would fail. */
  reached: string | null;
}

/** Whether a prune would find the registry and be allowed to delete. */
export function mayPrune({ reached, addresses }: Pick<RegistryDiagnosis, 'reached' | 'addresses'>): boolean {
  if (reached === null) return false;
  const steps = addresses.find(({ chosen }) => chosen)?.steps ?? [];
  return (
    steps.some(({ step, verdict }) => step === 'rights' && verdict === 'ok') &&
    !steps.some(({ step, verdict }) => step === 'deletion' && verdict === 'failed')
  );
}

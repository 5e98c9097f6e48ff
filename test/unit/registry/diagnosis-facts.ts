// Facts of a registry that is in order, to be spoilt by a test.
import { verbatim } from '../../../src/engine/said.ts';
import type { ConnectionFailure } from '../../../src/registry/client/connection-failure.ts';
import type { AddressFacts, HttpFact, Surroundings } from '../../../src/registry/diagnosis/facts.ts';
import type { ServedCertificate, Verification } from '../../../src/registry/diagnosis/registry-diagnosis.ts';

export const VERIFIED = { scheme: 'https', verified: true } as const;
export const UNVERIFIED = { scheme: 'https', verified: false } as const;
export const CLEAR = { scheme: 'http', verified: false } as const;
export const NOW = Date.parse('2026-11-24T05:00:00Z');

export const CERTIFICATE: ServedCertificate = {
  subject: 'CN=registry',
  issuer: 'CN=authority',
  names: ['registry.example.com'],
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  keyType: 'ec',
  keyBits: 256,
  signature: 'ecdsa-with-SHA256',
  fingerprint: 'AA:BB',
  selfSigned: false,
  authority: false,
  namesIssuerUrl: false,
};

export const TRUSTED: Verification = {
  source: 'kubeconfig',
  name: '',
  verified: true,
  code: '',
  why: null,
  decides: true,
  ms: 1,
};

export function http(path: string, more: Partial<HttpFact> = {}): HttpFact {
  return {
    path,
    attempt: VERIFIED,
    ms: 1,
    failure: null,
    status: 200,
    said: '',
    routerPage: false,
    apiVersion: '',
    challenge: '',
    location: '',
    aheadMs: 0,
    ...more,
  };
}

export function failure(kind: ConnectionFailure['kind'], reference: string, code = ''): ConnectionFailure {
  return { kind, code, words: verbatim(reference), reference };
}

/** Of a registry at `172.30.30.30:5000`, as in the documentation. */
export function facts(more: Partial<AddressFacts> = {}): AddressFacts {
  const handshake = {
    ms: 1,
    failure: null,
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    received: 2000,
  };
  return {
    source: 'given',
    address: '172.30.30.30:5000',
    hostname: '172.30.30.30',
    scheme: null,
    port: 5000,
    through: null,
    policy: { attempts: [VERIFIED], reason: 'secureOnly' },
    proxy: null,
    name: null,
    connect: { ms: 1, failure: null, remote: '172.30.30.30:5000', local: '10.0.0.1:40000' },
    protocol: { ms: 1, speaks: 'tls', first: '' },
    leniently: handshake,
    tls: handshake,
    chain: [CERTIFICATE],
    nameFits: true,
    verifications: [TRUSTED],
    pastProxy: null,
    pings: [],
    connected: { attempt: VERIFIED },
    root: http('/'),
    healthz: http('/healthz'),
    api: http('/v2/', { status: 401, challenge: 'Basic realm=openshift', apiVersion: 'registry/2.0' }),
    unasked: false,
    rights: {
      token: { state: 'present', ms: 1 },
      blob: { ms: 1, status: 404, failure: null },
      link: { ms: 1, status: 404, failure: null },
      signIn: null,
    },
    ...more,
  };
}

/** Nothing was spoken with it: the pings of the attempts failed. */
export function unspoken(pings: readonly HttpFact[], more: Partial<AddressFacts> = {}): AddressFacts {
  return facts({ pings, connected: null, root: null, healthz: null, api: null, rights: null, ...more });
}

export function around(more: Partial<Surroundings> = {}): Surroundings {
  return {
    now: NOW,
    clusterAheadMs: 0,
    user: 'admin',
    authorityGiven: false,
    addressGiven: true,
    routes: { state: 'none' },
    tunnel: 'none',
    namedThatWorks: null,
    namesUnread: false,
    routeThatWorks: null,
    trustedOrganizations: [],
    published: [],
    ...more,
  };
}

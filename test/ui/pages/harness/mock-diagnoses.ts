// Diagnoses as the real detectors make them of what a probe might have seen, and texts as they are really recognised.
import { verbatim } from '../../../../src/engine/said.ts';
import type { AddressFacts, Surroundings } from '../../../../src/registry/diagnosis/facts.ts';
import type { Finding } from '../../../../src/registry/diagnosis/finding.ts';
import { judged } from '../../../../src/registry/diagnosis/judge.ts';
import { recogniseText } from '../../../../src/registry/diagnosis/recognise-text.ts';
import type {
  RegistryDiagnosis,
  ServedCertificate,
  Unread,
  Verification,
} from '../../../../src/registry/diagnosis/registry-diagnosis.ts';
import { withoutSecrets } from '../../../../src/registry/diagnosis/texts/without-secrets.ts';
import {
  around,
  CERTIFICATE,
  facts,
  failure,
  http,
  NOW,
  TRUSTED,
  unspoken,
} from '../../../unit/registry/diagnosis-facts.ts';

export type DiagnosisName = keyof typeof DIAGNOSES;

const HOST = 'default-route-openshift-image-registry.apps.ocp-lab.example.com';
const FINGERPRINT =
  '5B:3F:91:0C:7E:DD:40:12:9A:66:E1:27:58:B4:C0:8F:33:0D:71:AE:5C:92:46:F8:1B:E7:03:6A:D9:24:8C:57';

const ROUTE: Partial<AddressFacts> = {
  source: 'route',
  address: HOST,
  hostname: HOST,
  port: 443,
  name: { ms: 12.4, failure: null, addresses: ['203.0.113.17', '203.0.113.18'] },
  connect: { ms: 18.9, failure: null, remote: '203.0.113.17:443', local: '10.0.0.1:40000' },
};
const SERVED: ServedCertificate = {
  ...CERTIFICATE,
  subject: 'CN=*.apps.ocp-lab.example.com',
  issuer: 'CN=ingress-operator@1753400000',
  names: ['*.apps.ocp-lab.example.com'],
  keyType: 'rsa',
  keyBits: 2048,
  signature: 'sha256WithRSAEncryption',
  fingerprint: FINGERPRINT,
};
const SIGNER: ServedCertificate = {
  ...SERVED,
  subject: 'CN=ingress-operator@1753400000',
  names: [],
  selfSigned: true,
  authority: true,
  fingerprint: FINGERPRINT.split(':').reverse().join(':'),
};
const MACHINE: Verification = {
  ...TRUSTED,
  source: 'machine',
  verified: false,
  code: 'SELF_SIGNED_CERT_IN_CHAIN',
  why: verbatim('x509: certificate signed by unknown authority (SELF_SIGNED_CERT_IN_CHAIN)'),
  decides: false,
};
const PUBLISHED: Verification = {
  ...TRUSTED,
  source: 'published',
  name: 'default-ingress-cert (ca-bundle.crt) in openshift-config-managed',
  decides: false,
};
const UNKNOWN = failure('unknownAuthority', 'x509: certificate signed by unknown authority');

const INTERNAL = unspoken([], {
  source: 'streamRepository',
  address: 'image-registry.openshift-image-registry.svc:5000',
  hostname: 'image-registry.openshift-image-registry.svc',
  name: { ms: 8.1, failure: failure('name', 'no such host', 'ENOTFOUND'), addresses: [] },
  connect: null,
  protocol: null,
  leniently: null,
  tls: null,
  chain: [],
  nameFits: null,
  verifications: [],
});

const UNTRUSTED = unspoken([http('/', { failure: UNKNOWN, status: null, aheadMs: null })], {
  ...ROUTE,
  chain: [SERVED, SIGNER],
  verifications: [{ ...MACHINE, source: 'kubeconfig', decides: true }, MACHINE, PUBLISHED],
});
const PLACES: Surroundings['published'] = [
  {
    name: PUBLISHED.name,
    namespace: 'openshift-config-managed',
    configMap: 'default-ingress-cert',
    key: 'ca-bundle.crt',
    subjects: 'CN=ingress-operator@1753400000',
  },
];

function diagnosis(
  all: readonly AddressFacts[],
  chosen: number,
  more: Partial<Surroundings> = {},
  unread: readonly Unread[] = [],
): RegistryDiagnosis {
  return {
    kind: 'registryDiagnosis',
    version: 1,
    at: new Date(NOW).toISOString(),
    context: 'ocp-lab',
    server: 'https://api.ocp-lab.example.com:6443',
    ...judged(all, all[chosen], around({ addressGiven: false, ...more })),
    unread,
  };
}

const CERTIFICATE_AGED = { ...SERVED, notAfter: '2026-11-01T00:00:00Z' };
const HAS_EXPIRED = failure(
  'certificate',
  'x509: certificate has expired or is not yet valid',
  'CERT_HAS_EXPIRED',
);
const REFUSED = failure('refused', 'dial tcp 203.0.113.17:443: connect: connection refused', 'ECONNREFUSED');
const NOT_TLS = failure('notTls', 'http: server gave HTTP response to HTTPS client');

/** By the name of what is wrong. */
export const DIAGNOSES = {
  good: diagnosis([INTERNAL, facts({ ...ROUTE, chain: [SERVED, SIGNER] })], 1),
  unasked: diagnosis(
    [INTERNAL, facts({ ...ROUTE, chain: [SERVED, SIGNER], rights: null, unasked: true })],
    1,
  ),
  untrusted: diagnosis([INTERNAL, UNTRUSTED], 1, { published: PLACES }),
  expired: diagnosis(
    [
      unspoken([http('/', { failure: HAS_EXPIRED, status: null, aheadMs: null })], {
        ...ROUTE,
        source: 'given',
        chain: [CERTIFICATE_AGED],
        verifications: [
          {
            ...TRUSTED,
            verified: false,
            code: 'CERT_HAS_EXPIRED',
            why: verbatim('x509: certificate has expired'),
          },
        ],
      }),
    ],
    0,
    { addressGiven: true },
  ),
  refused: diagnosis(
    [
      INTERNAL,
      unspoken([http('/', { failure: REFUSED, status: null, aheadMs: null })], {
        ...ROUTE,
        connect: { ms: 4.2, failure: REFUSED, remote: '', local: '' },
        protocol: null,
        leniently: null,
        tls: null,
        chain: [],
        verifications: [],
      }),
      facts({
        source: 'tunnel',
        address: 'image-registry.openshift-image-registry.svc:5000',
        through: 'pod/image-registry-5d8f7c9b44-x2v4q',
        chain: [SERVED, SIGNER],
      }),
    ],
    2,
    { tunnel: 'byItself' },
  ),
  insecure: diagnosis(
    [
      unspoken([http('/healthz', { failure: NOT_TLS, status: null, aheadMs: null })], {
        protocol: { ms: 2.2, speaks: 'http', first: '' },
        leniently: { ms: 1, failure: NOT_TLS, version: '', cipher: '', received: 100 },
        tls: null,
        chain: [],
        verifications: [],
      }),
    ],
    0,
    { addressGiven: true },
  ),
  forbidden: diagnosis(
    [
      facts({
        ...ROUTE,
        chain: [SERVED, SIGNER],
        rights: {
          token: { state: 'present', ms: 4 },
          blob: { ms: 31.2, status: 401, failure: null },
          link: null,
          signIn: 200,
        },
      }),
    ],
    0,
    { user: 'developer' },
  ),
  unnamed: diagnosis([], -1, { namesUnread: true }, [
    {
      what: verbatim('images'),
      why: verbatim(
        'images.image.openshift.io is forbidden: User "developer" cannot list resource "images" in API group "image.openshift.io" at the cluster scope',
      ),
    },
    {
      what: verbatim('the routes in openshift-image-registry'),
      why: verbatim(
        'routes.route.openshift.io is forbidden: User "developer" cannot list resource "routes" in API group "route.openshift.io" in the namespace "openshift-image-registry"',
      ),
    },
  ]),
} as const;

/** The steps that were taken at a moment of the look. */
export const UNDER_WAY = DIAGNOSES.untrusted.addresses.map(({ address, source, through, steps }) => ({
  address,
  source,
  through,
  steps: steps.map((step) =>
    ['name', 'tcp', 'protocol'].includes(step.step)
      ? step
      : {
          ...step,
          verdict: 'skipped' as const,
          ms: null,
          because: 'stepBefore' as const,
          why: null,
          facts: {},
        },
  ),
}));

const PASTED = [
  'error: error communicating with registry: Get https://172.30.30.30:5000/healthz: http: server gave HTTP response to HTTPS client',
  'error: [Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"]',
  'curl -H "Authorization: Bearer sha256~c2VjcmV0LXNlY3JldC1zZWNyZXQ" https://registry.example.com/v2/: x509: certificate has expired or is not yet valid',
  'the weather is fine today',
];

/** What is found in texts. */
export const EXPLAINED: Readonly<Record<string, { text: string; findings: readonly Finding[] }>> =
  Object.fromEntries(
    PASTED.map((text) => [text, { text: withoutSecrets(text), findings: recogniseText(text) }]),
  );

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verbatim } from '../../../src/engine/said.ts';
import { chainBreak } from '../../../src/registry/diagnosis/chain-break.ts';
import { chosenAddress } from '../../../src/registry/diagnosis/choose-address.ts';
import type { AddressFacts } from '../../../src/registry/diagnosis/facts.ts';
import { DETECTORS, findingsOf } from '../../../src/registry/diagnosis/find-findings.ts';
import { isInsideCluster } from '../../../src/registry/diagnosis/inside-cluster.ts';
import { plainText, shellWord } from '../../../src/registry/diagnosis/plain-text.ts';
import { stepsOf } from '../../../src/registry/diagnosis/steps-of.ts';
import {
  around,
  CERTIFICATE,
  CLEAR,
  facts,
  failure,
  http,
  NOW,
  TRUSTED,
  UNVERIFIED,
  unspoken,
  VERIFIED,
} from './diagnosis-facts.ts';

const codes = (one: AddressFacts, more: Parameters<typeof around>[0] = {}) =>
  findingsOf(one, around(more)).map(({ code }) => code);
const first = (one: AddressFacts) => findingsOf(one, around())[0]?.message;

const strange = {
  ...TRUSTED,
  verified: false,
  code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  why: verbatim('x509: unknown'),
};
const untrusted = (more: Partial<AddressFacts> = {}) =>
  unspoken(
    [
      http('/', {
        failure: failure('unknownAuthority', 'x509: certificate signed by unknown authority'),
        status: null,
        aheadMs: null,
      }),
    ],
    {
      verifications: [strange],
      ...more,
    },
  );

describe('the messages of the documentation (12.6.4), byte for byte', () => {
  it('secure client, insecure registry', () => {
    const notTls = failure('notTls', 'http: server gave HTTP response to HTTPS client');
    const ping = http('/healthz', { failure: notTls, status: null });
    const insecure = unspoken([ping], {
      protocol: { ms: 1, speaks: 'http', first: '' },
      leniently: { ms: 1, failure: notTls, version: '', cipher: '', received: 100 },
      tls: null,
      chain: [],
      verifications: [],
    });
    assert.equal(
      first(insecure),
      'error communicating with registry: Get https://172.30.30.30:5000/healthz: http: server gave HTTP response to HTTPS client',
    );
    assert.deepEqual(codes(insecure), ['httpResponseToHttps']);
  });

  it('insecure client, secure registry', () => {
    const malformed = failure('notHttp', 'malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"');
    const secure = unspoken([http('/healthz', { attempt: CLEAR, failure: malformed, status: null })], {
      scheme: 'http',
      policy: { attempts: [CLEAR], reason: 'httpAsked' },
      verifications: [],
    });
    assert.equal(
      first(secure),
      'error communicating with registry: Get http://172.30.30.30:5000/healthz: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
    );
    assert.deepEqual(codes(secure), ['malformedHttpResponse']);
  });

  it('both, in brackets', () => {
    const malformed = failure('notHttp', 'malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"');
    const refused = failure('unknownAuthority', 'x509: certificate signed by unknown authority');
    const both = unspoken(
      [
        http('/healthz', { attempt: VERIFIED, failure: refused, status: null }),
        http('/healthz', { attempt: UNVERIFIED, failure: refused, status: null }),
        http('/healthz', { attempt: CLEAR, failure: malformed, status: null }),
      ],
      { verifications: [strange], policy: { attempts: [VERIFIED, UNVERIFIED, CLEAR], reason: 'forced' } },
    );
    assert.equal(
      first(both),
      'error communicating with registry: [Get https://172.30.30.30:5000/healthz: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/healthz: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"]',
    );
    assert.deepEqual(codes(both), ['unknownAuthority']);
  });

  it('wrong authority', () => {
    const wrong = untrusted({ verifications: [{ ...strange, source: 'file' }] });
    assert.equal(
      first(wrong),
      'error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority',
    );
    assert.deepEqual(codes(wrong, { authorityGiven: true }), ['wrongAuthorityGiven']);
  });

  it('the message names the service of a tunnel, not this end of it', () => {
    const address = 'image-registry.openshift-image-registry.svc:5000';
    assert.equal(
      first(untrusted({ source: 'tunnel', address })),
      `error communicating with registry: Get https://${address}/: x509: certificate signed by unknown authority`,
    );
  });
});

describe('detectors', () => {
  it('find nothing wrong with a registry that is in order', () => {
    assert.deepEqual(findingsOf(facts(), around()), []);
    assert.ok(stepsOf(facts(), NOW).every(({ verdict }) => verdict !== 'failed'));
  });

  it('are one for each code', () => {
    assert.equal(new Set(DETECTORS.map(({ code }) => code)).size, DETECTORS.length);
    assert.equal(DETECTORS.length, 27);
  });

  const old = { ...CERTIFICATE, notAfter: '2026-11-01T00:00:00Z' };
  const young = { ...CERTIFICATE, notBefore: '2026-12-01T00:00:00Z' };
  const selfSigned = { ...CERTIFICATE, selfSigned: true, issuer: 'CN=registry' };
  const CASES: readonly (readonly [string, AddressFacts, string[], Parameters<typeof around>[0]?])[] = [
    ['expired says more than an unknown authority', untrusted({ chain: [old] }), ['expired']],
    ['an expired intermediate counts as well', untrusted({ chain: [CERTIFICATE, old] }), ['expired']],
    [
      'an expired authority above the chain, too',
      unspoken([http('/', { failure: failure('certificate', 'x509'), status: null })], {
        verifications: [{ ...strange, code: 'CERT_HAS_EXPIRED' }],
      }),
      ['expired'],
    ],
    ['not yet valid says more than an unknown authority', untrusted({ chain: [young] }), ['notYetValid']],
    [
      'a wrong clock says more than what it makes expired',
      untrusted({ chain: [old] }),
      ['clockSkew'],
      { clusterAheadMs: -40 * 86_400_000 },
    ],
    [
      'a clock that would make no difference doesn’t',
      untrusted({ chain: [old] }),
      ['expired'],
      { clusterAheadMs: -3_600_000 },
    ],
    ['self-signed says more than unknown', untrusted({ chain: [selfSigned] }), ['selfSigned']],
    [
      'a wrong file says more than self-signed',
      untrusted({ chain: [selfSigned], verifications: [{ ...strange, source: 'file' }] }),
      ['wrongAuthorityGiven'],
    ],
    [
      'an intercepting proxy explains whatever it signs',
      untrusted({ chain: [{ ...CERTIFICATE, issuer: 'O=Zscaler Inc., CN=Zscaler Root' }], nameFits: false }),
      ['interceptingProxy'],
    ],
    [
      'another certificate past the proxy is an intercepting one',
      untrusted({ proxy: 'http://proxy:3128', pastProxy: 'CC:DD' }),
      ['interceptingProxy'],
    ],
    [
      'the same one past the proxy isn’t',
      untrusted({ proxy: 'http://proxy:3128', pastProxy: 'AA:BB' }),
      ['unknownAuthority'],
    ],
    [
      'a wrong name stands beside an unknown authority',
      untrusted({ nameFits: false }),
      ['nameMismatch', 'unknownAuthority'],
    ],
    [
      'the service’s name from outside needs a route',
      unspoken([], {
        hostname: 'image-registry.openshift-image-registry.svc',
        name: { ms: 1, addresses: [], failure: failure('name', 'dial tcp') },
        connect: null,
        protocol: null,
        chain: [],
        verifications: [],
      }),
      ['noRouteFromOutside'],
    ],
    [
      'where there is a route, it is just a name that isn’t known here',
      unspoken([], {
        hostname: 'image-registry.openshift-image-registry.svc',
        name: { ms: 1, addresses: [], failure: failure('name', 'dial tcp') },
        connect: null,
        protocol: null,
        chain: [],
        verifications: [],
      }),
      ['noSuchHost'],
      { routes: { state: 'some' }, routeThatWorks: 'r.example.com' },
    ],
    [
      'a service’s address that swallows everything needs a route, too',
      unspoken([], {
        connect: {
          ms: 1,
          failure: failure('timeout', 'i/o timeout', 'UND_ERR_CONNECT_TIMEOUT'),
          remote: '',
          local: '',
        },
        protocol: null,
        chain: [],
        verifications: [],
      }),
      ['noRouteFromOutside'],
    ],
    [
      'the router’s page says more than its status',
      unspoken([http('/', { status: 503, routerPage: true })]),
      ['routerUnavailable'],
    ],
    [
      'trouble says more than that it is no registry',
      unspoken([http('/', { status: 500 })]),
      ['serverError'],
    ],
    [
      'a registry in trouble at /v2/ is one, all the same',
      facts({ api: http('/v2/', { status: 503 }), rights: null }),
      ['serverError'],
    ],
    [
      'a proxy that took the version away leaves a challenge',
      facts({ api: http('/v2/', { status: 401, challenge: 'Bearer realm="https://r/openshift/token"' }) }),
      [],
    ],
    [
      'a refusal by somebody who doesn’t know the token isn’t one of rights',
      facts({
        rights: {
          token: { state: 'present', ms: 1 },
          blob: { ms: 1, status: 401, failure: null },
          link: null,
          signIn: 401,
        },
      }),
      ['unauthorized'],
    ],
    [
      '403 is one of rights',
      facts({
        rights: {
          token: { state: 'present', ms: 1 },
          blob: { ms: 1, status: 403, failure: null },
          link: null,
          signIn: 200,
        },
      }),
      ['forbidden'],
    ],
    [
      'what nothing fits is unknown',
      unspoken([http('/', { failure: failure('other', 'boom'), status: null })]),
      ['unknown'],
    ],
    [
      'an odd answer to a deletion is unknown',
      facts({
        rights: {
          token: { state: 'present', ms: 1 },
          blob: { ms: 1, status: 418, failure: null },
          link: null,
          signIn: null,
        },
      }),
      ['unknown'],
    ],
  ];
  for (const [what, given, expected, more] of CASES) {
    it(what, () => assert.deepEqual(codes(given, more), expected));
  }

  it('never change what they look at', () => {
    const frozen = deepFrozen(untrusted({ chain: [old, selfSigned], nameFits: false }));
    assert.doesNotThrow(() => findingsOf(frozen, deepFrozen(around())));
  });

  it('say whom the right must be given, in a command that can be pasted', () => {
    const refused = facts({
      rights: {
        token: { state: 'present', ms: 1 },
        blob: { ms: 1, status: 401, failure: null },
        link: null,
        signIn: 200,
      },
    });
    const [finding] = findingsOf(refused, around({ user: "o'hara; rm -rf /" }));
    assert.equal(
      finding?.fixes[0]?.command,
      "oc adm policy add-cluster-role-to-user system:image-pruner 'o'\\''hara; rm -rf /'",
    );
  });

  it('put nothing of a certificate into a command that a shell would read otherwise', () => {
    const names = ['$(reboot).example.com', '*.example.com', 'a b', 'fine.example.com'];
    const [finding] = findingsOf(
      untrusted({ hostname: 'registry.example.com', nameFits: false, chain: [{ ...CERTIFICATE, names }] }),
      around(),
    );
    assert.equal(finding?.code, 'nameMismatch');
    assert.equal(finding.fixes[0]?.command, 'image-hygiene diagnose --registry-url fine.example.com:5000');
  });
});

function deepFrozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) deepFrozen(each);
  return Object.freeze(value);
}

describe('the address that a prune would use', () => {
  const at = (
    source: AddressFacts['source'],
    state: 'connected' | 'unreached' | 'refuted',
    more: Partial<AddressFacts> = {},
  ) =>
    state === 'connected'
      ? facts({ source, ...more })
      : unspoken(
          [http('/', { status: null, failure: failure(state === 'unreached' ? 'refused' : 'tls', 'no') })],
          { source, ...more },
        );
  const service = { hostname: 'image-registry.openshift-image-registry.svc', port: 5000 };
  const CASES: readonly (readonly [string, AddressFacts[], number])[] = [
    ['none', [], -1],
    ['a route alone isn’t looked for', [at('route', 'connected')], -1],
    ['the given one alone', [at('given', 'unreached'), at('youngestImage', 'connected')], 0],
    [
      'the tunnel, where the registry’s service is given and not reached',
      [at('given', 'unreached', service), at('route', 'connected'), at('tunnel', 'connected')],
      2,
    ],
    [
      'the service itself, where it is reached',
      [at('given', 'refuted', service), at('tunnel', 'connected')],
      0,
    ],
    [
      'the service itself, where nothing is',
      [at('given', 'unreached', service), at('tunnel', 'unreached')],
      0,
    ],
    [
      'no tunnel for another port of it',
      [at('given', 'unreached', { ...service, port: 443 }), at('tunnel', 'connected')],
      0,
    ],
    ['the named one', [at('youngestImage', 'connected'), at('route', 'connected')], 0],
    ['what answers wrongly ends the search', [at('youngestImage', 'refuted'), at('route', 'connected')], 0],
    [
      'the first route that does',
      [at('youngestImage', 'unreached'), at('route', 'refuted'), at('route', 'connected')],
      2,
    ],
    [
      'a route that answers wrongly, before the tunnel',
      [at('youngestImage', 'unreached'), at('route', 'refuted'), at('tunnel', 'connected')],
      1,
    ],
    [
      'the tunnel last',
      [at('streamRepository', 'unreached'), at('route', 'unreached'), at('tunnel', 'connected')],
      2,
    ],
    [
      'the named one, where nothing is reached',
      [at('youngestImage', 'unreached'), at('tunnel', 'unreached')],
      0,
    ],
  ];
  for (const [what, all, place] of CASES) {
    it(what, () => assert.equal(chosenAddress(all), all[place]));
  }
});

describe('where a chain breaks', () => {
  const at = new Date(NOW).toISOString();
  const old = { ...CERTIFICATE, notAfter: '2026-11-01T00:00:00Z' };
  const broken = (code: string) => [{ ...strange, code }];
  it('nowhere, where it is verified or nothing decides', () => {
    assert.equal(chainBreak({ chain: [CERTIFICATE], verifications: [TRUSTED] }, at), null);
    assert.equal(chainBreak({ chain: [CERTIFICATE], verifications: [] }, at), null);
  });
  it('above the last, where nobody is trusted', () => {
    assert.equal(chainBreak({ chain: [CERTIFICATE, CERTIFICATE], verifications: [strange] }, at), 2);
  });
  it('at the one that is out of its time', () => {
    assert.equal(chainBreak({ chain: [CERTIFICATE, old], verifications: broken('CERT_HAS_EXPIRED') }, at), 1);
  });
  it('above, where that is the authority', () => {
    assert.equal(chainBreak({ chain: [CERTIFICATE], verifications: broken('CERT_HAS_EXPIRED') }, at), 1);
  });
  it('at the server’s own, where that is for another name', () => {
    assert.equal(
      chainBreak({ chain: [CERTIFICATE], verifications: broken('ERR_TLS_CERT_ALTNAME_INVALID') }, at),
      0,
    );
  });
});

describe('what strangers send', () => {
  it('is harmless to a terminal', () => {
    assert.equal(plainText('a\x1b[31mb\nc\u202ed\u2028'), 'a?[31mb?c?d?');
    assert.equal(plainText('x'.repeat(500)), `${'x'.repeat(300)}…`);
  });
  it('is one word in a shell', () => {
    assert.equal(shellWord('registry.example.com:5000'), 'registry.example.com:5000');
    assert.equal(shellWord("a'b $c"), "'a'\\''b $c'");
  });
  it('tells what is inside a cluster', () => {
    for (const host of [
      'image-registry.openshift-image-registry.svc',
      'a.b.svc.cluster.local',
      '172.30.30.30',
    ]) {
      assert.ok(isInsideCluster(host), host);
    }
    for (const host of ['registry.example.com', '172.31.0.1', 'svc', 'a.svc.example.com', '::1']) {
      assert.ok(!isInsideCluster(host), host);
    }
  });
});

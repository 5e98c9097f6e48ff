import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inEnglish } from '../../../src/engine/said.ts';
import { connectionFailure, isUnreachable } from '../../../src/registry/client/connection-failure.ts';
import {
  RegistryUnreachableError,
  type UnansweredRequest,
} from '../../../src/registry/client/registry-unreachable.ts';
import { nextSteps } from '../../../src/registry/discovery/next-steps.ts';
import type { TriedAddress } from '../../../src/registry/discovery/registry-not-found.ts';

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`message of ${code}`), { code, ...more });
const https = { scheme: 'https', verified: true } as const;
const unverified = { scheme: 'https', verified: false } as const;
const http = { scheme: 'http', verified: false } as const;

describe('what a failed connection means', () => {
  const UNREACHABLE = [
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ETIMEDOUT',
    'UND_ERR_CONNECT_TIMEOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ];
  for (const code of UNREACHABLE) {
    it(`${code}: nothing was reached`, () => {
      const { kind, words } = connectionFailure(coded(code));
      assert.ok(isUnreachable(kind));
      assert.ok(inEnglish(words).endsWith(`(${code})`));
    });
  }

  const REACHED = [
    'CERT_HAS_EXPIRED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'INVALID_PURPOSE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    'ECONNRESET',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'SOMETHING_NEW',
    'toString',
  ];
  for (const code of REACHED) {
    it(`${code}: something was`, () => assert.ok(!isUnreachable(connectionFailure(coded(code)).kind)));
  }

  it('is that of the error below, and of the first of several addresses', () => {
    const several = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')], '');
    const wrapped = new Error('outer', { cause: several });
    assert.equal(inEnglish(connectionFailure(wrapped).words), 'connect: connection refused (ECONNREFUSED)');
  });

  it('names what a certificate is valid for', () => {
    const error = coded('ERR_TLS_CERT_ALTNAME_INVALID', {
      host: 'a.example.com',
      cert: { subjectaltname: 'DNS:b.example.com, IP Address:192.0.2.1' },
    });
    assert.equal(
      inEnglish(connectionFailure(error).words),
      'x509: certificate is valid for b.example.com, 192.0.2.1, not a.example.com (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
  });

  it('shows the beginning of what isn’t HTTP, harmlessly', () => {
    const error = Object.assign(new Error('x'), {
      name: 'HTTPParserError',
      data: `\x15"\\\x1b[31m${'a'.repeat(200)}`,
    });
    assert.match(
      inEnglish(connectionFailure(error).words),
      /^malformed HTTP response "\\x15\\"\\\\\\x1b\[31ma{20,32}"$/,
    );
  });

  it('is an error in words even where it is none of Node’s', () => {
    assert.equal(inEnglish(connectionFailure(new Error('boom')).words), 'boom');
    assert.equal(inEnglish(connectionFailure('boom').words), 'boom');
    assert.equal(connectionFailure(undefined).kind, 'other');
  });
});

describe('the error of a registry that can’t be spoken to', () => {
  const at = (
    attempt: UnansweredRequest['attempt'],
    more: Partial<UnansweredRequest>,
  ): UnansweredRequest => ({
    url: `${attempt.scheme}://r.example.com/`,
    attempt,
    ...more,
  });

  it('is in the reference command’s words', () => {
    const one = new RegistryUnreachableError([at(https, { cause: coded('SELF_SIGNED_CERT_IN_CHAIN') })]);
    assert.equal(
      one.message,
      'error communicating with registry: Get https://r.example.com/: x509: certificate signed by unknown authority',
    );
    const both = new RegistryUnreachableError([
      at(https, { cause: coded('ERR_SSL_WRONG_VERSION_NUMBER') }),
      at(unverified, { cause: coded('ERR_SSL_WRONG_VERSION_NUMBER') }),
      at(http, { status: 404, said: 'nothing here' }),
    ]);
    assert.equal(
      both.message,
      'error communicating with registry: [Get https://r.example.com/: http: server gave HTTP response to HTTPS client, unexpected status: 404 Not Found]',
    );
    assert.equal(
      inEnglish(both.why),
      'http: server gave HTTP response to HTTPS client (ERR_SSL_WRONG_VERSION_NUMBER), status 404, "nothing here"',
    );
  });

  it('says that nothing was reached only where no request reached anything', () => {
    const refused = at(https, { cause: coded('ECONNREFUSED') });
    assert.equal(new RegistryUnreachableError([refused]).unreachable, true);
    assert.equal(new RegistryUnreachableError([refused, at(http, { status: 200 })]).unreachable, false);
    assert.equal(
      new RegistryUnreachableError([refused, at(http, { cause: coded('ECONNRESET') })]).unreachable,
      false,
    );
  });

  const STEPS: readonly (readonly [string, UnansweredRequest[], RegExp])[] = [
    [
      'plain HTTP',
      [at(https, { cause: coded('ERR_SSL_WRONG_VERSION_NUMBER') })],
      /Best: secure the registry\. .*--force-insecure.*clear text/,
    ],
    [
      'HTTPS in place of HTTP',
      [at(http, { cause: Object.assign(new Error('x'), { name: 'HTTPParserError' }) })],
      /https:\/\/ in front/,
    ],
    [
      'HTTPS in place of HTTP, with a notice',
      [at(http, { status: 400 }), at(http, { status: 400 })],
      /https:\/\/ in front/,
    ],
    [
      'an expired certificate',
      [at(https, { cause: coded('CERT_HAS_EXPIRED') })],
      /clock.*issued anew.*workaround/,
    ],
    [
      'another name',
      [at(https, { cause: coded('ERR_TLS_CERT_ALTNAME_INVALID') })],
      /an address that its certificate names/,
    ],
    ['a wrong purpose', [at(https, { cause: coded('INVALID_PURPOSE') })], /issued anew/],
    ['silence', [at(https, { cause: coded('UND_ERR_HEADERS_TIMEOUT') })], /overloaded/],
    ['a wrong status', [at(https, { status: 503 })], /no registry, or one in trouble/],
    ['a cut', [at(https, { cause: coded('ECONNRESET') })], /proxy or a firewall/],
    [
      'an answer after a refused certificate',
      [at(https, { cause: coded('SELF_SIGNED_CERT_IN_CHAIN') }), at(unverified, { status: 404 })],
      /no registry, or one in trouble/,
    ],
  ];
  for (const [what, requests, words] of STEPS) {
    it(`says what to do about ${what}`, () => {
      const steps = nextSteps(new RegistryUnreachableError(requests), [], undefined);
      assert.equal(steps.length, 1);
      assert.match(inEnglish(steps[0] ?? ''), words);
    });
  }

  it('asks to expose the registry only where it isn’t exposed yet', () => {
    const failure = new RegistryUnreachableError([at(https, { cause: coded('ENOTFOUND') })]);
    const route: TriedAddress = { source: 'route', outcome: 'noAddress', address: 'the routes', why: 'none' };
    assert.match(
      nextSteps(failure, [route], undefined).map(inEnglish).join('\n'),
      /oc patch .*"defaultRoute":true/,
    );
    const exposed: TriedAddress = { ...route, outcome: 'unreachable' };
    assert.doesNotMatch(nextSteps(failure, [exposed], undefined).map(inEnglish).join('\n'), /oc patch/);
  });
});

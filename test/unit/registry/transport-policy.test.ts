import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLocalHost } from '../../../src/registry/transport/local-host.ts';
import { type TransportQuestion, transportPolicy } from '../../../src/registry/transport/policy.ts';

const secure = 'https';
const all = 'https https-unverified http';
const noHttp = 'https https-unverified';

/** What is asked beyond the plain question; what is tried, in order; and the reason. */
const TABLE: readonly (readonly [Partial<TransportQuestion>, string, string])[] = [
  [{}, secure, 'secureOnly'],
  [{ scheme: 'https' }, secure, 'secureOnly'],
  [{ scheme: 'http' }, 'http', 'httpAsked'],
  [{ forced: true }, all, 'forced'],
  [{ forced: true, scheme: 'https' }, noHttp, 'forced'],
  [{ forced: true, scheme: 'http' }, 'http', 'forced'],
  [{ clusterInsecure: true }, all, 'clusterInsecure'],
  [{ clusterInsecure: true, scheme: 'https' }, noHttp, 'clusterInsecure'],
  [{ hostname: 'localhost' }, all, 'localHost'],
  [{ hostname: '127.8.9.10' }, all, 'localHost'],
  [{ hostname: '::1' }, all, 'localHost'],
  [{ hostname: '169.254.10.1' }, all, 'localHost'],
  [{ hostname: 'fe80::1%eth0' }, all, 'localHost'],
  [{ hostname: '' }, all, 'localHost'],
  [{ hostname: '172.30.30.30' }, secure, 'secureOnly'],
  [{ hostname: '10.0.0.1' }, secure, 'secureOnly'],
  [{ hostname: '172.16.0.1' }, secure, 'secureOnly'],
  [{ hostname: '192.168.1.1' }, secure, 'secureOnly'],
  [{ hostname: '100.64.0.1' }, secure, 'secureOnly'],
  [{ hostname: '169.253.255.255' }, secure, 'secureOnly'],
  [{ hostname: '169.255.0.1' }, secure, 'secureOnly'],
  [{ hostname: '126.255.255.255' }, secure, 'secureOnly'],
  [{ hostname: '0.0.0.0' }, secure, 'secureOnly'],
  [{ hostname: 'fc00::1' }, secure, 'secureOnly'],
  [{ hostname: 'fd00::1' }, secure, 'secureOnly'],
  [{ hostname: 'fe7f::1' }, secure, 'secureOnly'],
  [{ hostname: 'fec0::1' }, secure, 'secureOnly'],
  [{ hostname: '::2' }, secure, 'secureOnly'],
  [{ hostname: 'localhost.example.com' }, secure, 'secureOnly'],
  [{ hostname: 'mylocalhost' }, secure, 'secureOnly'],
  [{ hostname: '127.0.0.1.example.com' }, secure, 'secureOnly'],
  [{ authorityGiven: true, hostname: 'localhost' }, secure, 'authorityGiven'],
  [{ authorityGiven: true, clusterInsecure: true }, secure, 'authorityGiven'],
  // The command line refuses these two before anybody is asked; elsewhere they must not weaken anything either.
  [{ authorityGiven: true, forced: true }, secure, 'authorityGiven'],
  [{ authorityGiven: true, scheme: 'http' }, secure, 'authorityGiven'],
];

describe('how a registry may be spoken to', () => {
  for (const [question, attempts, reason] of TABLE) {
    it(`${JSON.stringify(question)}: ${attempts}`, () => {
      const policy = transportPolicy({
        authorityGiven: false,
        forced: false,
        scheme: null,
        hostname: 'registry.example.com',
        clusterInsecure: false,
        ...question,
      });
      const tried = policy.attempts.map(({ scheme, verified }) =>
        scheme === 'https' && !verified ? 'https-unverified' : scheme,
      );
      assert.equal(tried.join(' '), attempts);
      assert.equal(policy.reason, reason);
    });
  }

  it('takes an IPv4-mapped loopback address for this machine only where it is one', () => {
    assert.equal(isLocalHost('::ffff:127.0.0.1'), true);
    assert.equal(isLocalHost('::ffff:10.0.0.1'), false);
  });
});

// The registry’s client and the search for the registry, through the proxies of the environment.
import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { inEnglish } from '../../src/engine/said.ts';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import { isVerifiedBy } from '../../src/registry/authorities/fitting-authority.ts';
import { connectToRegistry } from '../../src/registry/client/registry-connection.ts';
import { registryProxy } from '../../src/registry/client/registry-proxy.ts';
import { RegistryUnreachableError } from '../../src/registry/client/registry-unreachable.ts';
import { transportPolicy } from '../../src/registry/transport/policy.ts';
import { type Authority, createAuthority } from '../pki.ts';
import { startProxy, startSocksProxy, type TestProxy } from '../unit/session-server.ts';
import { startRegistry, type TestRegistry } from './start.ts';

const NAME = 'registry.example.com';
const fails: LookupFunction = (hostname) => assert.fail(`${hostname} was resolved here, not by the proxy`);

describe('a registry behind a proxy', () => {
  let authority: Authority;
  let registry: TestRegistry;
  const proxies: TestProxy[] = [];
  before(async () => {
    authority = await createAuthority('cluster authority');
    registry = await startRegistry({ kind: 'embedded', authority, hosts: [NAME] });
  });
  after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await registry.stop();
  });

  async function started(proxy: Promise<TestProxy>): Promise<TestProxy> {
    const one = await proxy;
    proxies.push(one);
    return one;
  }

  function open(env: Record<string, string>, text = `${NAME}:${registry.port}`, forced = false) {
    const url = parseRegistryUrl(text);
    const { scheme, hostname } = url;
    const policy = transportPolicy({
      authorityGiven: false,
      forced,
      scheme,
      hostname,
      clusterInsecure: false,
    });
    return connectToRegistry({ url, policy, authority: authority.certificate }, { env, lookup: fails });
  }

  it('is reached through HTTPS_PROXY, its certificate verified, its name resolved by the proxy', async () => {
    const proxy = await started(startProxy(registry));
    const connection = await open({ HTTPS_PROXY: proxy.url.replace('//', '//me:s3cret@') });
    try {
      assert.deepEqual(connection.attempt, { scheme: 'https', verified: true });
      assert.equal((await connection.send('GET', '/v2/', { token: registry.adminToken })).status, 200);
    } finally {
      await connection.close();
    }
    assert.ok(proxy.asked.length > 0);
    assert.deepEqual(new Set(proxy.asked), new Set([`${NAME}:${registry.port}`]));
    assert.equal(proxy.authorizations[0], `Basic ${Buffer.from('me:s3cret').toString('base64')}`);
  });

  it('is reached through a SOCKS5 proxy', async () => {
    const proxy = await started(startSocksProxy(registry.port));
    const connection = await open({ HTTPS_PROXY: proxy.url });
    await connection.close();
    assert.deepEqual(proxy.asked, [`${NAME}:${registry.port}`]);
  });

  it('is verified through the proxy when authorities are tried', async () => {
    const proxy = await started(startProxy(registry));
    const url = parseRegistryUrl(`${NAME}:${registry.port}`);
    const env = { HTTPS_PROXY: proxy.url };
    const stranger = await createAuthority('somebody else');
    assert.equal(await isVerifiedBy(url, undefined, authority.certificate, { env, lookup: fails }), true);
    assert.equal(await isVerifiedBy(url, undefined, stranger.certificate, { env, lookup: fails }), false);
    assert.equal(proxy.asked.length, 2);
  });

  it('is reached directly where NO_PROXY says so, or it is this machine', async () => {
    const proxy = await started(startProxy({ refuse: 403 }));
    for (const [address, env] of [
      [`127.0.0.1:${registry.port}`, { HTTPS_PROXY: proxy.url }],
      [`localhost:${registry.port}`, { HTTPS_PROXY: proxy.url }],
      [`127.0.0.1:${registry.port}`, { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.0/8' }],
    ] as const) {
      const { scheme, hostname } = parseRegistryUrl(address);
      const policy = transportPolicy({
        authorityGiven: false,
        forced: false,
        scheme,
        hostname,
        clusterInsecure: false,
      });
      const target = { url: parseRegistryUrl(address), policy, authority: authority.certificate };
      const connection = await connectToRegistry(target, { env });
      await connection.close();
    }
    assert.deepEqual(proxy.asked, []);
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: '.example.com,172.30.0.0/16' };
    assert.equal(registryProxy(`https://${NAME}:5000`, env), undefined);
    assert.equal(registryProxy('https://172.30.30.30:5000', env), undefined);
    assert.equal(registryProxy('https://registry.example.net', env)?.href, `${proxy.url}/`);
  });

  it('takes HTTP_PROXY for plain HTTP', () => {
    const env = { HTTP_PROXY: 'plain.example.net:3128', HTTPS_PROXY: 'secure.example.net:3129' };
    assert.equal(registryProxy(`http://${NAME}:5000`, env)?.host, 'plain.example.net:3128');
    assert.equal(registryProxy(`https://${NAME}:5000`, env)?.host, 'secure.example.net:3129');
  });

  const REFUSALS: readonly (readonly [string, number, string])[] = [
    ['asks for a password', 407, 'Proxy Authentication Required'],
    ['refuses', 403, 'Forbidden'],
    ['can’t reach it', 503, 'Service Unavailable'],
  ];
  for (const [does, refuse, words] of REFUSALS) {
    it(`was not reached where the proxy ${does}: another address may do`, async () => {
      const proxy = await started(startProxy({ refuse }));
      const url = proxy.url.replace('//', '//me:s3cret@');
      await assert.rejects(open({ HTTPS_PROXY: url }), (error) => {
        assert.ok(error instanceof RegistryUnreachableError);
        assert.equal(
          error.message,
          `error communicating with registry: Get https://${NAME}:${registry.port}/: ${words}`,
        );
        assert.ok(error.unreachable);
        assert.match(inEnglish(error.why), new RegExp(`^the proxy refused to connect to it: ${refuse} `));
        assert.doesNotMatch(`${error.stack}`, /s3cret/);
        return true;
      });
    });
  }

  it('was not reached where the proxy isn’t there', async () => {
    const proxy = await startProxy({ refuse: 500 });
    await proxy.close();
    await assert.rejects(open({ HTTPS_PROXY: proxy.url }), (error) => {
      assert.ok(error instanceof RegistryUnreachableError);
      assert.equal(
        error.message,
        `error communicating with registry: Get https://${NAME}:${registry.port}/: proxyconnect tcp: dial tcp 127.0.0.1:${proxy.port}: connect: connection refused`,
      );
      assert.ok(error.unreachable);
      return true;
    });
  });

  it('says what is wrong with the proxy’s URL, and not its password', async () => {
    await assert.rejects(open({ HTTPS_PROXY: 'ftp://me:s3cret@proxy.example.net' }), (error) => {
      assert.match(String(error), /HTTPS_PROXY or HTTP_PROXY has the unsupported scheme “ftp”/);
      assert.doesNotMatch(String(error), /s3cret/);
      return true;
    });
  });

  it('sends no credential to a proxy', async () => {
    const heard: string[] = [];
    const proxy = await started(startProxy({ refuse: 403 }));
    await assert.rejects(open({ HTTPS_PROXY: proxy.url }, undefined, true));
    heard.push(...proxy.authorizations.map(String));
    assert.deepEqual(new Set(heard), new Set(['undefined']));
  });
});

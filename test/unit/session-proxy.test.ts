import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { TargetCluster } from '../../src/cluster/kubeconfig/cluster-target.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import { goesThroughProxy, proxyFromEnvironment } from '../../src/cluster/session/proxy-choice.ts';
import { type Authority, createAuthority } from '../pki.ts';
import {
  answerJson,
  openTestSession,
  startProxy,
  startServer,
  startSocksProxy,
  type TestProxy,
  type TestServer,
  targetOf,
} from './session-server.ts';

let authority: Authority;
let server: TestServer;
const proxies: TestProxy[] = [];
before(async () => {
  authority = await createAuthority('cluster CA');
  const { certificate, key } = await authority.issue({ commonName: 'api', hosts: ['127.0.0.1', 'api.test'] });
  server = await startServer(answerJson({ ok: true }), { cert: certificate, key });
});
after(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server.close();
});

async function proxied(...settings: Parameters<typeof startProxy>): Promise<TestProxy> {
  const proxy = await startProxy(...settings);
  proxies.push(proxy);
  return proxy;
}

/** Asks once; gives the proxy that the session reports. */
async function ask(url: string, cluster: Partial<TargetCluster>, env: Record<string, string> = {}) {
  const certificateAuthority = { kind: 'data', pem: authority.certificate } as const;
  const session = await openTestSession(targetOf(url, { certificateAuthority, ...cluster }), { env });
  try {
    assert.deepEqual(await session.json({ path: '/x' }), { ok: true });
    return session.proxy;
  } finally {
    await session.close();
  }
}

const through = (url: string) => ({ proxyUrl: new Secret(url) });

describe('through a proxy', () => {
  test('that the kubeconfig names, with its user, to an address and to a name', async () => {
    const proxy = await proxied(server);
    const url = proxy.url.replace('//', '//me:s3cret%20@');
    assert.equal(await ask(server.url, through(url), { NO_PROXY: '*' }), proxy.url);
    await ask(`https://api.test:${server.port}`, through(url));
    assert.deepEqual(proxy.asked, [`127.0.0.1:${server.port}`, `api.test:${server.port}`]);
    assert.equal(proxy.authorizations[0], `Basic ${Buffer.from('me:s3cret ').toString('base64')}`);
  });

  test('that the environment names, but not for loopback', async () => {
    const proxy = await proxied(server);
    const env = { HTTPS_PROXY: proxy.url };
    assert.equal(await ask(`https://api.test:${server.port}`, {}, env), proxy.url);
    assert.equal(await ask(server.url, {}, env), undefined);
    assert.deepEqual(proxy.asked, [`api.test:${server.port}`]);
  });

  test('that speaks SOCKS5, to an address and to a name, within the number of connections', async () => {
    const proxy = await startSocksProxy(server.port);
    proxies.push(proxy);
    assert.equal(await ask(server.url, through(proxy.url)), proxy.url);
    await ask(`https://api.test:${server.port}`, through(proxy.url.replace('socks5:', 'socks5h:')));
    assert.deepEqual(proxy.asked, [`127.0.0.1:${server.port}`, `api.test:${server.port}`]);
    const before = server.connections();
    const session = await openTestSession(
      targetOf(server.url, { insecureSkipTlsVerify: true, ...through(proxy.url) }),
      { connections: 2 },
    );
    await Promise.all(Array.from({ length: 20 }, () => session.json({ path: '/x' })));
    await session.close();
    assert.ok(server.connections() - before <= 2);
  });

  test('the certificate that counts is the one of the server', async () => {
    const proxy = await proxied(server);
    const stranger = await createAuthority('another CA');
    const certificateAuthority = { kind: 'data', pem: stranger.certificate } as const;
    await assert.rejects(ask(server.url, { certificateAuthority, ...through(proxy.url) }), {
      kind: 'certificate',
      message: /through the proxy http:\/\/127\.0\.0\.1:\d+: its certificate was signed/,
    });
  });
});

describe('a proxy that fails', () => {
  const failing = (cluster: Partial<TargetCluster>, message: RegExp) =>
    assert.rejects(ask(server.url, cluster), (error: Error & { kind?: string }) => {
      assert.equal(error.kind, 'proxy', error.message);
      assert.match(error.message, message);
      assert.doesNotMatch(inspect(error), /s3cret/);
      return true;
    });

  test('refuses', async () => {
    const { url } = await proxied({ refuse: 403 });
    await failing(
      through(url.replace('//', '//me:s3cret@')),
      /the proxy refused to connect to it \(403\).*NO_PROXY/,
    );
  });

  test('asks for a password', async () => {
    const { url } = await proxied({ refuse: 407 });
    await failing(through(url), /asks for a user name and password \(407\)/);
  });

  test('is not there', async () => {
    const { url, close } = await startProxy(server);
    await close();
    await failing(through(url), /can’t be used, nothing accepts connections there \(ECONNREFUSED\)/);
    await failing(through(url.replace('http:', 'socks5:')), /can’t be used, .* \(ECONNREFUSED\)/);
    await failing(through('http://proxy.invalid:3128'), /its name can’t be resolved/);
  });

  test('has a certificate that nobody trusts', async () => {
    const { certificate, key } = await authority.issue({ commonName: 'proxy', hosts: ['127.0.0.1'] });
    const { url } = await proxied(server, { cert: certificate, key });
    await failing(through(url), /the proxy itself can’t be used, its certificate isn’t accepted/);
  });

  test('has a URL that cannot be used, which is not quoted', async () => {
    for (const [url, message] of [
      ['ftp://me:s3cret@x', /proxy-url of the cluster “lab” .*unsupported scheme “ftp”/],
      ['me:s3cret@x:1:1', /proxy-url of the cluster “lab” .* It must start with/],
    ] as const) {
      await assert.rejects(ask(server.url, through(url)), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    }
  });
});

describe('which proxy the environment asks for', () => {
  test('by scheme, capitals first', () => {
    const [secure, plain] = [new URL('https://api.lab'), new URL('http://api.lab')];
    assert.equal(
      proxyFromEnvironment(secure, { HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }),
      'http://a',
    );
    assert.equal(proxyFromEnvironment(secure, { HTTPS_PROXY: '', https_proxy: 'b:3128' }), 'http://b:3128');
    assert.equal(proxyFromEnvironment(secure, { HTTP_PROXY: 'http://a' }), undefined);
    assert.equal(proxyFromEnvironment(plain, { http_proxy: 'http://a' }), 'http://a');
    assert.equal(proxyFromEnvironment(secure, { HTTPS_PROXY: 'http://a', no_proxy: 'lab' }), undefined);
  });

  // [NO_PROXY, URL, through the proxy], after the tests of golang.org/x/net/http/httpproxy.
  const table: [string, string, boolean][] = [
    ['', 'https://api.lab', true],
    ['', 'https://localhost:6443', false],
    ['', 'https://127.0.0.1', false],
    ['', 'https://127.1.2.3', false],
    ['', 'https://[::1]:6443', false],
    ['*', 'https://api.lab', false],
    ['x, *', 'https://10.0.0.1', false],
    ['foo.com', 'https://foo.com', false],
    ['foo.com', 'https://FOO.com', false],
    ['foo.com', 'https://api.foo.com', false],
    ['foo.com', 'https://notfoo.com', true],
    ['foo.com', 'https://foo.com.org', true],
    ['.foo.com', 'https://foo.com', true],
    ['.foo.com', 'https://api.foo.com', false],
    ['*.foo.com', 'https://api.foo.com', false],
    ['*.foo.com', 'https://foo.com', true],
    ['foo.com:6443', 'https://foo.com:6443', false],
    ['foo.com:6443', 'https://foo.com', true],
    ['foo.com:443', 'https://foo.com', false],
    ['.foo.com:6443', 'https://a.foo.com:6443', false],
    ['10.0.0.1', 'https://10.0.0.1:6443', false],
    ['10.0.0.1', 'https://10.0.0.11', true],
    ['10.0.0.1:6443', 'https://10.0.0.1:6443', false],
    ['10.0.0.1:6443', 'https://10.0.0.1', true],
    ['10.0.0.0/8', 'https://10.9.8.7', false],
    ['10.0.0.0/8', 'https://11.0.0.1', true],
    ['10.0.0.0/33', 'https://10.0.0.1', true],
    ['10.0.0.0/8', 'https://api.10.0.0.1.lab', true],
    ['fd00::/8', 'https://[fd00::1]', false],
    ['fd00::1', 'https://[fd00:0:0::1]:6443', false],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443', false],
    ['[fd00::1]:443', 'https://[fd00::1]:6443', true],
    [' a.com ,, b.com ', 'https://b.com', false],
    [':6443', 'https://b.com:6443', true],
    ['bücher.example', 'https://bücher.example', false],
  ];
  for (const [noProxy, url, expected] of table) {
    test(`NO_PROXY="${noProxy}" ${expected ? 'leaves' : 'excepts'} ${url}`, () => {
      assert.equal(goesThroughProxy(new URL(url), noProxy), expected);
    });
  }
});

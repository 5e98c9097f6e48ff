import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { createAuthority } from '../pki.ts';
import { call } from './calls.ts';
import { dockerRegistryInstalled } from './docker-registry.ts';
import { kinds } from './kinds.ts';
import { pushImage } from './push.ts';
import { startRegistry } from './start.ts';

const image = { namespace: 'shop', name: 'cart', tag: 'v1', layers: [{ name: 'base', size: 2048 }] };

for (const { kind, skip } of kinds) {
  describe(`a registry's life, ${kind}`, { skip }, () => {
    test('it answers as soon as it has started, and says what it is', async () => {
      await using registry = await startRegistry({ kind });
      assert.equal(registry.kind, kind);
      const answer = await call(registry, { path: '/v2/' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
      assert.deepEqual(registry.requests, [{ method: 'GET', path: '/v2/', status: 200 }]);
    });

    test('the ping needs no authorization, and can be made to need /healthz', async () => {
      await using registry = await startRegistry({ kind });
      assert.equal((await call(registry, { path: '/', token: null })).status, 200);
      assert.equal((await call(registry, { path: '/healthz', token: null })).status, 200);
      await using other = await startRegistry({ kind, rootStatus: 404 });
      assert.equal((await call(other, { path: '/', token: null })).status, 404);
      assert.equal((await call(other, { path: '/healthz', token: null })).status, 200);
    });

    test('a restart keeps address and store', async () => {
      await using registry = await startRegistry({ kind });
      const pushed = await pushImage(registry, image, { by: 'http' });
      const { host } = registry;
      const before = await registry.blobs();
      await registry.restart();
      assert.equal(registry.host, host);
      assert.deepEqual(await registry.blobs(), before);
      const layer = `/v2/shop/cart/blobs/${pushed.layers[0]?.digest}`;
      assert.equal((await call(registry, { path: layer })).body.length, 2048);
    });

    test('killed, the front answers for it or refuses; a restart brings it back', async () => {
      await using registry = await startRegistry({ kind });
      const statusOf = async (path: string) => (await call(registry, { path })).status;
      await registry.kill();
      assert.equal(await statusOf('/v2/'), 503);
      assert.equal(await statusOf('/healthz'), 503);
      await registry.kill(502);
      assert.equal(await statusOf('/v2/'), 502);
      await registry.restart();
      assert.equal(await statusOf('/v2/'), 200);
      await registry.kill('refuse');
      await assert.rejects(statusOf('/v2/'), { code: 'ECONNREFUSED' });
      await registry.restart();
      assert.equal(await statusOf('/v2/'), 200);
    });

    test('stopping removes a temporary folder and leaves a given one', async () => {
      const registry = await startRegistry({ kind });
      await registry.stop();
      await assert.rejects(access(registry.folder), { code: 'ENOENT' });
      const folder = await mkdtemp(join(tmpdir(), 'given-'));
      try {
        const first = await startRegistry({ kind, folder });
        await pushImage(first, image, { by: 'http' });
        const blobs = await first.blobs();
        await first.stop();
        await using second = await startRegistry({ kind, folder });
        assert.deepEqual(await second.blobs(), blobs);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test('stopping twice, or after a kill, is fine', async () => {
      const registry = await startRegistry({ kind });
      await registry.kill('refuse');
      await registry.stop();
      await registry.stop();
    });

    test('an insecure one speaks HTTP, and its uploads lead back to HTTP', async () => {
      await using registry = await startRegistry({ kind, scheme: 'http' });
      const started = await call(registry, { method: 'POST', path: '/v2/shop/cart/blobs/uploads/' });
      assert.ok(started.headers.location?.startsWith(`http://${registry.host}/v2/shop/cart/blobs/uploads/`));
    });
  });
}

test('without a wish it is docker-registry, where that is installed', async () => {
  await using registry = await startRegistry();
  assert.equal(registry.kind, dockerRegistryInstalled() ? 'docker-registry' : 'embedded');
});

describe('the certificate', () => {
  test('is good for the names of the cluster, and for no other', async () => {
    const authority = await createAuthority('an authority');
    await using registry = await startRegistry({ kind: 'embedded', authority, hosts: ['registry.example'] });
    const verify = async (servername: string) => {
      const socket = connectSecurely({ port: registry.port, servername, ca: authority.certificate });
      try {
        await once(socket, 'secureConnect');
      } finally {
        socket.destroy();
      }
    };
    await verify('image-registry.openshift-image-registry.svc');
    await verify('localhost');
    await verify('registry.example');
    await assert.rejects(verify('elsewhere.example'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('can be one of the caller', async () => {
    const authority = await createAuthority('an authority');
    const certificate = await authority.issue({ commonName: 'mine', hosts: ['127.0.0.1'] });
    await using registry = await startRegistry({ kind: 'embedded', authority, certificate });
    assert.equal((await call(registry, { path: '/' })).status, 200);
  });
});

describe('a client with the wrong scheme', () => {
  const answerTo = async (port: number, bytes: string | Buffer): Promise<Buffer> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    return buffer(socket);
  };
  const plain = 'GET /healthz HTTP/1.1\r\nHost: registry\r\n\r\n';

  test('is told by HTTPS that it spoke HTTP', async () => {
    await using registry = await startRegistry({ kind: 'embedded' });
    const answer = (await answerTo(registry.port, plain)).toString();
    assert.match(answer, /^HTTP\/1\.0 400 Bad Request\r\n/);
    assert.match(answer, /Client sent an HTTP request to an HTTPS server/);
  });

  test('gets an alert from an old registry', async () => {
    await using registry = await startRegistry({ kind: 'embedded', plainHttpAnswer: 'alert' });
    const answer = await answerTo(registry.port, plain);
    assert.equal(answer.subarray(0, 6).toString('latin1'), '\x15\x03\x01\x00\x02\x02');
  });

  test('gets an HTTP answer from HTTP', async () => {
    await using registry = await startRegistry({ kind: 'embedded', scheme: 'http' });
    const hello = connectSecurely({ port: registry.port, host: '127.0.0.1' });
    await assert.rejects(once(hello, 'secureConnect'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
  });
});

test('docker-registry dies with a test run that was killed', {
  skip: dockerRegistryInstalled() ? false : 'docker-registry is not installed',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orphan-'));
  const script = `
    import { startRegistry } from ${JSON.stringify(new URL('./start.ts', import.meta.url).href)};
    await startRegistry({ kind: 'docker-registry', folder: ${JSON.stringify(folder)} });
    console.log('started');
  `;
  const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(run.stdout, 'data');
    const log = await readFile(join(folder, 'registry.log'), 'utf8');
    const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // A reset is as good.
    socket.on('error', () => {});
    run.kill('SIGKILL');
    await closed;
  } finally {
    run.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});

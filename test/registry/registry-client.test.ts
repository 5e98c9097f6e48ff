import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import { connectToRegistry, type RegistryConnection } from '../../src/registry/client/registry-connection.ts';
import {
  checkRightToPrune,
  deleteBlob,
  deleteLayerLink,
  deleteManifestLink,
  NotAllowedToPruneError,
  RegistryDeletionError,
} from '../../src/registry/client/registry-deletions.ts';
import { RegistryUnreachableError } from '../../src/registry/client/registry-unreachable.ts';
import { type TransportQuestion, transportPolicy } from '../../src/registry/transport/policy.ts';
import { createAuthority, type Issued } from '../pki.ts';
import { pushImage } from './push.ts';
import { type RegistryOptions, startRegistry, type TestRegistry } from './start.ts';

const VIEWER = 'sha256~viewer';
const open: RegistryConnection[] = [];

async function connect(
  registry: Pick<TestRegistry, 'host'>,
  authority: string | undefined,
  question: Partial<TransportQuestion> = {},
  serverName?: string,
): Promise<RegistryConnection> {
  const url = { ...parseRegistryUrl(registry.host), scheme: question.scheme ?? null };
  // Loopback may be spoken to insecurely; here it stands for a host somewhere else.
  const policy = transportPolicy({
    authorityGiven: false,
    forced: false,
    clusterInsecure: false,
    hostname: 'registry.example.com',
    scheme: null,
    ...question,
  });
  const connection = await connectToRegistry({ url, policy, authority, serverName });
  open.push(connection);
  return connection;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

describe('deleting from a registry', () => {
  let registry: TestRegistry;
  before(async () => {
    registry = await startRegistry({
      authorize: (token) =>
        token === VIEWER ? { user: 'viewer', mayPush: false, mayPull: true, mayPrune: false } : undefined,
      rootStatus: 404,
    });
  });
  after(() => registry.stop());
  afterEach(() => {
    registry.faults.length = 0;
  });

  it('finds the registry at /healthz, sends no credential before, and verifies it', async () => {
    registry.requests.length = 0;
    const connection = await connect(registry, registry.certificateAuthority);
    assert.deepEqual(connection.attempt, { scheme: 'https', verified: true });
    assert.deepEqual(
      registry.requests.map(({ method, path, status }) => [method, path, status]),
      [
        ['GET', '/', 404],
        ['GET', '/healthz', 200],
      ],
    );
  });

  it('removes links and blobs, and counts what is gone already as gone', async () => {
    const pushed = await pushImage(registry, {
      namespace: 'team',
      name: 'web',
      tag: 'latest',
      layers: [{ name: 'client-test', size: 2048 }],
      mediaType: 'oci',
    });
    const [layer] = pushed.layers;
    assert.ok(layer);
    const connection = await connect(registry, registry.certificateAuthority);
    const token = registry.adminToken;
    await checkRightToPrune(connection, token, 'team/web');
    assert.equal(await deleteLayerLink(connection, token, 'team/web', layer.digest), 'deleted');
    assert.equal(await deleteManifestLink(connection, token, 'team/web', pushed.digest), 'deleted');
    assert.equal(await deleteBlob(connection, token, layer.digest), 'deleted');
    assert.equal(await deleteBlob(connection, token, layer.digest), 'gone');
    const links = await registry.repositoryLinks('team/web');
    assert.ok(!JSON.stringify(links).includes(layer.digest));
  });

  it('learns that it may not prune before anything is changed', async () => {
    const connection = await connect(registry, registry.certificateAuthority);
    const before = await registry.storeBytes();
    for (const token of [VIEWER, 'sha256~nobody']) {
      await assert.rejects(checkRightToPrune(connection, token, 'team/web'), (error: unknown) => {
        assert.ok(error instanceof NotAllowedToPruneError);
        assert.equal(error.status, 401);
        assert.match(error.message, /add-cluster-role-to-user system:image-pruner/);
        assert.ok(!error.message.includes(token));
        return true;
      });
    }
    assert.equal(await registry.storeBytes(), before);
  });

  it('says of a registry whose deletion is disabled how to enable it', async () => {
    registry.faults.push({ effect: 'status', status: 405, method: 'DELETE', path: /^\/v2\// });
    const connection = await connect(registry, registry.certificateAuthority);
    await assert.rejects(
      checkRightToPrune(connection, registry.adminToken, 'team/web'),
      /storage\.delete\.enabled/,
    );
  });

  it('reports a failed deletion with its status and the wait that the registry asks for', async () => {
    registry.faults.push({ effect: 'status', status: 429, retryAfter: 7, method: 'DELETE' });
    const connection = await connect(registry, registry.certificateAuthority);
    await assert.rejects(
      deleteBlob(connection, registry.adminToken, `sha256:${'0'.repeat(64)}`),
      (error: unknown) => {
        assert.ok(error instanceof RegistryDeletionError);
        assert.equal(error.message, '429 Too Many Requests');
        assert.equal(error.retryAfterSeconds, 7);
        return true;
      },
    );
  });
});

describe('connecting to a registry', () => {
  const registries: TestRegistry[] = [];
  afterEach(async () => {
    await Promise.all(registries.splice(0).map((registry) => registry.stop()));
  });
  async function start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const registry = await startRegistry({ kind: 'embedded', ...options });
    registries.push(registry);
    return registry;
  }

  it('refuses an unknown authority, and goes on unverified only where that is forced', async () => {
    const registry = await start();
    const { certificate } = await createAuthority('somebody-else');
    await assert.rejects(connect(registry, certificate), (error: unknown) => {
      assert.ok(error instanceof RegistryUnreachableError);
      assert.equal(error.requests.length, 1);
      assert.match(error.message, /^error communicating with registry: Get https:\/\/127\.0\.0\.1:\d+\/: /);
      return true;
    });
    const forced = await connect(registry, certificate, { forced: true });
    assert.deepEqual(forced.attempt, { scheme: 'https', verified: false });
    assert.equal(forced.reason, 'forced');
  });

  const authority = createAuthority('faulty-registry-ca');
  const day = 24 * 60 * 60 * 1000;
  const FAULTY: readonly (readonly [string, () => Promise<Issued>, string])[] = [
    [
      'an expired certificate',
      async () =>
        (await authority).issue({
          commonName: 'old',
          hosts: ['127.0.0.1'],
          notBefore: new Date(Date.now() - 2 * day),
          notAfter: new Date(Date.now() - day),
        }),
      'CERT_HAS_EXPIRED',
    ],
    [
      'a certificate for another name',
      async () => (await authority).issue({ commonName: 'other', hosts: ['other.example.com'] }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'a missing intermediate',
      async () => {
        const issued = await (await (await authority).issueAuthority('intermediate')).issue({
          commonName: 'leaf',
          hosts: ['127.0.0.1'],
        });
        const [leaf = ''] = issued.certificate.split(/(?<=-----END CERTIFICATE-----\n?)/);
        return { ...issued, certificate: leaf };
      },
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ],
  ];
  for (const [name, certificate, code] of FAULTY) {
    it(`refuses ${name}`, async () => {
      const registry = await start({ certificate: await certificate() });
      await assert.rejects(connect(registry, (await authority).certificate), (error: unknown) => {
        assert.ok(error instanceof RegistryUnreachableError);
        const [met] = error.requests;
        assert.ok(met?.cause instanceof Error && 'code' in met.cause);
        assert.equal(met.cause.code, code);
        return true;
      });
    });
  }

  it('verifies the service’s name behind a tunnel', async () => {
    const registry = await start({
      certificate: await (await authority).issue({
        commonName: 'service',
        hosts: ['image-registry.openshift-image-registry.svc'],
      }),
    });
    const { certificate } = await authority;
    await assert.rejects(connect(registry, certificate), RegistryUnreachableError);
    const tunnelled = await connect(registry, certificate, {}, 'image-registry.openshift-image-registry.svc');
    assert.equal(tunnelled.attempt.verified, true);
  });

  it('speaks plain HTTP only where that is allowed', async () => {
    const registry = await start({ scheme: 'http' });
    await assert.rejects(connect(registry, undefined), RegistryUnreachableError);
    const forced = await connect(registry, undefined, { forced: true });
    assert.equal(forced.attempt.scheme, 'http');
    const asked = await connect(registry, undefined, { scheme: 'http' });
    assert.equal(asked.reason, 'httpAsked');
  });

  it('does not fall back to HTTPS where HTTP was asked', async () => {
    const registry = await start();
    await assert.rejects(
      connect(registry, registry.certificateAuthority, { scheme: 'http' }),
      RegistryUnreachableError,
    );
  });
});

describe('something that is no registry', () => {
  it('is refused before it sees a credential, since to it everything is gone already', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(request.url === '/' ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const connection = await connect({ host: `127.0.0.1:${port}` }, undefined, { scheme: 'http' });
      await assert.rejects(checkRightToPrune(connection, VIEWER, undefined), /is no image registry/);
      assert.deepEqual(
        seen.filter((authorization) => authorization !== undefined),
        [],
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

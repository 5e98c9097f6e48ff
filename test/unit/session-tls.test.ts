import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type {
  ClusterTarget,
  TargetCluster,
  TargetUser,
} from '../../src/cluster/kubeconfig/cluster-target.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import { ClusterUnreachableError } from '../../src/cluster/session/api-session.ts';
import { type Authority, createAuthority } from '../pki.ts';
import { answerJson, openTestSession, startServer, type TestServer, targetOf } from './session-server.ts';

let authority: Authority;
let other: Authority;
let server: TestServer;
const servers: TestServer[] = [];

/** A server that tells which name it was asked for and who the client is. */
async function secureServer(tls: ServerOptions): Promise<TestServer> {
  const started = await startServer((request, response) => {
    const { socket } = request;
    assert.ok(socket instanceof TLSSocket);
    const client = socket.getPeerCertificate()?.subject?.CN;
    answerJson({ sni: socket.servername, client })(request, response);
  }, tls);
  servers.push(started);
  return started;
}

async function issued(from: Authority, request: Parameters<Authority['issue']>[0]): Promise<ServerOptions> {
  const { certificate, key } = await from.issue(request);
  return { cert: certificate, key };
}

before(async () => {
  authority = await createAuthority('cluster CA');
  other = await createAuthority('another CA');
  server = await secureServer(
    await issued(authority, { commonName: 'api', hosts: ['127.0.0.1', 'api.lab'] }),
  );
});
after(() => Promise.all(servers.map((each) => each.close())));

const trusting = (from: Authority) => ({ kind: 'data', pem: from.certificate }) as const;

async function ask(target: ClusterTarget): Promise<unknown> {
  const session = await openTestSession(target);
  try {
    return await session.json({ path: '/whoami' });
  } finally {
    await session.close();
  }
}

const asked = (url: string, cluster: Partial<TargetCluster>, user: Partial<TargetUser> = {}) =>
  ask(targetOf(url, cluster, user));

describe('whom we trust', () => {
  test("the cluster's authority, inline or in a file", async (t) => {
    assert.deepEqual(await asked(server.url, { certificateAuthority: trusting(authority) }), { sni: false });
    const folder = await mkdtemp(join(tmpdir(), 'session-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'ca.crt');
    await writeFile(path, `not a certificate\n${other.certificate}\n${authority.certificate}`);
    await asked(server.url, { certificateAuthority: { kind: 'file', path } });
  });

  test('only that one, and not the machine', async () => {
    await assert.rejects(asked(server.url, { certificateAuthority: trusting(other) }), {
      kind: 'certificate',
      message:
        /signed by an authority that is not trusted here \(UNABLE_TO_\w+\)\. Set the right certificate-authority/,
    });
    await assert.rejects(asked(server.url, {}), { kind: 'certificate' });
  });

  test('the machine and NODE_EXTRA_CA_CERTS, where the cluster has no authority', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'session-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const [extra, program] = [join(folder, 'extra.crt'), join(folder, 'ask.mjs')];
    await writeFile(extra, authority.certificate);
    const fixtures = join(import.meta.dirname, 'session-server.ts');
    await writeFile(
      program,
      `const { openTestSession, targetOf } = await import(${JSON.stringify(fixtures)});
       const session = await openTestSession(targetOf(process.argv[2]));
       await session.json({ path: '/whoami' });
       await session.close();`,
    );
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: extra };
    await promisify(execFile)(process.execPath, [program, server.url], { env });
    const { NODE_EXTRA_CA_CERTS: _, ...without } = env;
    await assert.rejects(
      promisify(execFile)(process.execPath, [program, server.url], { env: without }),
      /signed by an authority that is not trusted/,
    );
  });

  test('anybody, where the kubeconfig says so', async () => {
    await asked(server.url, { insecureSkipTlsVerify: true });
  });

  test('an intermediate or the certificate itself, as Go does', async () => {
    const intermediate = await authority.issueAuthority('intermediate');
    const leaf = await intermediate.issue({ commonName: 'api', hosts: ['127.0.0.1'] });
    const { url } = await secureServer({ cert: leaf.certificate, key: leaf.key });
    await asked(url, { certificateAuthority: trusting(intermediate) });
    await asked(url, { certificateAuthority: { kind: 'data', pem: leaf.certificate } });
  });

  test('an authority that is missing or no certificate is an error before any request', async () => {
    await assert.rejects(
      asked(server.url, { certificateAuthority: { kind: 'file', path: '/nowhere/ca.crt' } }),
      {
        problem: 'invalid-cluster',
        message: /The certificate authority \/nowhere\/ca\.crt of the cluster “lab” can’t be read \(ENOENT\)/,
      },
    );
    await assert.rejects(asked(server.url, { certificateAuthority: { kind: 'data', pem: 'hello' } }), {
      problem: 'invalid-cluster',
      message: /holds no certificate in PEM form/,
    });
  });
});

describe('what the certificate says', () => {
  test('an expired one', async () => {
    const day = 24 * 3600 * 1000;
    const { url } = await secureServer(
      await issued(authority, {
        commonName: 'api',
        hosts: ['127.0.0.1'],
        notBefore: new Date(Date.now() - 2 * day),
        notAfter: new Date(Date.now() - day),
      }),
    );
    await assert.rejects(asked(url, { certificateAuthority: trusting(authority) }), {
      code: 'CERT_HAS_EXPIRED',
      message: /has expired \(CERT_HAS_EXPIRED\)\. Check the clock/,
    });
  });

  test('another name, and tls-server-name', async () => {
    const { url } = await secureServer(
      await issued(authority, { commonName: 'api', hosts: ['api.lab', '10.1.2.3'] }),
    );
    const certificateAuthority = trusting(authority);
    await assert.rejects(asked(url, { certificateAuthority }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: /issued for another name .*tls-server-name/,
    });
    assert.deepEqual(await asked(url, { certificateAuthority, tlsServerName: 'api.lab' }), {
      sni: 'api.lab',
    });
    await asked(url, { certificateAuthority, tlsServerName: '10.1.2.3' });
    await assert.rejects(asked(url, { certificateAuthority, tlsServerName: 'other.lab' }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await assert.rejects(asked(url, { certificateAuthority, tlsServerName: '10.9.9.9' }), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});

describe('who we are', () => {
  const mutual = async () => ({
    ...(await issued(authority, { commonName: 'api', hosts: ['127.0.0.1'] })),
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });

  test('a client certificate', async () => {
    const { url } = await secureServer(await mutual());
    const client = await authority.issue({ commonName: 'system:admin', hosts: [], client: true });
    const clientCertificate = {
      certificate: { kind: 'data', pem: client.certificate },
      key: { kind: 'data', pem: new Secret(client.key) },
    } as const;
    const certificateAuthority = trusting(authority);
    assert.deepEqual(await asked(url, { certificateAuthority }, { clientCertificate }), {
      sni: false,
      client: 'system:admin',
    });
    // Node's server verifies after the handshake and just hangs up; others send an alert.
    await assert.rejects(asked(url, { certificateAuthority }), ClusterUnreachableError);
  });

  test('a renewed certificate in a file takes the place of a refused one', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'session-tls-'));
    const { cert, key, ca } = await mutual();
    const asking = await startServer(
      (request, response) => {
        const { socket } = request;
        assert.ok(socket instanceof TLSSocket);
        const client = socket.getPeerCertificate()?.subject?.CN;
        answerJson({ client }, client === 'new' ? 200 : 401)(request, response);
      },
      { cert, key, ca, requestCert: true },
    );
    const [old, fresh] = await Promise.all(
      ['old', 'new'].map((commonName) => authority.issue({ commonName, hosts: [], client: true })),
    );
    const paths = { certificate: join(folder, 'crt'), key: join(folder, 'key') };
    await writeFile(paths.certificate, old?.certificate ?? '');
    await writeFile(paths.key, old?.key ?? '');
    const session = await openTestSession(
      targetOf(
        asking.url,
        { certificateAuthority: trusting(authority) },
        {
          clientCertificate: {
            certificate: { kind: 'file', path: paths.certificate },
            key: { kind: 'file', path: paths.key },
          },
        },
      ),
    );
    t.after(async () => {
      await session.close();
      await asking.close();
      await rm(folder, { recursive: true });
    });
    await assert.rejects(session.json({ path: '/x' }), { status: 401 });
    await writeFile(paths.certificate, fresh?.certificate ?? '');
    await writeFile(paths.key, fresh?.key ?? '');
    assert.deepEqual(await session.json({ path: '/x' }), { client: 'new' });
    assert.equal(asking.requests.length, 3);
    assert.equal(asking.connections(), 2);
  });

  test('a certificate and a key that do not belong together', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => authority.issue({ commonName: 'x', client: true })),
    );
    const clientCertificate = {
      certificate: { kind: 'data', pem: one?.certificate ?? '' },
      key: { kind: 'data', pem: new Secret(two?.key ?? '') },
    } as const;
    await assert.rejects(asked(server.url, { insecureSkipTlsVerify: true }, { clientCertificate }), {
      problem: 'invalid-certificate',
      message: /can’t be used together \(ERR_OSSL_X509_KEY_VALUES_MISMATCH\)/,
    });
  });
});

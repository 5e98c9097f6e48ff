import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import { Credential } from '../../src/cluster/session/credential.ts';
import { credentialSource } from '../../src/cluster/session/credential-source.ts';
import { openTestSession, startServer, targetOf } from './session-server.ts';

const HIDDEN = 's3cret';

function assertSilent(what: string, value: unknown): void {
  const printed = [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(value) ?? '',
    String(value),
    inspect(Object.entries(Object(value)), { depth: 20 }),
  ].join('\n');
  const encoded = Buffer.from(HIDDEN).toString('base64').slice(0, 8);
  assert.ok(!printed.includes(HIDDEN) && !printed.includes(encoded), `${what} shows a secret:\n${printed}`);
}

test('nothing that holds a secret shows it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'session-redaction-'));
  t.after(() => rm(folder, { recursive: true }));
  const explicitPath = join(folder, 'config');
  const data = Buffer.from(`${HIDDEN} key`).toString('base64');
  await writeFile(
    explicitPath,
    `
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters:
- name: c
  cluster:
    server: https://c
    proxy-url: http://me:${HIDDEN}@proxy:1
    extensions: [{name: client.authentication.k8s.io/exec, extension: {clientSecret: ${HIDDEN}}}]
users:
- name: u
  user:
    token: ${HIDDEN}-token
    username: me
    password: ${HIDDEN}-password
    client-certificate: x
    client-key-data: ${data}
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: login
      args: [--secret=${HIDDEN}]
      env: [{name: SECRET, value: ${HIDDEN}}]
`,
  );
  const kubeconfig = await loadKubeconfig({ explicitPath, env: {}, homeDir: folder });
  assertSilent('the kubeconfig', kubeconfig);
  assertSilent('its users', [...kubeconfig.users.values()]);
  assertSilent('its clusters', [...kubeconfig.clusters.values()]);
  const target = resolveContext(kubeconfig);
  assertSilent('the target', target);
  assert.equal(target.user.token?.reveal(), `${HIDDEN}-token`);
});

test('credentials, their sources and sessions are silent too, also after use and in errors', async (t) => {
  const credential = new Credential({
    token: `${HIDDEN}-token`,
    basic: { username: 'me', password: `${HIDDEN}-password` },
    clientCertificate: { certificate: 'CERT', key: `${HIDDEN}-key` },
  });
  assertSilent('a credential', credential);
  assert.equal(String(credential), 'Credential(token, password, client certificate)');
  assertSilent('a secret', new Secret(HIDDEN));

  const server = await startServer((request, response) =>
    response.writeHead(400).end(`refused ${request.headers.authorization}`),
  );
  const user = { token: new Secret(`${HIDDEN}-token`), impersonate: { user: 'x', groups: [], extra: {} } };
  const target = targetOf(server.url, {}, user);
  const source = credentialSource(target, { env: {} });
  await source.current();
  assertSilent('a source', source);
  const session = await openTestSession(target, { env: {} });
  t.after(() => session.close());
  const failures = [await session.json({ path: '/x' }).catch((error: unknown) => error)];
  await server.close();
  failures.push(await session.json({ path: '/x' }).catch((error: unknown) => error));
  for (const failure of failures) {
    assert.ok(failure instanceof Error);
    assertSilent('an error', failure);
    assertSilent('its cause', failure.cause);
  }
  assertSilent('a session', session);

  const invalid = credentialSource(targetOf('https://c', {}, { token: new Secret(`${HIDDEN}\nx`) }), {
    env: {},
  });
  assertSilent('an error about a token', await invalid.current().catch((error: unknown) => error));
});

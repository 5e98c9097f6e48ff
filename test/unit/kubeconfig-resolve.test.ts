import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { nearestNames } from '../../src/cluster/kubeconfig/nearest-names.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
after(() => rm(folder, { recursive: true }));

async function loaded(text: string) {
  const explicitPath = join(folder, 'config');
  await writeFile(explicitPath, text);
  return loadKubeconfig({ explicitPath, env: {}, homeDir: folder });
}

const resolved = async (text: string, context?: string) => resolveContext(await loaded(text), { context });

const withCluster = (cluster: string, user = 'token: t') => `
current-context: c
clusters: [{name: c, cluster: {${cluster}}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {${user}}}]`;

describe('what is missing', () => {
  test('no kubeconfig at all names where it was looked for', async () => {
    const env = { KUBECONFIG: join(folder, 'one-that-is-missing') };
    const kubeconfig = await loadKubeconfig({ env, homeDir: folder });
    assert.throws(() => resolveContext(kubeconfig), {
      problem: 'no-kubeconfig',
      message: /There is no kubeconfig \(looked for .*one-that-is-missing\).*oc login/,
    });
  });

  test('no current context names those there are', async () => {
    await assert.rejects(resolved('contexts: [{name: a}, {name: b}]'), {
      problem: 'no-current-context',
      message: /sets no current-context\. .*"a", "b"/,
    });
  });

  test('an unknown context names the nearest', async () => {
    const text = 'contexts: [{name: ocp-lab}, {name: ocp-prod}, {name: kind}]';
    await assert.rejects(resolved(text, 'opc-lab'), { message: /“opc-lab”.* Did you mean "ocp-lab"/ });
    await assert.rejects(resolved(text, 'zzzzzzzz'), { message: /There is "ocp-lab", "ocp-prod", "kind"/ });
    await assert.rejects(resolved(`${text}\ncurrent-context: gone`), {
      message: /current-context of .*“gone”/,
    });
  });

  test('an unknown cluster or user is named with its context and file', async () => {
    const text = `
clusters: [{name: c, cluster: {server: "https://c"}}]
contexts: [{name: a, context: {cluster: cc, user: u}}, {name: b, context: {cluster: c, user: u}}, {name: e}]`;
    await assert.rejects(resolved(text, 'a'), {
      problem: 'unknown-cluster',
      message: /The context “a” \(.*config\) names the cluster “cc”, which is not in/,
    });
    await assert.rejects(resolved(text, 'b'), { problem: 'unknown-user', message: /holds none at all/ });
    await assert.rejects(resolved(text, 'e'), { problem: 'unknown-cluster', message: /names no cluster/ });
  });

  test('a client certificate without its key', async () => {
    const text = withCluster('server: "https://c"', 'client-certificate: x');
    await assert.rejects(resolved(text), {
      problem: 'invalid-user',
      message: /has a client certificate but no client key/,
    });
  });
});

describe('what cannot be used', () => {
  test('auth-providers', async () => {
    const text = withCluster('server: "https://c"', 'auth-provider: {name: gcp}');
    await assert.rejects(resolved(text), {
      problem: 'dropped-auth-provider',
      message: /“gcp”.*kubectl dropped them in 1\.26.*gke-gcloud-auth-plugin/,
    });
  });

  test('an authority together with insecure-skip-tls-verify', async () => {
    const text = withCluster('server: "https://c", certificate-authority: x, insecure-skip-tls-verify: true');
    await assert.rejects(resolved(text), { problem: 'invalid-cluster', message: /Remove one of them/ });
  });

  for (const [server, message] of [
    ['ftp://c', /unsupported scheme “ftp”/],
    ['https://me:s3cret@c', /holds a user name or password/],
    ['https://', /is not a URL/],
    ['', /has no server/],
  ] as const) {
    test(`the server "${server}"`, async () => {
      await assert.rejects(resolved(withCluster(`server: "${server}"`)), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    });
  }
});

test('servers become absolute as in client-go', async () => {
  const server = async (cluster: string) => (await resolved(withCluster(cluster))).cluster.server;
  assert.equal(await server('server: "https://c:6443/"'), 'https://c:6443');
  assert.equal(await server('server: "HTTPS://C/k8s/clusters/x/"'), 'https://c/k8s/clusters/x');
  assert.equal(await server('server: "localhost:8080"'), 'http://localhost:8080');
  assert.equal(await server('server: "c:6443", insecure-skip-tls-verify: true'), 'https://c:6443');
});

test('impersonation and the configuration of plugins come along', async () => {
  const { user, cluster } = await resolved(
    withCluster(
      'server: "https://c", extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]',
      'as: bob, as-uid: "7", as-groups: [g, h], as-user-extra: {scope: [x]}, username: n',
    ),
  );
  assert.deepEqual(user.impersonate, { user: 'bob', uid: '7', groups: ['g', 'h'], extra: { scope: ['x'] } });
  assert.equal(cluster.execConfig?.reveal(), '{"audience":"a"}');
  assert.equal(user.basic?.password.reveal(), '');
});

describe('in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

  test('the service account is used where no kubeconfig says anything', async () => {
    for (const [name, text] of [
      ['token', 'abc'],
      ['ca.crt', 'CA'],
      ['namespace', 'team-a\n'],
    ] as const) {
      await writeFile(join(folder, name), text);
    }
    const sources = { env, homeDir: join(folder, 'nobody'), serviceAccountDir: folder };
    const target = resolveContext(await loadKubeconfig(sources));
    assert.equal(target.cluster.server, 'https://[fd00::1]:443');
    assert.deepEqual(target.cluster.certificateAuthority, { kind: 'file', path: join(folder, 'ca.crt') });
    assert.equal(target.user.tokenFile, join(folder, 'token'));
    assert.equal(target.namespace, 'team-a');
    const elsewhere = { ...sources, env: { ...env, POD_NAMESPACE: 'team-b' } };
    assert.equal(resolveContext(await loadKubeconfig(elsewhere)).namespace, 'team-b');
  });

  test('a kubeconfig goes before it, and so does the name of a context', async () => {
    const explicitPath = join(folder, 'config');
    await writeFile(explicitPath, withCluster('server: "https://c"'));
    const sources = { env, homeDir: folder, serviceAccountDir: folder };
    const target = resolveContext(await loadKubeconfig({ ...sources, explicitPath }));
    assert.equal(target.cluster.server, 'https://c');
    const bare = await loadKubeconfig({ ...sources, homeDir: join(folder, 'nobody') });
    assert.throws(() => resolveContext(bare, { context: 'prod' }), { problem: 'unknown-context' });
  });
});

test('nearest names', () => {
  const names = ['default/api-lab:6443/admin', 'prod', 'production', 'Staging'];
  assert.deepEqual(nearestNames('prd', names), ['prod']);
  assert.deepEqual(nearestNames('prod', names), ['prod', 'production']);
  assert.deepEqual(nearestNames('staging', names), ['Staging']);
  assert.deepEqual(nearestNames('api-lab', names), ['default/api-lab:6443/admin']);
  assert.deepEqual(nearestNames('x', []), []);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { listContexts } from '../../src/cluster/kubeconfig/kubeconfig.ts';
import { KubeconfigError } from '../../src/cluster/kubeconfig/kubeconfig-error.ts';
import { kubeconfigPaths, loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';

const run = promisify(execFile);

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const load = (...files: string[]) =>
  loadKubeconfig({ env: { KUBECONFIG: files.join(delimiter) }, homeDir: folder });

async function loadingError(text: string): Promise<KubeconfigError> {
  const path = await file('wrong', text);
  const error = await load(path).catch((reason: unknown) => reason);
  assert.ok(error instanceof KubeconfigError, `loaded: ${text}`);
  assert.equal(error.file, path);
  assert.match(error.message, new RegExp(path));
  return error;
}

const FIRST = `
clusters:
- name: shared
  cluster: {server: "https://first:6443", certificate-authority: ca.crt}
contexts:
- name: work
  context: {cluster: shared, user: dev}
users:
- name: dev
  user: {token: from-first}
`;
const SECOND = `
current-context: work
clusters:
- name: shared
  cluster: {server: "https://second:6443", tls-server-name: api.example}
- name: other
  cluster: {server: "https://other:6443", certificate-authority: ../other.crt}
contexts:
- name: work
  context: {cluster: other, user: dev, namespace: team-b}
- name: spare
  context: {cluster: other, user: dev}
users:
- name: dev
  user: {client-certificate: dev.crt, client-key: dev.key}
`;

describe('which files count', () => {
  test('an explicit path stands alone and must be there', async () => {
    const path = await file('explicit', FIRST);
    const env = { KUBECONFIG: await file('ignored', SECOND) };
    const kubeconfig = await loadKubeconfig({ explicitPath: path, env, homeDir: folder });
    assert.deepEqual(kubeconfig.files, [path]);
    assert.equal(kubeconfig.currentContext, undefined);
    await assert.rejects(loadKubeconfig({ explicitPath: join(folder, 'nowhere'), env, homeDir: folder }), {
      problem: 'missing-file',
      message: /nowhere doesn’t exist\. Check the path given with --kubeconfig/,
    });
  });

  test('without KUBECONFIG it is ~/.kube/config', async () => {
    const path = await file('.kube/config', FIRST);
    assert.deepEqual((await loadKubeconfig({ env: {}, homeDir: folder })).files, [path]);
    assert.deepEqual((await loadKubeconfig({ env: { KUBECONFIG: '' }, homeDir: folder })).files, [path]);
  });

  test('empty entries, repeated ones and missing files are skipped', async () => {
    const path = await file('there', FIRST);
    const missing = join(folder, 'missing');
    const kubeconfig = await load('', missing, path, path, '');
    assert.deepEqual(kubeconfig.files, [path]);
    assert.deepEqual(kubeconfig.missingFiles, [missing]);
    const env = { KUBECONFIG: ['', missing, path, path].join(delimiter) };
    assert.deepEqual(kubeconfigPaths({ env, homeDir: folder }), [missing, path]);
  });

  test('a folder in place of a file is an error that says so', async () => {
    await assert.rejects(load(folder), { problem: 'unreadable-file', message: /EISDIR/ });
  });
});

describe('merging', () => {
  test('the first file to hold an entry wins whole, also for current-context', async () => {
    const [first, second] = [await file('a', FIRST), await file('sub/b', SECOND)];
    const kubeconfig = await load(first, second);
    assert.equal(kubeconfig.currentContext, 'work');
    assert.equal(kubeconfig.currentContextFile, second);
    const target = resolveContext(kubeconfig);
    assert.equal(target.cluster.server, 'https://first:6443');
    assert.equal(target.cluster.tlsServerName, undefined);
    assert.equal(target.namespace, 'default');
    assert.equal(target.user.token?.reveal(), 'from-first');
    assert.equal(target.user.clientCertificate, undefined);
    assert.deepEqual([target.cluster.file, target.user.file], [first, first]);

    const reversed = resolveContext(await load(second, first));
    assert.equal(reversed.cluster.server, 'https://other:6443');
    assert.equal(reversed.namespace, 'team-b');
    assert.equal(reversed.user.token, undefined);
  });

  test('a bad file among good ones is an error, as in kubectl', async () => {
    const bad = await file('bad', 'clusters:\n- name: x\n  cluster: {server: [');
    await assert.rejects(load(await file('a', FIRST), bad), { problem: 'invalid-file', file: bad });
  });

  test('contexts are listed by name with what they refer to', async () => {
    const path = await file('b', SECOND);
    assert.deepEqual(listContexts(await load(path)), [
      {
        name: 'spare',
        cluster: 'other',
        server: 'https://other:6443',
        user: 'dev',
        namespace: undefined,
        current: false,
        file: path,
      },
      {
        name: 'work',
        cluster: 'other',
        server: 'https://other:6443',
        user: 'dev',
        namespace: 'team-b',
        current: true,
        file: path,
      },
    ]);
  });
});

describe('paths and data', () => {
  test('relative paths are relative to the file that holds them', async () => {
    const path = await file(
      'deep/config',
      `
current-context: c
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: ../pki/ca.crt}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users:
- name: u
  user:
    tokenFile: token
    client-certificate: u.crt
    client-key: /abs/u.key
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, interactiveMode: Never}
`,
    );
    const { cluster, user } = resolveContext(await load(path));
    assert.deepEqual(cluster.certificateAuthority, { kind: 'file', path: join(folder, 'pki/ca.crt') });
    assert.equal(user.tokenFile, join(folder, 'deep/token'));
    assert.deepEqual(user.clientCertificate, {
      certificate: { kind: 'file', path: join(folder, 'deep/u.crt') },
      key: { kind: 'file', path: '/abs/u.key' },
    });
    assert.equal(user.exec?.command, join(folder, 'deep/bin/login'));
  });

  test('inline data wins over a file; a bare command stays bare', async () => {
    const data = (text: string) => Buffer.from(text).toString('base64');
    const path = await file(
      'inline',
      `
current-context: c
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: x, certificate-authority-data: ${data('CA')}}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users:
- name: u
  user:
    client-certificate-data: ${data('CERT')}
    client-key: ignored
    client-key-data: ${data('KEY')}
    exec: {apiVersion: client.authentication.k8s.io/v1, command: login}
`,
    );
    const { cluster, user } = resolveContext(await load(path));
    assert.deepEqual(cluster.certificateAuthority, { kind: 'data', pem: 'CA' });
    const { certificate, key } = user.clientCertificate ?? {};
    assert.deepEqual(certificate, { kind: 'data', pem: 'CERT' });
    assert.equal(key?.kind === 'data' && key.pem.reveal(), 'KEY');
    assert.equal(user.exec?.command, 'login');
    assert.equal(user.exec?.interactiveMode, 'IfAvailable');
  });
});

describe('files that are wrong', () => {
  const wrong: [what: string, text: string, line: number | undefined, message: RegExp][] = [
    ['bad YAML', 'clusters:\n- name: x\n  cluster: {server: "a"\nusers: []', 4, /line 4/],
    ['a list', '- a', undefined, /must be a mapping, not a list/],
    ['another kind', 'kind: Pod', 1, /kind must be Config/],
    ['another version', 'apiVersion: v2', 1, /apiVersion must be v1/],
    ['a number for a name', 'clusters:\n- name: 12', 2, /clusters\[0\]\.name must be a string, not a number/],
    ['a mapping for a list', 'users: {a: b}', 1, /users must be a list, not a mapping/],
    [
      'text for a mapping',
      'contexts:\n- name: a\n  context: abc',
      3,
      /contexts\[0\]\.context must be a mapping/,
    ],
    [
      'bad base64',
      'clusters:\n- name: x\n  cluster:\n    certificate-authority-data: "!!!"',
      4,
      /certificate-authority-data is not valid base64/,
    ],
    [
      'text for a flag',
      'clusters:\n- name: x\n  cluster: {insecure-skip-tls-verify: "true"}',
      3,
      /must be true or false, not a string/,
    ],
    [
      'a name twice',
      'users:\n- name: a\n- name: b\n- name: a',
      4,
      /users\[2\]\.name is a second “a” in this file/,
    ],
    [
      'no command',
      'users:\n- name: a\n  user:\n    exec: {apiVersion: x}',
      4,
      /users\[0\]\.user\.exec\.command must name the command/,
    ],
  ];
  for (const [what, text, line, message] of wrong) {
    test(`${what} is named with file and line`, async () => {
      const error = await loadingError(text);
      assert.equal(error.problem, 'invalid-file');
      assert.match(error.message, message);
      assert.equal(error.line, line);
    });
  }

  test('no message quotes a value', async () => {
    for (const text of [
      'users:\n- name: a\n  user: {token: [s3cret-value]}',
      'users:\n- name: a\n  user: {token: s3cret-value, x: {}\n',
      'users:\n- name: a\n  user:\n    client-key-data: s3cret-value',
      'users:\n- name: a\n  user: s3cret-value',
      'users:\n- name: a\n  user:\n    token: s3cret-value\n   bad: s3cret-value',
      'token: "s3cret-value',
      'token: *s3cret-value',
    ]) {
      const error = await loadingError(text);
      assert.doesNotMatch(error.message, /s3cret/, text);
    }
  });
});

describe('what kubectl tolerates', () => {
  test('an empty file, nulls, equal keys, merge keys, YAML 1.1 booleans and later documents', async () => {
    assert.equal((await load(await file('empty', ''))).contexts.size, 0);
    const path = await file(
      'odd',
      `
current-context: old
current-context: a
clusters:
- name: a
  cluster: &base {server: "https://a", insecure-skip-tls-verify: yes}
- name: b
  cluster: {<<: *base, server: "https://b"}
contexts: [{name: a, context: {cluster: b}}]
users:
---
current-context: never
`,
    );
    const target = resolveContext(await load(path));
    assert.equal(target.context, 'a');
    assert.deepEqual(target.user, { name: '' });
    assert.equal(target.cluster.server, 'https://b');
    assert.equal(target.cluster.insecureSkipTlsVerify, true);
  });
});

describe('kubectl says the same', async () => {
  const kubectl = await run('kubectl', ['version', '--client']).then(
    () => true,
    () => false,
  );
  const cases: Record<string, string[]> = {
    'first before second': ['a', 'sub/b'],
    'second before first': ['sub/b', 'a'],
    'with an empty file, a missing one and empty entries': ['', 'nothing', 'missing', 'sub/b', '', 'a'],
    'a current-context that only the last file sets': ['nothing', 'a', 'sub/b', 'c'],
    'a current-context that the first file sets': ['c', 'a', 'sub/b'],
  };
  for (const [what, names] of Object.entries(cases)) {
    test(what, { skip: kubectl ? false : 'there is no kubectl on this machine' }, async () => {
      await file('a', FIRST);
      await file('sub/b', SECOND);
      await file('nothing', '');
      await file('c', 'current-context: spare');
      const files = names.map((name) => (name === '' ? '' : join(folder, name)));
      const env = { ...process.env, KUBECONFIG: files.join(delimiter) };
      const { stdout } = await run('kubectl', ['config', 'view', '--raw', '--minify', '--merge'], { env });
      const theirs = parse(stdout);
      const ours = resolveContext(await load(...files));
      assert.equal(ours.context, theirs['current-context']);
      assert.equal(ours.namespace, theirs.contexts[0].context.namespace ?? 'default');
      assert.equal(ours.cluster.name, theirs.clusters[0].name);
      assert.equal(ours.cluster.server, theirs.clusters[0].cluster.server);
      assert.equal(ours.cluster.tlsServerName, theirs.clusters[0].cluster['tls-server-name']);
      assert.equal(ours.user.name, theirs.users[0].name);
      assert.equal(ours.user.token?.reveal(), theirs.users[0].user.token);
      assert.equal(Boolean(ours.user.clientCertificate), Boolean(theirs.users[0].user['client-certificate']));
    });
  }

  test('a name twice in one file', {
    skip: kubectl ? false : 'there is no kubectl on this machine',
  }, async () => {
    const path = await file('twice', 'clusters: [{name: a}, {name: a}]');
    const env = { ...process.env, KUBECONFIG: path };
    await assert.rejects(run('kubectl', ['config', 'view'], { env }), /duplicate name "a"/);
    await assert.rejects(load(path), /a second “a”/);
  });
});

import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { ExecPlugin, TargetCluster } from '../../src/cluster/kubeconfig/cluster-target.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import { CredentialError } from '../../src/cluster/session/credential-error.ts';
import { type CredentialOptions, credentialSource } from '../../src/cluster/session/credential-source.ts';
import { targetOf, until } from './session-server.ts';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const PATH = process.env.PATH ?? '';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-plugin-'));
});
after(() => rm(folder, { recursive: true }));

/** A shell script in the folder; gives its path. */
async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

const answering = (status: object, apiVersion = V1) =>
  `printf '%s' '${JSON.stringify({ kind: 'ExecCredential', apiVersion, status })}'`;

function sourceOf(
  plugin: Partial<ExecPlugin> & { command: string },
  options: Partial<CredentialOptions> = {},
  cluster: Partial<TargetCluster> = {},
) {
  const exec: ExecPlugin = {
    apiVersion: V1,
    args: [],
    env: [],
    provideClusterInfo: false,
    interactiveMode: 'IfAvailable',
    ...plugin,
  };
  return credentialSource(targetOf('https://api.lab:6443', cluster, { exec }), { env: { PATH }, ...options });
}

async function failureOf(
  plugin: Partial<ExecPlugin> & { command: string },
  options: Partial<CredentialOptions> = {},
): Promise<CredentialError> {
  const error = await sourceOf(plugin, options)
    .current()
    .catch((reason: unknown) => reason);
  assert.ok(error instanceof CredentialError, 'the plugin did not fail');
  assert.match(
    error.message,
    /^The credential plugin .* of the user “dev” \(context “lab”\) gave no credential: /,
  );
  return error;
}

describe('an answer', () => {
  for (const apiVersion of [V1, V1BETA1]) {
    test(`a token by ${apiVersion}`, async () => {
      const command = await script('token', answering({ token: 'tok-1' }, apiVersion));
      const credential = await sourceOf({ command, apiVersion }).current();
      assert.equal(credential.authorization(), 'Bearer tok-1');
      assert.equal(credential.token(), 'tok-1');
    });
  }

  test('a client certificate', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    const command = await script('certificate', answering(status));
    const credential = await sourceOf({ command }).current();
    assert.deepEqual(credential.clientCertificate(), { certificate: 'CERT', key: 'KEY' });
    assert.equal(credential.authorization(), undefined);
  });

  test('the plugin gets its arguments, its environment and the cluster', async () => {
    const seen = join(folder, 'seen');
    const command = await script(
      'args',
      `printf '%s\\n' "$1" "$2" "$EXTRA" "$KUBERNETES_EXEC_INFO" > ${seen}\n${answering({ token: 't' })}`,
    );
    const plugin = {
      command,
      args: [new Secret('--flag'), new Secret('a b')],
      env: [{ name: 'EXTRA', value: new Secret('from kubeconfig') }],
      provideClusterInfo: true,
    };
    const cluster = { tlsServerName: 'api', execConfig: new Secret('{"audience":"x"}') };
    await sourceOf(plugin, { certificateAuthority: 'PEM', env: { PATH, EXTRA: 'ours' } }, cluster).current();
    const [first, second, extra, info = ''] = (await readFile(seen, 'utf8')).split('\n');
    assert.deepEqual([first, second, extra], ['--flag', 'a b', 'from kubeconfig']);
    assert.deepEqual(JSON.parse(info), {
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://api.lab:6443',
          'tls-server-name': 'api',
          'certificate-authority-data': Buffer.from('PEM').toString('base64'),
          config: { audience: 'x' },
        },
      },
    });
    await sourceOf({ command }).current();
    const [, , , bare = ''] = (await readFile(seen, 'utf8')).split('\n');
    assert.deepEqual(JSON.parse(bare).spec, { interactive: false });
  });

  test('a bare name is found on the PATH', async () => {
    await script('found-on-path', answering({ token: 'found' }));
    const env = { PATH: `/nonexistent:${folder}:${PATH}` };
    assert.equal((await sourceOf({ command: 'found-on-path' }, { env }).current()).token(), 'found');
  });
});

describe('how often it runs', () => {
  /** Gives token-1, token-2, … and leaves a line in `runs` each time. */
  async function counting(name: string, expires = '') {
    const runs = join(folder, `${name}.runs`);
    await writeFile(runs, '');
    const expiry = expires === '' ? '' : `,\\"expirationTimestamp\\":\\"${expires}\\"`;
    const command = await script(
      name,
      `echo x >> ${runs}\nn=$(grep -c x ${runs})\n` +
        `printf '%s' "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"${V1}\\",\\"status\\":{\\"token\\":\\"token-$n\\"${expiry}}}"`,
    );
    const count = async () => (await readFile(runs, 'utf8')).split('\n').length - 1;
    return { command, count };
  }

  test('once for fifty calls at a time, and not again without an expiry', async () => {
    const { command, count } = await counting('burst');
    const source = sourceOf({ command });
    const all = await Promise.all(Array.from({ length: 50 }, () => source.current()));
    assert.equal(new Set(all).size, 1);
    await source.current();
    assert.equal(await count(), 1);
  });

  test('again when it has expired', async () => {
    const { command, count } = await counting('expiring', '2030-01-01T00:00:00Z');
    let now = Date.parse('2029-12-31T23:59:59Z');
    const source = sourceOf({ command }, { now: () => now });
    assert.equal((await source.current()).token(), 'token-1');
    assert.equal((await source.current()).token(), 'token-1');
    now += 1000;
    assert.equal((await source.current()).token(), 'token-2');
    assert.equal(await count(), 2);
  });

  test('once more when fifty requests are refused with the same token', async () => {
    const { command, count } = await counting('refused');
    const source = sourceOf({ command });
    const rejected = await source.current();
    const renewed = await Promise.all(Array.from({ length: 50 }, () => source.renewed(rejected)));
    assert.deepEqual([...new Set(renewed.map((credential) => credential?.token()))], ['token-2']);
    assert.equal((await source.renewed(rejected))?.token(), 'token-2');
    assert.equal(await count(), 2);
  });

  test('again after a failure', async () => {
    const marker = join(folder, 'second-time');
    const command = await script(
      'second-time-lucky',
      `if [ -e ${marker} ]; then ${answering({ token: 'ok' })}; else touch ${marker}; exit 1; fi`,
    );
    const source = sourceOf({ command });
    await assert.rejects(source.current(), { problem: 'command-failed' });
    assert.equal((await source.current()).token(), 'ok');
  });
});

describe('a failure', () => {
  test('names the command, the exit code and the last lines of stderr', async () => {
    const command = await script(
      'failing',
      'for i in 1 2 3 4 5 6 7 8; do echo "line $i" >&2; done\necho out\nexit 3',
    );
    const error = await failureOf({ command });
    assert.equal(error.problem, 'command-failed');
    assert.match(error.message, /it exited with 3\. It said: line 3 \| line 4 .* \| line 8$/);
    assert.match(error.message, new RegExp(command));
  });

  test('holds nothing of stdout, of the arguments and of what looks like a secret', async () => {
    const jwt = 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl';
    const command = await script(
      'leaking',
      `echo '{"status":{"token":"s3cret-out"}}'\necho "got ${jwt} and sha256~s3cret with $PASS token=s3cret-tok" >&2\nexit 1`,
    );
    const secret = new Secret('s3cret-env');
    const messages: string[] = [];
    const error = await failureOf(
      { command, args: [new Secret('s3cret-arg')], env: [{ name: 'PASS', value: secret }] },
      { exec: { onMessage: (text) => messages.push(text) } },
    );
    const everything = [error.message, error.stack, inspect(error), JSON.stringify(error), ...messages].join(
      '\n',
    );
    assert.doesNotMatch(everything, /s3cret|eyJ/);
    assert.match(error.message, /got \[redacted\] and \[redacted\] with \[redacted\]/);
  });

  test('of a command that is not there names the PATH and the hint', async () => {
    const error = await failureOf(
      { command: 'no-such-plugin', installHint: 'See https://example.com/install.' },
      { env: { PATH: '/one:/two' } },
    );
    assert.equal(error.problem, 'command-not-found');
    assert.match(
      error.message,
      /isn’t on the PATH \(searched \/one, \/two\)\. .* See https:\/\/example\.com\/install\.$/,
    );
  });

  test('of a path that is not there, or is no program', async () => {
    const missing = await failureOf({ command: join(folder, 'nothing') });
    assert.match(missing.message, /there is no such program\. Correct the path/);
    const plain = join(folder, 'plain');
    await writeFile(plain, 'text');
    assert.equal((await failureOf({ command: plain })).problem, 'command-not-found');
  });

  const answers: [what: string, script: string, message: RegExp][] = [
    ['text', 'echo hello', /its answer isn’t an ExecCredential/],
    ['nothing', 'true', /its answer isn’t an ExecCredential/],
    ['no status', `echo '{"kind":"ExecCredential","apiVersion":"${V1}"}'`, /its answer has no status/],
    ['another version', answering({ token: 't' }, V1BETA1), /answered in another apiVersion/],
    ['no credential', answering({}), /neither a token nor a client certificate/],
    ['half a certificate', answering({ clientCertificateData: 'x' }), /without a key/],
    [
      'a wrong date',
      answering({ token: 't', expirationTimestamp: 'soon' }),
      /expirationTimestamp isn’t a date/,
    ],
    ['a number', answering({ token: 5 }), /token in its answer isn’t a string/],
    ['a token with a line break', answering({ token: 'a\nb' }), /spaces, line breaks/],
    ['megabytes', 'head -c 3000000 /dev/zero', /more than a megabyte/],
  ];
  for (const [what, text, message] of answers) {
    test(`of a plugin that answers with ${what}`, async () => {
      const command = await script('wrong-answer', text);
      const error = await sourceOf({ command })
        .current()
        .catch((reason: unknown) => reason);
      assert.ok(error instanceof CredentialError);
      assert.match(error.message, message);
    });
  }

  test('of an apiVersion that is no more', async () => {
    const error = await failureOf({ command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1' });
    assert.match(error.message, /“client\.authentication\.k8s\.io\/v1alpha1”, which is not supported/);
  });

  test('of a plugin that needs a terminal', async () => {
    const command = await script('interactive', answering({ token: 't' }));
    const error = await failureOf({ command, interactiveMode: 'Always' });
    assert.equal(error.problem, 'command-needs-terminal');
    const source = sourceOf({ command, interactiveMode: 'Always' }, { exec: { interactive: true } });
    assert.equal((await source.current()).token(), 't');
  });

  test('of a plugin that hangs, which is ended with all it has started', async () => {
    const pids = join(folder, 'pids');
    await writeFile(pids, '');
    const command = await script(
      'hanging',
      `trap '' TERM\nsleep 600 &\necho $! $$ > ${pids}\necho 'open https://login.example' >&2\nwait\nsleep 600`,
    );
    const messages: string[] = [];
    const exec = { timeoutMs: 1500, onMessage: (text: string) => messages.push(text) };
    const error = await failureOf({ command }, { exec });
    assert.equal(error.problem, 'command-timeout');
    assert.match(
      error.message,
      /didn’t finish within 1\.5 s and was ended\. It said: open https:\/\/login\.example/,
    );
    assert.deepEqual(messages, ['open https://login.example\n']);
    const running = (await readFile(pids, 'utf8')).trim().split(' ');
    assert.equal(running.length, 2);
    await until('both processes are gone', async () =>
      (await Promise.all(running.map(isGone))).every(Boolean),
    );
  });

  test('of a plugin that runs when the session is closed', async () => {
    const pids = join(folder, 'closing-pids');
    const command = await script('closing', `echo $$ > ${pids}\nexec sleep 600`);
    const source = sourceOf({ command });
    const waiting = assert.rejects(source.current(), /the session was closed/);
    await until('the plugin runs', async () => (await readFile(pids, 'utf8').catch(() => '')).endsWith('\n'));
    source.close();
    await waiting;
  });
});

/** A process that nobody has waited for yet is gone too. */
async function isGone(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (stat !== '') return /\) [ZX] /.test(stat);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

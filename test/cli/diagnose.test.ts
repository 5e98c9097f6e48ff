import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { isObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { createAuthority } from '../pki.ts';
import { httpServer, registryAnswers } from '../registry/diagnosis-servers.ts';
import { type Scene, startScene } from '../scene.ts';
import { type CliRun, runCli } from './run-cli.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

describe('image-hygiene diagnose', () => {
  let scene: Scene;
  let folder: string;
  before(async () => {
    buildIfNeeded();
    folder = await mkdtemp(join(tmpdir(), 'diagnose-'));
    scene = await startScene({ kind: 'embedded', by: 'http' });
  });
  after(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  const diagnose = async (...args: string[]): Promise<CliRun> => {
    const run = await runCli(['diagnose', '--kubeconfig', scene.kubeconfig, ...args]);
    for (const { token } of Object.values(USERS)) assert.ok(!`${run.stdout}${run.stderr}`.includes(token));
    return run;
  };

  it('shows the way step by step, and exits with 0 where a prune would go through', async () => {
    const { status, stdout, stderr } = await diagnose();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^The way to the registry of admin \(https:\/\/127\.0\.0\.1:\d+\)$/m);
    assert.match(
      stdout,
      /^127\.0\.0\.1:\d+ \(named by the youngest image that was pushed\); a prune takes this way$/m,
    );
    const marks = stdout
      .split('\n')
      .flatMap((line) => /^ {2}([✓✗–]) (ok|failed|skipped) /.exec(line)?.[2] ?? []);
    assert.equal(marks.length, 13);
    assert.ok(!marks.includes('failed'));
    assert.match(stdout, /^ {2}✓ ok {7}Right to prune {2}it would delete for this user {2}[\d.]+ ms$/m);
    assert.match(stdout, /^ {4}CN=image-registry\n {7}signed by CN=scene authority$/m);
    assert.match(stdout, /^ {2}✓ verified with the kubeconfig’s authority \(a prune goes by this\)$/m);
    assert.equal(stderr, `The registry is reached at ${scene.registry.host}, and would delete.\n`);
  });

  it('changes nothing', async () => {
    const changes = () =>
      scene.cluster.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('portforward'))
        .length;
    const before = { changes: changes(), blobs: await scene.registry.blobs() };
    await diagnose();
    assert.deepEqual({ changes: changes(), blobs: await scene.registry.blobs() }, before);
  });

  it('says what breaks, what oc would print, and what to do, the risky last; and exits with 1', async () => {
    const stranger = await createAuthority('strange authority');
    const serving = await stranger.issue({ commonName: 'registry', hosts: ['localhost'] });
    const server = await httpServer(registryAnswers(), { serving });
    try {
      const address = `localhost:${server.port}`;
      const ca = join(folder, 'ca.crt');
      await writeFile(ca, scene.cluster.ca);
      const { status, stdout, stderr } = await diagnose(
        '--registry-url',
        address,
        '--certificate-authority',
        ca,
      );
      assert.equal(status, 1);
      assert.match(
        stdout,
        /^ {2}✗ failed {3}Certificate +CN=registry, not verified with the file given with --certificate-authority: x509: /m,
      );
      assert.match(stdout, /^ {4}└─ ✗ nobody who is trusted: x509: certificate signed by unknown authority/m);
      const found = stdout.slice(stdout.indexOf('✗ The certificate authority'));
      assert.match(
        found,
        new RegExp(
          `^✗ The certificate authority that was given is not the registry’s \\(${address}\\)\\n    error communicating with registry: Get https://${address}/: x509: certificate signed by unknown authority\\n`,
        ),
      );
      const numbered = found.split('\n').filter((line) => /^ {4}\d\. /.test(line));
      assert.ok(numbered.length >= 2);
      assert.deepEqual(
        numbered.map((line) => line.includes('RISKY: ')),
        numbered.map((_, place) => place === numbered.length - 1),
      );
      assert.match(found, /^ {2}Documented: Wrong authority/m);
      assert.match(stderr, /^error: the registry isn’t reached from here/m);
      assert.doesNotMatch(server.heard.join('\n'), /authorization/i);
    } finally {
      await server.close();
    }
  });

  it('exits with 1 where the registry is reached but would not delete', async () => {
    const { status, stdout, stderr } = await diagnose(
      '--context',
      'developer',
      '--registry-url',
      scene.registry.host,
    );
    assert.equal(status, 1);
    assert.match(stdout, /^✗ This user may not prune/m);
    assert.match(stdout, /^ {4}401 Unauthorized$/m);
    assert.match(stdout, /oc adm policy add-cluster-role-to-user system:image-pruner/);
    assert.match(stderr, /error: the registry is reached at 127\.0\.0\.1:\d+, but would not delete/);
  });

  it('speaks to the registry as a ServiceAccount', async () => {
    const { status, stdout } = await diagnose('--context', 'certificate', '-o', 'json');
    assert.equal(status, 1);
    assert.equal(textAt(listAt(JSON.parse(stdout), 'findings')[0], 'code'), 'noToken');
    const missing = await diagnose(
      '--context',
      'certificate',
      '--as-service-account',
      'shop/nobody',
      '-o',
      'json',
    );
    assert.equal(missing.status, 1);
    const [finding] = listAt(JSON.parse(missing.stdout), 'findings');
    assert.match(textAt(finding, 'message'), /There is no ServiceAccount nobody in the namespace shop/);
  });

  it('prints the same as JSON', async () => {
    const { status, stdout } = await diagnose('-o', 'json');
    assert.equal(status, 0);
    const diagnosis: unknown = JSON.parse(stdout);
    assert.ok(isObject(diagnosis));
    assert.deepEqual(Object.keys(diagnosis), [
      'kind',
      'version',
      'at',
      'context',
      'server',
      'addresses',
      'findings',
      'reached',
      'unread',
    ]);
    assert.equal(diagnosis.kind, 'registryDiagnosis');
    assert.equal(diagnosis.reached, scene.registry.host);
    assert.deepEqual(diagnosis.findings, []);
  });

  it('prints Markdown for a ticket', async () => {
    const { status, stdout } = await diagnose('-o', 'markdown', '--registry-url', 'nowhere.invalid:5000');
    assert.equal(status, 1);
    assert.match(stdout, /^# The way to the registry of admin$/m);
    assert.match(stdout, /^## There is no such host$/m);
    assert.match(
      stdout,
      /^```\nerror communicating with registry: Get https:\/\/nowhere\.invalid:5000\/: dial tcp: lookup nowhere\.invalid: /m,
    );
  });

  it('goes through the proxy of the environment', async () => {
    const { status, stdout } = await runCli(
      ['diagnose', '--kubeconfig', scene.kubeconfig, '--registry-url', 'registry.invalid', '-o', 'json'],
      { HTTPS_PROXY: 'http://me:s3cret@127.0.0.1:9' },
    );
    assert.equal(status, 1);
    const [finding] = listAt(JSON.parse(stdout), 'findings');
    assert.equal(textAt(finding, 'code'), 'proxy');
    assert.equal(textAt(objectAt(finding, 'arguments'), 'proxy'), 'http://127.0.0.1:9');
    assert.doesNotMatch(stdout, /s3cret/);
  });

  it('refuses options that contradict each other, and times that are none', async () => {
    const both = await diagnose('--force-insecure', '--certificate-authority', '/nonexistent');
    assert.equal(both.status, 1);
    assert.match(both.stderr, /--certificate-authority cannot be combined with --force-insecure/);
    const never = await diagnose('--timeout', '0');
    assert.equal(never.status, 1);
    assert.match(never.stderr, /--timeout must be longer than 0/);
    const format = await diagnose('-o', 'yaml');
    assert.match(format.stderr, /Allowed choices are json, markdown/);
  });

  const FAILED =
    'error: error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority\n';

  async function explained(input: string, ...args: string[]): Promise<CliRun> {
    const file = join(folder, 'failed.txt');
    await writeFile(file, input);
    return runCli(['diagnose', '--error', file, ...args]);
  }

  it('explains the text of a failed run, without a cluster', async () => {
    const { status, stdout, stderr } = await explained(FAILED);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^✗ The certificate was signed by an unknown authority \(172\.30\.30\.30:5000\)$/m);
    assert.match(stdout, /^ {4}1\. Save the authority that the cluster publishes/m);
    const json = await explained(FAILED, '-o', 'json');
    assert.equal(textAt(JSON.parse(json.stdout)[0], 'code'), 'unknownAuthority');
    const markdown = await explained(FAILED, '-o', 'markdown');
    assert.match(markdown.stdout, /^## The certificate was signed by an unknown authority$/m);
  });

  it('reads it from standard input, too', async () => {
    const child = spawn(process.execPath, [CLI, 'diagnose', '--error', '-', '-o', 'json'], {
      env: { PATH: process.env.PATH, HOME: '/nonexistent' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(FAILED);
    const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    assert.equal(status, 0);
    assert.equal(textAt(JSON.parse(stdout)[0], 'code'), 'unknownAuthority');
  });

  it('says honestly that it knows nothing of a text, or can’t read it', async () => {
    const unknown = await explained('the weather is fine today\n');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /nothing in the text is known here/);
    const missing = await runCli(['diagnose', '--error', join(folder, 'missing')]);
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /missing can’t be read \(ENOENT\)/);
  });

  it('is what a prune that can’t reach the registry refers to', async () => {
    const before = await scene.registry.blobs();
    const { status, stderr } = await runCli(
      [
        'prune',
        'images',
        '--confirm',
        '--rollout',
        'never',
        '--kubeconfig',
        scene.kubeconfig,
        '--registry-url',
        'https://nowhere.invalid:5000',
      ],
      scene.env,
    );
    assert.equal(status, 1);
    // The cause is the last line: of a pod that failed, a cluster shows the end of its log.
    assert.match(
      stderr,
      /\nerror: error communicating with registry: Get https:\/\/nowhere\.invalid:5000\/: .*no such host\n$/,
    );
    assert.match(
      stderr,
      /^What is wrong: There is no such host\. The name nowhere\.invalid can’t be resolved from here\./m,
    );
    assert.match(stderr, /\nWhat to do first: Check the address and the port that --registry-url gives\.\n/);
    assert.match(
      stderr,
      /\nTo see the whole way to the registry, and what breaks it: image-hygiene diagnose --registry-url https:\/\/nowhere\.invalid:5000 --kubeconfig \S+\n/,
    );
    assert.ok(stderr.includes(` --kubeconfig ${scene.kubeconfig}\n`));
    assert.deepEqual(await scene.registry.blobs(), before);
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { resourceNamed } from '../cluster/resources.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import { kinds } from '../registry/kinds.ts';
import { pullImage } from '../registry/pull.ts';
import { storedBlobs } from '../registry/store.ts';
import { runCli } from './run-cli.ts';

const DEMO = join(import.meta.dirname, '../../tools/demo.ts');
const LAST_LINE = 'until you press Ctrl-C';

describe('the demo', () => {
  let folder: string;
  let demo: ChildProcess;
  let output = '';
  /** What the demo tells the reader to set. */
  let env: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
    demo = spawn(process.execPath, [DEMO, '--cli'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    assert.ok(demo.stdout);
    demo.stdout.setEncoding('utf8');
    for await (const piece of demo.stdout.iterator({ destroyOnReturn: false })) {
      output += piece;
      if (output.includes(LAST_LINE)) break;
    }
    demo.stdout.resume();
    const settings = /^ {2}export (.*)$/m.exec(output)?.[1] ?? assert.fail(output);
    env = Object.fromEntries(settings.split(' ').map((setting) => setting.split('=')));
  });
  after(async () => {
    demo.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('says which registry it has, and makes a dry run', () => {
    assert.match(output, /^Its registry at 127\.0\.0\.1:\d+ is .*docker-registry.* 71 images were pushed/m);
    assert.match(output, /\nSummary: deleted 19 image object\(s\)/);
  });

  it('is a cluster that kubectl can look at', (t) => {
    const kubectl = spawnSync('kubectl', ['get', 'is', '-A'], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (kubectl.error) t.skip('kubectl is not installed');
    else assert.match(kubectl.stdout, /^shop +storefront /m);
  });

  it('explains what it tells the reader to have explained', async () => {
    const { status, stdout, stderr } = await runCli(
      ['explain', 'storefront:v2.1-may-2016', '-n', 'shop'],
      env,
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /position 0 out of 1/);
  });

  it('lets the reader prune, and frees what was promised', async () => {
    const { KUBECONFIG = '' } = env;
    const stored = () => storedBlobs(join(dirname(KUBECONFIG), 'registry', 'store'));
    const before = new Map((await stored()).map(({ digest, bytes }) => [digest, bytes]));
    const planned = await runCli(['prune', 'images', '-o', 'json'], env);
    assert.equal(planned.status, 0, planned.stderr);
    const plan: unknown = JSON.parse(planned.stdout);

    const { status, stdout, stderr } = await runCli(
      ['prune', 'images', '--confirm', '--rollout', 'always'],
      env,
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^deployment "image-registry" successfully rolled out$/m);
    assert.match(stderr, /certificate verified with the kubeconfig’s authority/);
    const summary = (text: string) => /^Summary: .*$/m.exec(text)?.[0];
    assert.equal(summary(stdout), summary(output));

    const left = new Set((await stored()).map(({ digest }) => digest));
    const gone = [...before].filter(([digest]) => !left.has(digest));
    const going = listAt(plan, 'blobs').map((blob) => textAt(blob, 'digest'));
    assert.deepEqual(gone.map(([digest]) => digest).sort(), going.sort());
    const manifests = new Set(listAt(plan, 'images').map((image) => textAt(image, 'name')));
    const promised = gone.filter(([digest]) => !manifests.has(digest));
    assert.equal(
      promised.reduce((sum, [, bytes]) => sum + bytes, 0),
      objectAt(plan, 'bytes').freed,
    );
  });

  it('lists the run, and finds nothing more to do', async () => {
    const runs = await runCli(['runs'], env);
    assert.match(runs.stdout, /^\S+ .* admin +19\/19 +5\.8 MiB +done$/m);
    const again = await runCli(['prune', 'images'], env);
    assert.equal(again.stdout, 'Summary: deleted 0 objects\n');
  });

  it('ends with Ctrl-C and leaves nothing behind', async () => {
    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(processesNaming(folder), []);
  });
});

/** The command lines of the processes that have a path below the folder among their arguments. */
function processesNaming(folder: string): string[] {
  const commands = globSync('/proc/[0-9]*/cmdline').map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // It ended meanwhile.
      return '';
    }
  });
  return commands.filter((command) => command.includes(folder));
}

for (const { kind, skip } of kinds) {
  describe(`the demo’s registry, ${kind}`, { skip }, () => {
    let demo: Demo;
    before(async () => {
      demo = await startDemo(kind);
    });
    after(() => demo.close());
    const objects = (plural: string) => demo.cluster.store.list(resourceNamed(plural, 'image.openshift.io'));
    const pushedImages = () =>
      objects('images').filter(({ metadata }) => metadata.annotations?.['openshift.io/image.managed']);

    it('holds what the cluster’s objects say, byte for byte', async () => {
      const stored = new Map((await demo.registry.blobs()).map(({ digest, bytes }) => [digest, bytes]));
      const images = pushedImages();
      assert.equal(images.length, demo.images);
      for (const image of images) {
        const { name } = image.metadata;
        assert.ok(stored.has(name), name);
        const layers = listAt(image, 'dockerImageLayers');
        for (const layer of layers) assert.equal(stored.get(textAt(layer, 'name')), numberAt(layer, 'size'));
        if (layers.length === 0) continue;
        const metadata = objectAt(image, 'dockerImageMetadata');
        const blobs = [...layers.map((layer) => textAt(layer, 'name')), textAt(metadata, 'Id')];
        const size = blobs.reduce((sum, digest) => sum + (stored.get(digest) ?? Number.NaN), 0);
        assert.equal(numberAt(metadata, 'Size'), size, name);
      }
    });

    it('gives a user of the kubeconfig every revision, and the newest by its tag', async () => {
      const pushed = new Set(pushedImages().map(({ metadata }) => metadata.name));
      for (const { metadata, status } of objects('imagestreams')) {
        const repository = `${metadata.namespace}/${metadata.name}`;
        const { tags } = await demo.registry.repositoryLinks(repository);
        for (const history of listAt(status, 'tags')) {
          const digests = listAt(history, 'items').map((item) => textAt(item, 'image'));
          const [newest = ''] = digests;
          if (pushed.has(newest)) assert.equal(tags[textAt(history, 'tag')], newest, repository);
          for (const digest of digests.filter((digest) => pushed.has(digest))) {
            const { token } = USERS.admin;
            const pulled = await pullImage(demo.registry, `${repository}@${digest}`, { by: 'http', token });
            assert.deepEqual(pulled, { ok: true });
          }
        }
      }
    });
  });
}

describe('the demo’s options', () => {
  it('refuses what it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, [DEMO, '--nope'], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /error: --nope/);
  });

  it('ends cleanly in the middle of its dry run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
    try {
      const demo = spawn(process.execPath, [DEMO, '--cli'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: folder },
      });
      const ended = once(demo, 'exit');
      demo.stdout.once('data', () => demo.kill('SIGTERM'));
      assert.deepEqual(await ended, [0, null]);
      assert.deepEqual(await readdir(folder), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

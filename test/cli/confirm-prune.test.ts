import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { call } from '../registry/calls.ts';
import { pullImage } from '../registry/pull.ts';
import { type Scene, startScene } from '../scene.ts';
import { runCli } from './run-cli.ts';

const PRUNE = ['prune', 'images', '--keep-younger-than', '60m'];

describe('a confirmed prune, end to end', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.close());
  const cli = (...args: string[]) => runCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);
  const digestOf = (key: string) => scene.pushed.get(key)?.digest ?? assert.fail(`no image ${key}`);

  it('removes what the dry run promised, and nothing else', async () => {
    const planned = await cli(...PRUNE, '-o', 'json');
    assert.equal(planned.status, 0, planned.stderr);
    const plan: unknown = JSON.parse(planned.stdout);
    const going = listAt(plan, 'images')
      .filter((image) => textAt(image, 'verdict') === 'prune')
      .map((image) => textAt(image, 'name'));
    assert.deepEqual(going.sort(), [...scene.going].map(digestOf).sort());

    const manifests = [...scene.going].map((key) => scene.pushed.get(key)?.manifestSize ?? 0);
    const sizeOfManifests = manifests.reduce((sum, size) => sum + size, 0);
    const bytes = objectAt(plan, 'bytes');
    assert.equal(bytes.unknownSizes, going.length, 'only the manifests’ own sizes are unknown');
    const before = await scene.registry.storeBytes();
    const dryRun = await cli(...PRUNE);

    const { status, stdout, stderr } = await cli(...PRUNE, '--confirm', '--rollout', 'never');
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split('\n').sort(), dryRun.stdout.trimEnd().split('\n').sort());
    assert.match(stderr, /^Registry: 127\.0\.0\.1:\d+, named by the youngest image; certificate verified/m);
    assert.match(stderr, /^Run \d{8}T\d{6}Z-[0-9a-f]{4}: done$/m);
    assert.ok(!`${stdout}${stderr}`.includes(USERS.admin.token));
    const freed = before - (await scene.registry.storeBytes());
    assert.equal(freed, Number(bytes.freed) + sizeOfManifests);
  });

  it('leaves a registry that still believes in what is gone, until it is rolled out', async () => {
    const orphan = scene.pushed.get('orphan');
    assert.ok(orphan && 'layers' in orphan);
    const layer = orphan.layers[1]?.digest ?? '';
    assert.ok(!(await scene.registry.blobs()).some(({ digest }) => digest === layer));
    assert.equal(await headOfLayer(scene, 'shop/gone', layer), 200);
    assert.equal((await pullImage(scene.registry, `shop/gone@${orphan.digest}`)).ok, false);
    const owing = await runCli(['runs'], scene.env);
    assert.match(owing.stdout, /done, rollout owed$/m);

    const { status, stdout } = await cli('rollout', 'registry');
    assert.equal(status, 0);
    assert.match(stdout, /deployment "image-registry" successfully rolled out/);
    assert.equal(await headOfLayer(scene, 'shop/gone', layer), 404);
    const runs = await runCli(['runs'], scene.env);
    assert.match(runs.stdout, /done$/m);
    assert.doesNotMatch(runs.stdout, /owed/);
  });

  it('keeps every other image whole', async () => {
    for (const [key, image] of scene.pushed) {
      if (key === 'orphan') continue;
      const pulled = await pullImage(scene.registry, `shop/${image.name}@${image.digest}`);
      assert.equal(pulled.ok, !scene.going.has(key), `${key}: ${pulled.ok ? 'still there' : pulled.error}`);
    }
  });

  it('finds nothing more to do', async () => {
    const { status, stdout, stderr } = await cli(...PRUNE, '--confirm');
    assert.equal(status, 0, stderr);
    assert.equal(stdout, 'Summary: deleted 0 objects\n');
  });

  it('has written a journal that only its user can read, and that holds no token', async () => {
    const runs = scene.env.IMAGE_HYGIENE_RUNS;
    const [run = ''] = await readdir(runs);
    assert.equal((await stat(join(runs, run))).mode & 0o777, 0o700);
    const files = await readdir(join(runs, run));
    assert.deepEqual(files.sort(), ['log.jsonl', 'objects.jsonl', 'plan.jsonl']);
    for (const file of files) {
      const path = join(runs, run, file);
      assert.equal((await stat(path)).mode & 0o777, 0o600, file);
      const text = await readFile(path, 'utf8');
      for (const { token } of Object.values(USERS)) assert.ok(!text.includes(token), file);
    }
  });

  it('removes an index with its members’ links, and rolls out by itself', async () => {
    const index = scene.pushed.get('web:old#0');
    assert.ok(index && 'images' in index);
    const { status, stdout, stderr } = await cli(
      ...PRUNE,
      '--keep-tag-revisions=0',
      '--confirm',
      '--rollout=always',
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /deployment "image-registry" successfully rolled out/);
    const { layers, manifests } = await scene.registry.repositoryLinks('shop/web');
    const members = index.images.flatMap((image) => [
      image.digest,
      image.config.digest,
      image.layers[0]?.digest,
    ]);
    assert.deepEqual(
      [...layers, ...manifests].filter((digest) => [index.digest, ...members].includes(digest)),
      [],
    );
    assert.equal(await scene.registry.storeBytes(), 0);
    assert.equal(
      scene.cluster.object('imagestreams', 'image.openshift.io', 'shop', 'web')?.status !== undefined,
      true,
    );
  });
});

/** What a client that is about to push a layer asks: 200 where it needn't, since the registry has it. */
async function headOfLayer(scene: Scene, repository: string, digest: string): Promise<number> {
  const path = `/v2/${repository}/blobs/${digest}`;
  return (await call(scene.registry, { method: 'HEAD', path })).status;
}

describe('a confirmed prune of API objects alone', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene({ by: 'http' });
  });
  after(() => scene.close());
  beforeEach(() => scene.cluster.faults.clear());
  const cli = (...args: string[]) => runCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);

  it('leaves the registry alone, and can be taken back', async () => {
    const history = () =>
      JSON.stringify(
        ['web', 'api'].map(
          (name) =>
            objectAt(scene.cluster.object('imagestreams', 'image.openshift.io', 'shop', name), 'status').tags,
        ),
      );
    const before = history();
    const stored = await scene.registry.storeBytes();
    scene.registry.requests.length = 0;
    const { status, stdout, stderr } = await cli(...PRUNE, '--prune-registry=false', '--confirm');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Only API objects will be removed\./);
    assert.match(stdout, /Summary: deleted 4 image object\(s\), deleted 3 image stream tag item\(s\)/);
    assert.notEqual(history(), before);
    assert.equal(await scene.registry.storeBytes(), stored);
    assert.deepEqual(scene.registry.requests, []);

    const [run = ''] = await readdir(scene.env.IMAGE_HYGIENE_RUNS);
    const restored = await cli('restore', run);
    assert.equal(restored.status, 0, restored.stderr);
    assert.equal(restored.stdout, 'Restored 4 image object(s), and 3 item(s) of 2 image stream(s)\n');
    assert.equal(history(), before);
    for (const key of scene.going) {
      const digest = scene.pushed.get(key)?.digest ?? '';
      assert.ok(scene.cluster.object('images', 'image.openshift.io', undefined, digest), key);
    }
    const { stdout: runs } = await runCli(['runs'], scene.env);
    assert.match(runs, /done, restored$/m);
  });
});

describe('a confirmed prune by a user without a token', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene({ by: 'http' });
  });
  after(() => scene.close());
  const cli = (...args: string[]) =>
    runCli([...args, '--context', 'certificate', '--kubeconfig', scene.kubeconfig], scene.env);

  it('is explained, and changes nothing', async () => {
    const { status, stdout, stderr } = await cli(...PRUNE, '--confirm');
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /error: you must use a client config with a token: the user "[^"]+" .* a client certificate/,
    );
    assert.match(stderr, /--as-service-account openshift-image-registry\/pruner/);
    assert.deepEqual(await readdir(scene.env.IMAGE_HYGIENE_RUNS).catch(() => []), []);
  });

  it('says what is missing of a ServiceAccount, and changes nothing', async () => {
    const { status, stderr } = await cli(...PRUNE, '--confirm', '--as-service-account', 'shop/nobody');
    assert.equal(status, 1);
    assert.match(stderr, /shop\/nobody|nobody.*shop/);
    assert.deepEqual(await readdir(scene.env.IMAGE_HYGIENE_RUNS).catch(() => []), []);
  });

  it('works with the token of a ServiceAccount that may prune', async () => {
    const account = 'openshift-image-registry/pruner';
    const args = ['--confirm', '--rollout=never', '--as-service-account', account];
    const { status, stdout, stderr } = await cli(...PRUNE, ...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Summary: deleted 4 image object\(s\)/);
    const asked = scene.cluster.requests.filter(({ path }) => path.endsWith('/serviceaccounts/pruner/token'));
    assert.equal(asked.length, 1);
  });
});

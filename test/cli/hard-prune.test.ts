// The hard prune from the command line, on a registry that really holds what nothing names any more.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { objectAt } from '../../src/engine/shape.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { ask, until } from '../cluster/client.ts';
import { onArrival } from '../moments.ts';
import { pullImage } from '../registry/pull.ts';
import { type Scene, startScene } from '../scene.ts';
import { keepScene, stateOfScene } from '../scene-state.ts';
import { runCli, startCli } from './run-cli.ts';

const OPERATOR = 'imageregistry.operator.openshift.io';
const CONFIG = `/apis/${OPERATOR}/v1/configs/cluster`;

describe('image-hygiene hard-prune', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  before(async () => {
    buildIfNeeded();
    scene = await startScene({ kind: 'embedded', by: 'http' });
    putBack = await keepScene(scene);
  });
  after(() => scene.close());
  afterEach(async () => {
    scene.cluster.faults.clear();
    scene.cluster.rollout.stuck = false;
    await setReadOnly(false);
    await until(
      () => scene.registry.readOnly,
      (is) => !is,
    );
    await putBack();
  });

  const hardPrune = (...args: string[]) =>
    runCli(['hard-prune', ...args, '--kubeconfig', scene.kubeconfig], scene.env);
  const spec = () => objectAt(scene.cluster.object('configs', OPERATOR, undefined, 'cluster'), 'spec');
  const setReadOnly = (readOnly: boolean) =>
    ask(scene.cluster, 'PATCH', CONFIG, {
      body: { spec: { readOnly } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  const nameOfRegistry = async () =>
    JSON.parse((await hardPrune('check', '-o', 'json')).stdout).registry as string;

  /** As after a prune with --prune-registry=false. */
  const pruneObjectsOnly = async () => {
    const args = ['prune', 'images', '--confirm', '--prune-registry=false', '--keep-younger-than=60m'];
    const { status, stderr } = await runCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);
    assert.equal(status, 0, stderr);
  };
  const patches = () =>
    scene.cluster.requests.filter(({ method, path }) => method === 'PATCH' && path === CONFIG);

  it('checks what would be deleted, with its size, and changes nothing', async () => {
    await pruneObjectsOnly();
    const start = await stateOfScene(scene);
    const { status, stdout, stderr } = await hardPrune('check', '-o', 'wide');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^manifest link shop\/web@sha256:[0-9a-f]{64}$/m);
    assert.match(
      stdout,
      /^would be deleted: blobs: \d+ \(\d+\.\d KiB\), manifest links: \d+, repositories without an image stream: 1$/m,
    );
    assert.match(
      stderr,
      /The registry’s name, to be typed before it is deleted: image-registry@127\.0\.0\.1:\d+/,
    );
    const json = JSON.parse((await hardPrune('check', '-o', 'json')).stdout);
    assert.equal(json.blobs.length, json.blobCount);
    assert.equal(stdout.match(/^blob sha256:/gm)?.length, json.blobCount);
    const sizes = new Map((await scene.registry.blobs()).map(({ digest, bytes }) => [digest, bytes]));
    const bytes = json.blobs.reduce(
      (sum: number, digest: string) => sum + (sizes.get(digest) ?? assert.fail(digest)),
      0,
    );
    // The registry rounds to four digits.
    assert.ok(Math.abs(json.bytes - bytes) / bytes < 0.001, `${json.bytes} ${bytes}`);
    assert.deepEqual(await stateOfScene(scene), start);
    assert.equal(spec().readOnly, false);
  });

  it('deletes while the registry is read-only, and puts it back', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    const seen: boolean[] = [];
    const stop = onArrival(scene.cluster.requests, ({ path, query }) => {
      if (path.endsWith('/exec') && query.includes('prune%3Ddelete')) seen.push(scene.registry.readOnly);
    });
    const { status, stdout, stderr } = await hardPrune('delete', '--registry', name);
    stop();
    assert.equal(status, 0, stderr);
    assert.deepEqual(seen, [true]);
    assert.match(
      stdout,
      /^deleted: blobs: \d+ \(\d+\.\d KiB\), manifest links: \d+, repositories without an image stream: 1$/m,
    );
    assert.match(stderr, /The registry is as it was before\.$/m);
    assert.equal(spec().readOnly, false);
    assert.equal(scene.registry.readOnly, false);
    for (const [key, image] of scene.pushed) {
      const stays = !scene.going.has(key);
      const pulled = await pullImage(scene.registry, `shop/${image.name}@${image.digest}`, { by: 'http' });
      assert.equal(pulled.ok, stays, key);
    }
    const again = await hardPrune('check');
    assert.match(again.stderr, /no hard prune is needed/);
  });

  it('does nothing without the registry’s name', async () => {
    await pruneObjectsOnly();
    scene.cluster.requests.length = 0;
    const nobody = await hardPrune('delete');
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /nothing was changed: nobody is here to type the registry’s name/);
    const wrong = await hardPrune('delete', '--registry', 'image-registry');
    assert.equal(wrong.status, 1);
    assert.match(
      wrong.stderr,
      /nothing was changed: "image-registry" is not the registry’s name, which is image-registry@/,
    );
    assert.deepEqual(patches(), []);
  });

  it('leaves a registry read-only that was so before', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    await setReadOnly(true);
    scene.cluster.requests.length = 0;
    const { status, stderr } = await hardPrune('delete', '--registry', name);
    assert.equal(status, 0, stderr);
    assert.equal(spec().readOnly, true);
    assert.deepEqual(patches(), []);
  });

  it('puts it back where it can’t be switched, and deletes nothing', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    const start = await stateOfScene(scene);
    scene.cluster.rollout.stuck = true;
    const { status, stderr } = await hardPrune('delete', '--registry', name, '--timeout', '2s');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /not every pod of the registry is read-only: the deployment has exceeded its progress deadline/,
    );
    assert.match(stderr, /hard-prune restore|was put back as it was/);
    assert.equal(spec().readOnly, false);
    assert.deepEqual((await stateOfScene(scene)).blobs, start.blobs);
  });

  it('puts it back where the connection to its program breaks, after ending the pod it may go on in', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    let pod = '';
    const stop = onArrival(scene.cluster.requests, ({ path, query }) => {
      if (path.endsWith('/exec') && query.includes('prune%3Ddelete')) pod = path.split('/').at(-2) ?? '';
    });
    scene.cluster.faults.add({ path: /\/exec\?.*prune%3Ddelete/, action: { kind: 'reset' } });
    const { status, stderr } = await hardPrune('delete', '--registry', name);
    stop();
    assert.equal(status, 1);
    assert.match(stderr, /The registry’s read-only mode was put back as it was\./);
    assert.equal(spec().readOnly, false);
    assert.notEqual(pod, '');
    assert.equal(scene.cluster.object('pods', '', 'openshift-image-registry', pod), undefined);
  });

  it('puts it back when it is cancelled', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    scene.cluster.rollout.stuck = true;
    const child = startCli(
      ['hard-prune', 'delete', '--registry', name, '--kubeconfig', scene.kubeconfig],
      scene.env,
    );
    const stderr = text(child.stderr);
    await until(
      () => spec().readOnly,
      (is) => is === true,
    );
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    assert.equal(status, 130, await stderr);
    assert.match(await stderr, /error: Cancelled\. The registry’s read-only mode was put back as it was\./);
    assert.equal(spec().readOnly, false);
  });

  it('can be put back, or finished, after it was killed in between', async () => {
    await pruneObjectsOnly();
    const name = await nameOfRegistry();
    const killed = async () => {
      scene.cluster.rollout.stuck = true;
      const child = startCli(
        ['hard-prune', 'delete', '--registry', name, '--kubeconfig', scene.kubeconfig],
        scene.env,
      );
      await until(
        () => spec().readOnly,
        (is) => is === true,
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
      scene.cluster.rollout.stuck = false;
    };
    await killed();
    assert.equal(spec().readOnly, true);
    assert.match(
      (await hardPrune('check')).stderr,
      /has left the registry read-only. Put it back with: image-hygiene hard-prune restore/,
    );
    const restored = await hardPrune('restore');
    assert.equal(restored.status, 0, restored.stderr);
    assert.equal(spec().readOnly, false);
    assert.match(
      (await hardPrune('restore')).stderr,
      /No hard prune of this machine has left this registry read-only/,
    );

    await killed();
    const finished = await hardPrune('delete', '--registry', name);
    assert.equal(finished.status, 0, finished.stderr);
    assert.equal(spec().readOnly, false, 'as it was before the first of the two');
    assert.match((await hardPrune('restore')).stderr, /No hard prune of this machine/);
  });

  it('says which rights are missing, before anything else', async () => {
    scene.cluster.requests.length = 0;
    const { status, stderr } = await hardPrune('delete', '--context', 'pruner', '--registry', 'x');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /may not create pods\/exec in the namespace openshift-image-registry: the role edit allows it/,
    );
    assert.match(
      stderr,
      /may not patch configs \(imageregistry\.operator\.openshift\.io\): the role cluster-admin allows it/,
    );
    assert.deepEqual(patches(), []);
  });
});

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { after, afterEach, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { call } from '../../registry/calls.ts';
import { pullImage } from '../../registry/pull.ts';
import { linksOf } from '../../registry/store.ts';
import { type Scene, startScene } from '../../scene.ts';
import { keepScene, stateOfScene } from '../../scene-state.ts';
import { ask, until } from '../client.ts';

const NAMESPACE = 'openshift-image-registry';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const DOCKER_REGISTRY = '/usr/bin/dockerregistry';

describe('programs in the registry’s pod', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http' });
    putBack = await keepScene(scene);
  });
  after(() => scene.close());
  afterEach(() => putBack());

  interface Ended {
    stdout: string;
    stderr: string;
    status: V1Status;
  }

  const podName = async (): Promise<string> => {
    const { json } = await ask(scene.cluster, 'GET', `${PODS}?labelSelector=docker-registry%3Ddefault`);
    return json.items[0].metadata.name;
  };
  const config = (context = 'admin') => {
    const loaded = new KubeConfig();
    loaded.loadFromFile(scene.kubeconfig);
    loaded.setCurrentContext(context);
    return loaded;
  };
  const exec = async (command: string[], context?: string): Promise<Ended> => {
    const ended: Ended = { stdout: '', stderr: '', status: {} };
    const into = (name: 'stdout' | 'stderr') =>
      new Writable({
        write: (chunk, _encoding, done) => {
          ended[name] += String(chunk);
          done();
        },
      });
    const pod = await podName();
    const run = new Exec(config(context));
    const socket = await run.exec(
      NAMESPACE,
      pod,
      'registry',
      command,
      into('stdout'),
      into('stderr'),
      null,
      false,
      (status) => {
        ended.status = status;
      },
    );
    await once(socket, 'close');
    return ended;
  };
  const dockerRegistry = (mode: string) => exec([DOCKER_REGISTRY, `-prune=${mode}`]);

  /** As after a prune with --prune-registry=false. @returns the digests whose Image objects are gone */
  const pruneObjectsOnly = async (): Promise<string[]> => {
    const { cluster, pushed } = scene;
    const gone = ['web:latest#4', 'orphan'].map((key) => pushed.get(key)?.digest ?? assert.fail(key));
    const path = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/web';
    const stream = (await ask(cluster, 'GET', path)).json;
    for (const tag of stream.status.tags)
      tag.items = tag.items.filter((item: { image: string }) => !gone.includes(item.image));
    assert.equal((await ask(cluster, 'PUT', `${path}/status`, { body: stream })).code, 200);
    for (const digest of gone) await ask(cluster, 'DELETE', `/apis/image.openshift.io/v1/images/${digest}`);
    return gone;
  };

  it('check what only the registry has, and change nothing', async () => {
    const clean = await dockerRegistry('check');
    assert.equal(clean.status.status, 'Success');
    // The repository of the orphan has no image stream, though its Image is there.
    assert.match(clean.stderr, /msg="start prune \(dry-run mode\)"/);
    assert.match(clean.stderr, /msg="Would delete repository: shop\/gone"/);
    assert.equal(
      clean.stdout,
      'Would delete 0 blobs\nWould free up 0B of disk space\nUse -prune=delete to actually delete the data\n',
    );

    const gone = await pruneObjectsOnly();
    const before = await stateOfScene(scene);
    const checked = await dockerRegistry('check');
    assert.match(checked.stderr, new RegExp(`msg="Would delete manifest link: shop/web@${gone[0]}"`));
    const blobs = [...checked.stderr.matchAll(/Would delete blob: (sha256:\w+)/g)].map(
      ([, digest]) => digest ?? '',
    );
    const sizes = new Map((await scene.registry.blobs()).map(({ digest, bytes }) => [digest, bytes]));
    const bytes = blobs.reduce((sum, digest) => sum + (sizes.get(digest) ?? assert.fail(digest)), 0);
    // Manifest, config and own layer of each; what others share stays.
    assert.equal(blobs.length, 6);
    assert.match(
      checked.stdout,
      new RegExp(`^Would delete 6 blobs\nWould free up ${Number((bytes / 1024).toPrecision(4))}KiB of`),
    );
    assert.deepEqual(await stateOfScene(scene), before);

    const quiet = await exec(['/bin/sh', '-c', `REGISTRY_LOG_LEVEL=error ${DOCKER_REGISTRY} -prune=check`]);
    assert.deepEqual([quiet.stderr, quiet.stdout], ['', checked.stdout]);
  });

  it('delete it, also while the registry takes no writes', async () => {
    const { cluster, registry, pushed } = scene;
    const gone = await pruneObjectsOnly();
    const readOnly = (value: boolean) =>
      ask(cluster, 'PATCH', '/apis/imageregistry.operator.openshift.io/v1/configs/cluster', {
        body: { spec: { readOnly: value } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    await readOnly(true);
    await until(
      () => registry.readOnly,
      (is) => is,
    );
    const refused = await call(registry, { method: 'POST', path: '/v2/shop/web/blobs/uploads/' });
    assert.deepEqual([refused.status, refused.headers.allow], [405, 'GET, HEAD']);

    const before = await registry.storeBytes();
    const deleted = await dockerRegistry('delete');
    assert.match(deleted.stdout, /^Deleted 6 blobs\nFreed up [\d.]+KiB of disk space\n$/);
    assert.match(deleted.stderr, /msg="Deleting repo: \/docker\/registry\/v2\/repositories\/shop\/gone"/);
    assert.ok((await registry.storeBytes()) < before - 40_000);
    const { manifests } = await linksOf(`${registry.folder}/store`, 'shop/web');
    assert.ok(!manifests.includes(gone[0] ?? ''));

    await readOnly(false);
    await until(
      () => registry.readOnly,
      (is) => !is,
    );
    for (const [key, { name, digest }] of pushed) {
      if (gone.includes(digest)) continue;
      assert.deepEqual(
        await pullImage(registry, `shop/${name}@${digest}`, { by: 'http' }),
        { ok: true },
        key,
      );
    }
    assert.match((await dockerRegistry('check')).stdout, /^Would delete 0 blobs\n/);
  });

  it('say how they failed', async () => {
    const wrong = await dockerRegistry('everything');
    assert.equal(wrong.status.reason, 'NonZeroExitCode');
    assert.deepEqual(wrong.status.details?.causes, [{ reason: 'ExitCode', message: '2' }]);
    const nothing = await exec([
      '/bin/sh',
      '-c',
      'REGISTRY_CONFIGURATION_PATH=/nowhere /usr/bin/dockerregistry -prune=check',
    ]);
    assert.equal(nothing.status.details?.causes?.[0]?.message, '1');
    const missing = await exec(['tar', 'x']);
    assert.equal(missing.status.reason, 'InternalError');
    assert.match(missing.status.message ?? '', /exec: "tar": executable file not found in \$PATH/);
    assert.equal((await exec(['/bin/sh', '-c', 'ls | wc'])).status.details?.causes?.[0]?.message, '2');
  });

  it('are run only for those who may, in a container that runs', async () => {
    const pod = await podName();
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const get = (query: string, more: object = {}) =>
      ask(scene.cluster, 'GET', `${PODS}/${pod}/exec?${query}`, {
        headers: { ...upgrade, 'sec-websocket-protocol': 'v4.channel.k8s.io' },
        ...more,
      });
    const refused = await get('command=ls&stdout=true', { as: 'pruner' });
    assert.equal(refused.code, 403);
    assert.match(
      refused.json.message,
      /cannot create resource "pods\/exec" in API group "" in the namespace/,
    );
    assert.equal(
      (await get('stdout=true')).json.message,
      'you must specify at least 1 command for the container',
    );
    assert.match(
      (await get('command=ls&stdout=true&container=x')).json.message,
      /^container x is not valid for pod/,
    );
    const plain = await ask(scene.cluster, 'GET', `${PODS}/${pod}/exec?command=ls&stdout=true`);
    assert.equal(plain.code, 400);
    await assert.rejects(exec(['ls'], 'developer'));
  });

  const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  it('are run by kubectl', { skip: !kubectl && 'kubectl is not installed' }, async () => {
    const args = ['--kubeconfig', scene.kubeconfig, '-n', NAMESPACE, 'exec', await podName(), '--'];
    const { stdout } = await promisify(execFile)('kubectl', [...args, DOCKER_REGISTRY, '-prune=check']);
    assert.match(stdout, /^Would delete 0 blobs\n/);
    await assert.rejects(promisify(execFile)('kubectl', [...args, DOCKER_REGISTRY, '-prune=x']), { code: 2 });
  });
});

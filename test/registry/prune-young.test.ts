import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startRun } from '../../src/prune/run/prune-run.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { inProcess } from '../in-process.ts';
import { startScene } from '../scene.ts';
import { imageObject, indexObjects, streamObject } from './api-objects.ts';
import { pullImage } from './pull.ts';
import { pushImage, pushIndex } from './push.ts';

describe('what is pushed after the plan was made', () => {
  it('keeps the layers that the push relied on', async () => {
    await using scene = await startScene({ by: 'http' });
    await using prune = await inProcess(scene);
    const old = scene.pushed.get('web:latest#4');
    assert.ok(old && 'layers' in old);
    // The registry has the layer still, so that a client doesn't send it again.
    const pushed = await pushImage(
      scene.registry,
      { namespace: 'shop', name: 'fresh', tag: 'v1', layers: [{ name: 'web-latest-4', size: 24_000 }] },
      { by: 'http' },
    );
    assert.deepEqual(
      pushed.layers.map(({ digest }) => digest),
      [old.layers[1]?.digest],
    );
    const registryHost = scene.registry.host;
    const history = [{ tag: 'v1', items: [{ pushed, created: new Date() }] }];
    scene.cluster.seed([
      imageObject(pushed, { created: new Date() }),
      streamObject('shop', 'fresh', history, { registryHost, created: new Date() }),
    ] as object[] as ApiObject[]);

    const report = await startRun(prune.order, prune.request());
    assert.equal(report.state, 'done');
    assert.equal(report.done.images, report.planned.images);
    assert.equal(report.done.blobs, report.planned.blobs - 1);
    assert.deepEqual(await pullImage(scene.registry, 'shop/fresh:v1', { by: 'http' }), { ok: true });
  });

  it('keeps the members of an index that came', async () => {
    await using scene = await startScene({ by: 'http' });
    await using prune = await inProcess(scene);
    const old = scene.pushed.get('web:latest#4');
    assert.ok(old && 'layers' in old);
    const layers = [
      { name: 'base', size: 40_000 },
      { name: 'web-latest-4', size: 24_000 },
    ];
    const member = { layers, created: old.created, config: old.runtime };
    const index = await pushIndex(
      scene.registry,
      { namespace: 'shop', name: 'multi', tag: 'v1', images: [member] },
      { by: 'http' },
    );
    assert.equal(index.images[0]?.digest, old.digest);
    const registryHost = scene.registry.host;
    const history = [{ tag: 'v1', items: [{ pushed: index, created: new Date() }] }];
    const [indexObject] = indexObjects(index, { created: new Date() });
    scene.cluster.seed([
      indexObject,
      streamObject('shop', 'multi', history, { registryHost, created: new Date() }),
    ] as object[] as ApiObject[]);

    const report = await startRun(prune.order, prune.request());
    assert.equal(report.state, 'done');
    assert.equal(report.done.images, report.planned.images - 1);
    assert.ok(report.leftAlone.includes(old.digest));
    assert.ok(scene.cluster.object('images', 'image.openshift.io', undefined, old.digest));
    assert.deepEqual(await pullImage(scene.registry, 'shop/multi:v1', { by: 'http' }), { ok: true });
  });
});

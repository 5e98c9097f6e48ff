import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../../src/engine/plan.ts';
import { ClusterDescription, DOCKER_MANIFEST } from './cluster-description.ts';
import { digestOf, nameOf } from './named-digests.ts';
import { imageOf, streamOf } from './plan-readings.ts';

const KEEP_NONE = { keepTagRevisions: 0 } as const;

function sizes(plan: Plan): Record<string, number | null> {
  return Object.fromEntries(plan.blobs.map((blob) => [nameOf(blob.digest), blob.size]));
}

describe('bytes', () => {
  it('are freed once for each blob, and told apart by who holds them', () => {
    const plan = new ClusterDescription()
      .image('a', { layers: ['base:1000', 'a-l:1'], config: 'a-c:2' })
      .image('b', { layers: ['base:1000', 'pair:300', 'b-l:4'] })
      .image('c', { layers: ['pair:300', 'c-l:8', 'c-l:8'] })
      .image('d', { layers: ['d-l:16'] })
      .stream('shop/web', { v1: ['a', 'a'], v2: ['a'] })
      .stream('shop/api', { v1: ['b', 'c'] })
      .stream('shop/job', { v1: ['c'] })
      .plan(KEEP_NONE);
    assert.deepEqual(plan.bytes, {
      registry: 1331,
      freed: 1331,
      heldByOneImage: 31,
      sharedByImages: 1300,
      heldByOneStream: 1 + 2 + 4,
      sharedByStreams: 1000 + 300 + 8,
      heldByNoStream: 16,
      freedIfMirrored: 0,
      unknownSizes: 4,
    });
    assert.deepEqual(imageOf(plan, 'a').bytes, { total: 1003, alone: 3 });
    assert.deepEqual(imageOf(plan, 'b').bytes, { total: 1304, alone: 4 });
    assert.deepEqual(imageOf(plan, 'c').bytes, { total: 308, alone: 8 });
    assert.deepEqual(imageOf(plan, 'd').bytes, { total: 16, alone: 16 });
    assert.deepEqual(streamOf(plan, 'shop/web').bytes, { total: 1003, alone: 3 });
    assert.deepEqual(streamOf(plan, 'shop/api').bytes, { total: 1312, alone: 4 });
    assert.deepEqual(streamOf(plan, 'shop/job').bytes, { total: 308, alone: 0 });
  });

  it('that several images of one stream share are freed by that stream alone', () => {
    const plan = new ClusterDescription()
      .image('a', { layers: ['base:1000', 'a-l:1'] })
      .image('b', { layers: ['base:1000', 'b-l:2'] })
      .stream('shop/web', { v1: ['a', 'b'] })
      .plan(KEEP_NONE);
    assert.deepEqual(streamOf(plan, 'shop/web').bytes, { total: 1003, alone: 1003 });
    assert.deepEqual(imageOf(plan, 'a').bytes.alone, 1);
    assert.equal(plan.bytes.sharedByImages, 1000);
    assert.equal(plan.bytes.heldByOneStream, 1003);
  });

  it('that a remaining image holds are not freed', () => {
    const plan = new ClusterDescription()
      .image('old', { layers: ['base:1000', 'old-l:1'] })
      .image('new', { layers: ['base:1000', 'new-l:2'] })
      .stream('shop/web', { v1: ['new', 'old'] })
      .plan({ keepTagRevisions: 1 });
    assert.equal(plan.bytes.registry, 1003);
    assert.equal(plan.bytes.freed, 1);
    assert.deepEqual(imageOf(plan, 'old').bytes, { total: 1001, alone: 1 });
    assert.deepEqual(imageOf(plan, 'new').bytes, { total: 1002, alone: 0 });
    assert.deepEqual(streamOf(plan, 'shop/web').bytes, { total: 1003, alone: 1 });
  });

  it('that an image without a stream shares with a stream are not that stream’s alone', () => {
    const plan = new ClusterDescription()
      .image('a', { layers: ['base:1000', 'a-l:1'] })
      .image('orphan', { layers: ['base:1000', 'o-l:2'] })
      .image('orphan2', { layers: ['o-l:2'] })
      .stream('shop/web', { v1: ['a'] })
      .plan(KEEP_NONE);
    assert.equal(streamOf(plan, 'shop/web').bytes.alone, 1);
    assert.equal(plan.bytes.sharedByStreams, 1000);
    assert.equal(plan.bytes.heldByNoStream, 2);
  });

  it('of images that were not pushed are told apart, unless a pushed one holds the blob too', () => {
    const plan = new ClusterDescription()
      .image('mirrored', { managed: false, layers: ['m-l:10', 'both:300'] })
      .image('pushed', { layers: ['p-l:5', 'both:300'] })
      .plan();
    assert.equal(plan.bytes.registry, 305);
    assert.equal(plan.bytes.freed, 305);
    assert.equal(plan.bytes.freedIfMirrored, 10);
    assert.equal(imageOf(plan, 'mirrored').bytes.alone, 0);
    assert.equal(imageOf(plan, 'pushed').bytes.alone, 5);
  });

  it('of a manifest are not known, but of the member of an index', () => {
    const plan = new ClusterDescription()
      .image('index', { members: ['amd:500', 'arm'] })
      .image('amd', { layers: ['l:1'] })
      .image('arm')
      .plan();
    assert.deepEqual(sizes(plan), { index: null, amd: 500, arm: null, l: 1 });
    assert.equal(plan.bytes.unknownSizes, 2);
    assert.equal(plan.bytes.freed, 501);
    assert.deepEqual(imageOf(plan, 'amd').bytes, { total: 1, alone: 501 });
  });

  it('of a config are what its image’s size leaves beside the distinct layers', () => {
    const withConfig = (size: number) =>
      new ClusterDescription()
        .image('app', { layers: ['l:100', 'l:100', 'm:10'], config: 'c:0', size, mediaType: DOCKER_MANIFEST })
        .plan();
    assert.equal(sizes(withConfig(117)).c, 7);
    assert.equal(sizes(withConfig(110)).c, null);
    assert.equal(sizes(withConfig(0)).c, null);
    assert.equal(withConfig(117).bytes.freed, 117);
    assert.equal(withConfig(110).bytes.unknownSizes, 2);
  });

  it('known from one image are known for all', () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const cluster = new ClusterDescription();
      for (const name of order) cluster.image(name, { config: 'c', size: name === 'a' ? 9 : 0 });
      assert.equal(sizes(cluster.plan()).c, 9);
    }
  });

  it('of an index are those of its members, but none of them is its alone', () => {
    const plan = new ClusterDescription()
      .image('index', { members: ['amd', 'arm'] })
      .image('amd', { layers: ['base:100', 'amd-l:1'] })
      .image('arm', { layers: ['base:100', 'arm-l:2'] })
      .stream('shop/web', { v1: ['index'] })
      .plan(KEEP_NONE);
    assert.deepEqual(streamOf(plan, 'shop/web').bytes, { total: 103, alone: 103 });
    assert.deepEqual(imageOf(plan, 'index').bytes, { total: 103, alone: 0 });
    assert.equal(plan.bytes.heldByOneStream, 103);
    assert.equal(plan.bytes.heldByNoStream, 0);
  });

  it('are not freed where the registry is left alone, or one namespace is pruned', () => {
    for (const options of [{ pruneRegistry: false }, { namespace: 'shop' }]) {
      const plan = new ClusterDescription()
        .image('app', { layers: ['l:100'] })
        .stream('shop/web', { v1: ['app'] })
        .plan({ ...KEEP_NONE, ...options });
      assert.equal(plan.bytes.registry, 100);
      assert.equal(plan.bytes.freed, 0);
      assert.deepEqual(plan.blobs, []);
      assert.deepEqual(imageOf(plan, 'app').bytes, { total: 100, alone: 0 });
      assert.deepEqual(streamOf(plan, 'shop/web').bytes, { total: 100, alone: 0 });
    }
  });

  it('beyond 2^31 are added up exactly', () => {
    const plan = new ClusterDescription().image('a', { layers: [`x:${2 ** 40}`, `y:${2 ** 33 + 1}`] }).plan();
    assert.equal(plan.bytes.freed, 2 ** 40 + 2 ** 33 + 1);
    assert.equal(imageOf(plan, 'a').bytes.alone, plan.bytes.freed);
  });

  it('are none where the size of a layer is not stated', () => {
    const plan = new ClusterDescription()
      .add('images', { metadata: { name: digestOf('app') }, dockerImageLayers: [{ name: digestOf('l') }] })
      .plan();
    assert.equal(plan.bytes.freed, 0);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, YOUNG } from './cluster-description.ts';
import { deletionsOf } from './plan-readings.ts';

const KEEP_ONE = { keepTagRevisions: 1 } as const;

function linksOf(
  cluster: ClusterDescription,
  options: { keepTagRevisions?: number; pruneRegistry?: boolean },
) {
  const { layerLinks, manifestLinks } = deletionsOf(cluster.referencePlan(options));
  return { layerLinks, manifestLinks };
}

/** Two images that share `base` and have a layer and a config each. */
function images(): ClusterDescription {
  return new ClusterDescription()
    .image('old', { layers: ['base:100', 'old-l:10'], config: 'old-c:1' })
    .image('new', { layers: ['base:100', 'new-l:10'], config: 'new-c:1' });
}

describe('a layer link goes', () => {
  it('where no remaining revision of the repository needs the layer or config', () => {
    const cluster = images().stream('shop/web', { latest: ['new', 'old'] });
    assert.deepEqual(linksOf(cluster, KEEP_ONE), {
      layerLinks: ['shop/web old-c', 'shop/web old-l'],
      manifestLinks: ['shop/web old'],
    });
    assert.deepEqual(linksOf(cluster, { keepTagRevisions: 0 }).layerLinks, [
      'shop/web base',
      'shop/web new-c',
      'shop/web new-l',
      'shop/web old-c',
      'shop/web old-l',
    ]);
  });

  it('of each repository by itself', () => {
    const cluster = images()
      .stream('shop/web', { latest: ['new'] })
      .stream('shop/api', { latest: [{ image: 'new', age: YOUNG }, 'new', 'old'] })
      .stream('shop/job', { latest: ['old'] }, { age: YOUNG });
    assert.deepEqual(linksOf(cluster, { keepTagRevisions: 0 }), {
      layerLinks: ['shop/api old-c', 'shop/api old-l', 'shop/web base', 'shop/web new-c', 'shop/web new-l'],
      manifestLinks: ['shop/api old', 'shop/web new'],
    });
  });

  it('not while the same image stands in another tag or further up in the same one', () => {
    assert.deepEqual(linksOf(images().stream('shop/web', { v1: ['old'], v2: ['new', 'old'] }), KEEP_ONE), {
      layerLinks: [],
      manifestLinks: [],
    });
    assert.deepEqual(linksOf(images().stream('shop/web', { v1: ['old', 'new', 'old'] }), KEEP_ONE), {
      layerLinks: ['shop/web new-c', 'shop/web new-l'],
      manifestLinks: ['shop/web new'],
    });
  });

  it('once, though the image stood there several times', () => {
    const cluster = images().stream('shop/web', { v1: ['new', 'old', 'old'], v2: ['new', 'old'] });
    assert.deepEqual(linksOf(cluster, KEEP_ONE), {
      layerLinks: ['shop/web old-c', 'shop/web old-l'],
      manifestLinks: ['shop/web old'],
    });
  });

  it('once, though the image holds the layer twice', () => {
    const cluster = new ClusterDescription()
      .image('twice', { layers: ['l:5', 'l:5'], config: 'l:5' })
      .stream('shop/web', { v1: ['twice'] });
    assert.deepEqual(linksOf(cluster, { keepTagRevisions: 0 }).layerLinks, ['shop/web l']);
  });

  it('not while the layer is the config of a remaining image, or the config its layer', () => {
    const cluster = new ClusterDescription()
      .image('old', { layers: ['x:1', 'old-l:1'], config: 'y:1' })
      .image('new', { layers: ['y:1'], config: 'x:1' })
      .stream('shop/web', { latest: ['new', 'old'] });
    assert.deepEqual(linksOf(cluster, KEEP_ONE).layerLinks, ['shop/web old-l']);
  });

  it('though the image itself stays', () => {
    const cluster = images()
      .image('old', { layers: ['l:1'], age: YOUNG })
      .stream('shop/web', { v1: ['old'] });
    const plan = cluster.referencePlan({ keepTagRevisions: 0 });
    assert.deepEqual(deletionsOf(plan).layerLinks, ['shop/web l']);
    assert.equal(deletionsOf(plan).images.includes('old'), false);
  });
});

describe('a missing image', () => {
  it('counts for no link, and does not protect its like', () => {
    const cluster = images().stream('shop/web', { latest: ['gone', 'gone', 'old'] });
    assert.deepEqual(linksOf(cluster, { keepTagRevisions: 2 }), {
      layerLinks: ['shop/web base', 'shop/web old-c', 'shop/web old-l'],
      manifestLinks: ['shop/web old'],
    });
  });
});

describe('prune-registry=false', () => {
  it('leaves every link and blob alone and still removes items and images', () => {
    const cluster = images().stream('shop/web', { latest: ['new', 'old'] });
    assert.deepEqual(deletionsOf(cluster.plan({ keepTagRevisions: 1, pruneRegistry: false })), {
      items: ['shop/web:latest#1 old'],
      tags: [],
      layerLinks: [],
      manifestLinks: [],
      blobs: [],
      images: ['old'],
    });
  });
});

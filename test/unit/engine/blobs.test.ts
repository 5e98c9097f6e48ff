import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ClusterDescription,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST,
  SCHEMA_1,
} from './cluster-description.ts';
import { nameOf } from './named-digests.ts';
import { deletionsOf, imageOf } from './plan-readings.ts';

describe('the config is a blob of an image', () => {
  const expected: readonly (readonly [string, boolean])[] = [
    [DOCKER_MANIFEST, true],
    [OCI_MANIFEST, true],
    [SCHEMA_1, false],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', false],
    [DOCKER_LIST, false],
    [OCI_INDEX, false],
    ['', false],
  ];
  for (const [mediaType, counts] of expected) {
    it(`${counts ? 'with' : 'but not with'} the media type ${mediaType || '(none)'}`, () => {
      const plan = new ClusterDescription()
        .image('app', { layers: ['l:1'], config: 'c:1', mediaType })
        .plan();
      assert.deepEqual(deletionsOf(plan).blobs, counts ? ['app', 'c', 'l'] : ['app', 'l']);
      assert.deepEqual(imageOf(plan, 'app').blobs.map(nameOf), counts ? ['l', 'c'] : ['l']);
    });
  }

  it('only where it is known', () => {
    const plan = new ClusterDescription().image('app', { layers: ['l:1'], mediaType: OCI_MANIFEST }).plan();
    assert.deepEqual(deletionsOf(plan).blobs, ['app', 'l']);
  });
});

describe('a blob goes', () => {
  it('not while a remaining image holds it', () => {
    const plan = new ClusterDescription()
      .image('old', { layers: ['base:1', 'old-l:1'], config: 'shared-c:1' })
      .image('new', { layers: ['base:1', 'new-l:1'], config: 'shared-c:1' })
      .stream('shop/web', { v1: ['new', 'old'] })
      .plan({ keepTagRevisions: 1 });
    assert.deepEqual(deletionsOf(plan).blobs, ['old', 'old-l']);
  });

  it('not while it is the config of a remaining image, or the layer', () => {
    const plan = new ClusterDescription()
      .image('old', { layers: ['x:1', 'old-l:1'], config: 'y:1' })
      .image('new', { layers: ['y:1'], config: 'x:1' })
      .stream('shop/web', { v1: ['new', 'old'] })
      .plan({ keepTagRevisions: 1 });
    assert.deepEqual(deletionsOf(plan).blobs, ['old', 'old-l']);
  });

  it('not while it is a remaining manifest', () => {
    const plan = new ClusterDescription()
      .image('old', { layers: ['new:1', 'old-l:1'] })
      .image('new')
      .stream('shop/web', { v1: ['new', 'old'] })
      .plan({ keepTagRevisions: 1 });
    assert.deepEqual(deletionsOf(plan).blobs, ['old', 'old-l']);
  });

  it('once, under the last of the pruned images that hold it', () => {
    const plan = new ClusterDescription()
      .image('b', { layers: ['base:1', 'b-l:1'] })
      .image('a', { layers: ['base:1', 'a-l:1', 'a-l:1'] })
      .image('c', { layers: ['b-l:1'], config: 'c-c:1' })
      .plan();
    assert.deepEqual(
      plan.blobs.map((blob) => nameOf(blob.digest)),
      ['a-l', 'a', 'base', 'b', 'b-l', 'c-c', 'c'],
    );
  });

  it('once, though its image lists itself as a layer', () => {
    const plan = new ClusterDescription().image('app', { layers: ['app:7'] }).plan();
    assert.deepEqual(deletionsOf(plan).blobs, ['app']);
    assert.equal(plan.bytes.freed, 7);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, pull, YOUNG } from './cluster-description.ts';
import { at, deletionsOf, revisionsOf, streamOf, tagOf } from './plan-readings.ts';

function histories(): ClusterDescription {
  const cluster = new ClusterDescription();
  for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.image(name);
  return cluster.stream('shop/web', { latest: ['a', 'b', 'c', 'd', 'e'], v1: ['e'] });
}

const verdicts = (path: string, keepTagRevisions?: number, cluster = histories()) =>
  revisionsOf(cluster.referencePlan(keepTagRevisions === undefined ? {} : { keepTagRevisions }), path);

const WITHIN = 'keep withinRevisions';
const BEYOND = 'prune beyondRevisions';

describe('keep-tag-revisions', () => {
  it('keeps that many of the newest items of each tag', () => {
    assert.deepEqual(verdicts('shop/web:latest', 1), [WITHIN, BEYOND, BEYOND, BEYOND, BEYOND]);
    assert.deepEqual(verdicts('shop/web:latest', 3), [WITHIN, WITHIN, WITHIN, BEYOND, BEYOND]);
    assert.deepEqual(verdicts('shop/web:latest', 4), [WITHIN, WITHIN, WITHIN, WITHIN, BEYOND]);
    assert.deepEqual(verdicts('shop/web:v1', 1), [WITHIN]);
  });

  it('is 3 where it is not given', () => {
    assert.deepEqual(verdicts('shop/web:latest'), verdicts('shop/web:latest', 3));
  });

  it('of 0 keeps none, and more than there are keeps all', () => {
    assert.deepEqual(verdicts('shop/web:latest', 0), Array(5).fill(BEYOND));
    assert.deepEqual(verdicts('shop/web:latest', 100), Array(5).fill(WITHIN));
  });

  it('is said in the reasons', () => {
    const tag = tagOf(histories().referencePlan({ keepTagRevisions: 1 }), 'shop/web:latest');
    assert.deepEqual(at(tag.revisions, 0).reasons, [{ code: 'withinRevisions', keep: 1 }]);
    assert.deepEqual(at(tag.revisions, 3).reasons, [{ code: 'beyondRevisions', position: 3, keep: 1 }]);
    assert.deepEqual(
      tag.revisions.map((revision) => revision.position),
      [0, 1, 2, 3, 4],
    );
  });
});

describe('the use of a tag', () => {
  it('protects position 0 and no other', () => {
    const cluster = histories().pod('x/p', { containers: [pull('shop/web')] });
    assert.deepEqual(verdicts('shop/web:latest', 0, cluster), [
      'keep tagUsed',
      BEYOND,
      BEYOND,
      BEYOND,
      BEYOND,
    ]);
    assert.deepEqual(verdicts('shop/web:v1', 0, cluster), [BEYOND]);
  });

  it('stands beside every other reason', () => {
    const cluster = new ClusterDescription()
      .image('app')
      .stream('shop/web', { latest: [{ image: 'app', age: YOUNG }] }, { age: YOUNG })
      .pod('x/p', { containers: [pull('shop/web'), pull('shop/web@app')] });
    assert.deepEqual(verdicts('shop/web:latest', 1, cluster), [
      'keep streamYoung young tagUsed withinRevisions imageUsed',
    ]);
  });
});

describe('a revision whose Image object is missing', () => {
  it('goes, within the kept revisions too, and the positions behind it do not move up', () => {
    const cluster = new ClusterDescription()
      .image('b')
      .image('c')
      .stream('shop/web', { latest: ['gone', 'b', 'c'] });
    assert.deepEqual(verdicts('shop/web:latest', 2, cluster), ['prune imageMissing', WITHIN, BEYOND]);
  });

  it('goes though a pod uses it by digest', () => {
    const cluster = new ClusterDescription()
      .stream('shop/web', { latest: ['gone'] })
      .pod('x/p', { containers: [pull('shop/web@gone')] });
    assert.deepEqual(verdicts('shop/web:latest', 3, cluster), ['prune imageMissing']);
  });

  it('stays where it is young, or at position 0 of a tag that is used', () => {
    const cluster = new ClusterDescription()
      .stream('shop/web', { latest: ['gone', 'gone'], v1: [{ image: 'gone', age: YOUNG }] })
      .pod('x/p', { containers: [pull('shop/web')] });
    assert.deepEqual(verdicts('shop/web:latest', 3, cluster), [
      'keep tagUsed imageMissing',
      'prune imageMissing',
    ]);
    assert.deepEqual(verdicts('shop/web:v1', 3, cluster), ['keep young imageMissing']);
  });

  it('has no links to delete', () => {
    const plan = new ClusterDescription().stream('shop/web', { latest: ['gone'] }).referencePlan();
    assert.deepEqual(deletionsOf(plan), {
      items: ['shop/web:latest#0 gone'],
      tags: ['shop/web:latest'],
      layerLinks: [],
      manifestLinks: [],
      blobs: [],
      images: [],
    });
  });
});

describe('a tag', () => {
  it('goes when nothing of its history stays, alone', () => {
    const plan = new ClusterDescription()
      .image('a')
      .image('b')
      .stream('shop/web', { latest: ['a', 'b'], v1: ['b', 'gone'], v2: ['gone'] })
      .pod('x/p', { containers: [pull('shop/web')] })
      .referencePlan({ keepTagRevisions: 0 });
    const stream = streamOf(plan, 'shop/web');
    assert.deepEqual(
      stream.tags.map((tag) => `${tag.tag} ${tag.verdict}`),
      ['latest keep', 'v1 prune', 'v2 prune'],
    );
    assert.deepEqual(tagOf(plan, 'shop/web:latest').reasons, [{ code: 'holdsKept', kept: 1 }]);
    assert.deepEqual(tagOf(plan, 'shop/web:v1').reasons, [{ code: 'emptied', items: 2 }]);
    assert.equal(stream.verdict, 'keep');
    assert.equal(stream.itemsToPrune, 4);
    assert.deepEqual(plan.counts.tags, 2);
    assert.deepEqual(plan.counts.streams, 1);
  });

  it('without items is left alone', () => {
    const plan = new ClusterDescription()
      .stream('shop/web', { none: null, empty: [] })
      .referencePlan({ keepTagRevisions: 0 });
    const stream = streamOf(plan, 'shop/web');
    assert.equal(stream.itemsToPrune, 0);
    assert.deepEqual(stream.reasons, [{ code: 'nothingToPrune' }]);
    assert.deepEqual(
      stream.tags.map((tag) => [tag.tag, tag.verdict, tag.reasons]),
      ['none', 'empty'].map((tag) => [tag, 'keep', [{ code: 'nothingToPrune' }]]),
    );
    assert.equal(plan.counts.streams, 0);
  });
});

describe('a stream', () => {
  it('whose whole history goes says so', () => {
    const plan = histories().referencePlan({ keepTagRevisions: 0 });
    assert.equal(streamOf(plan, 'shop/web').verdict, 'prune');
    assert.deepEqual(streamOf(plan, 'shop/web').reasons, [{ code: 'emptied', items: 6 }]);
  });

  it('without tags is kept', () => {
    const plan = new ClusterDescription()
      .stream('shop/web', {})
      .add('imagestreams', { metadata: { namespace: 'shop', name: 'api' }, status: { tags: null } })
      .referencePlan();
    assert.equal(streamOf(plan, 'shop/web').verdict, 'keep');
    assert.equal(streamOf(plan, 'shop/api').verdict, 'keep');
  });
});

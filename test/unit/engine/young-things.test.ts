import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ago, ClusterDescription, YOUNG } from './cluster-description.ts';
import { deletionsOf, imageVerdict, reasonOf, revisionsOf, streamOf } from './plan-readings.ts';

const MILLISECOND = 1 / 60_000;

describe('a stream younger than the threshold', () => {
  it('is kept whole, with its missing images', () => {
    const plan = new ClusterDescription()
      .image('new')
      .image('old')
      .stream('shop/web', { latest: ['new', 'old', 'gone'], v1: ['gone'] }, { age: YOUNG })
      .referencePlan({ keepTagRevisions: 1 });
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), [
      'keep streamYoung withinRevisions',
      'keep streamYoung',
      'keep streamYoung imageMissing',
    ]);
    assert.deepEqual(revisionsOf(plan, 'shop/web:v1'), ['keep streamYoung imageMissing']);
    const stream = streamOf(plan, 'shop/web');
    assert.equal(stream.verdict, 'keep');
    assert.equal(reasonOf(stream, 'streamYoung').created, ago(YOUNG));
    assert.equal(imageVerdict(plan, 'old'), 'keep namedByStream');
    assert.deepEqual(plan.counts.images + plan.counts.tagItems + plan.counts.blobs, 0);
  });

  it('is not young when it was created exactly at the threshold', () => {
    const verdict = (age: number) =>
      revisionsOf(
        new ClusterDescription()
          .image('app')
          .stream('shop/web', { latest: ['app'] }, { age })
          .referencePlan({ keepTagRevisions: 0 }),
        'shop/web:latest',
      );
    assert.deepEqual(verdict(60), ['prune beyondRevisions']);
    assert.deepEqual(verdict(60 - MILLISECOND), ['keep streamYoung']);
  });
});

describe('a revision younger than the threshold', () => {
  const verdict = (age: number | null, keepYoungerThanMs = 3_600_000) =>
    revisionsOf(
      new ClusterDescription()
        .image('app')
        .stream('shop/web', { latest: [{ image: 'app', age }] })
        .referencePlan({ keepTagRevisions: 0, keepYoungerThanMs }),
      'shop/web:latest',
    );

  it('is kept, whatever its position', () => {
    const plan = new ClusterDescription()
      .image('a')
      .image('b')
      .stream('shop/web', { latest: ['a', { image: 'b', age: YOUNG }] })
      .referencePlan({ keepTagRevisions: 0 });
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['prune beyondRevisions', 'keep young']);
  });

  it('is not young when it was created exactly at the threshold', () => {
    assert.deepEqual(verdict(60), ['prune beyondRevisions']);
    assert.deepEqual(verdict(60 - MILLISECOND), ['keep young']);
    assert.deepEqual(verdict(60 + MILLISECOND), ['prune beyondRevisions']);
  });

  it('is measured by the age that was asked for', () => {
    assert.deepEqual(verdict(30, 0), ['prune beyondRevisions']);
    assert.deepEqual(verdict(0, 0), ['prune beyondRevisions']);
    assert.deepEqual(verdict(95, 96 * 60_000), ['keep young']);
    assert.deepEqual(verdict(97, 96 * 60_000), ['prune beyondRevisions']);
  });

  it('is very old where its age is not known', () => {
    assert.deepEqual(verdict(null), ['prune beyondRevisions']);
  });
});

describe('an image younger than the threshold', () => {
  it('is kept though its old revisions go', () => {
    const plan = new ClusterDescription()
      .image('app', { age: YOUNG, layers: ['l:1'] })
      .stream('shop/web', { latest: ['app'] })
      .referencePlan({ keepTagRevisions: 0 });
    assert.deepEqual(deletionsOf(plan), {
      items: ['shop/web:latest#0 app'],
      tags: ['shop/web:latest'],
      layerLinks: ['shop/web l'],
      manifestLinks: ['shop/web app'],
      blobs: [],
      images: [],
    });
    assert.equal(imageVerdict(plan, 'app'), 'keep young');
  });

  it('is not young when it was created exactly at the threshold', () => {
    const verdict = (age: number) =>
      imageVerdict(new ClusterDescription().image('app', { age }).plan(), 'app');
    assert.equal(verdict(60), 'prune unnamed');
    assert.equal(verdict(60 - MILLISECOND), 'keep young');
  });
});

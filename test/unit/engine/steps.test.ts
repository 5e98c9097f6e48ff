import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detailedSteps, keptRevisions, keptUnnamedImages } from '../../../src/engine/detailed-steps.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import { dryRunLines, planAsJson, summaryOf } from '../../../src/engine/plan-parts.ts';
import {
  imagesWithTheirBlobs,
  lineOf,
  stepsOf,
  stepsOfStream,
  summaryLine,
} from '../../../src/engine/steps.ts';
import { ClusterDescription, YOUNG } from './cluster-description.ts';
import { digestOf, nameOf } from './named-digests.ts';
import { randomCluster } from './random-cluster.ts';

const NOTHING = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
const KEEP_ONE = { keepTagRevisions: 1 } as const;

function shop(): ClusterDescription {
  return new ClusterDescription()
    .image('new', { layers: ['base:100', 'n-l:1'], config: 'n-c:1' })
    .image('old', { layers: ['base:100', 'o-l:2'], config: 'o-c:3' })
    .image('orphan', { layers: ['o-l:2', 'lost:4'] })
    .image('young', { age: YOUNG })
    .stream('shop/web', { v1: ['new', 'old', 'gone'], v2: ['gone'] })
    .stream('a/web', { v1: ['new', 'old'] })
    .stream('z/web', { v1: ['new'] });
}

const line = (before: string, name: string, after = '') => `${before} ${digestOf(name)}${after}`;

describe('the lines of a dry run', () => {
  it('are those of the reference, stream by stream, then image by image with its blobs first', () => {
    assert.deepEqual(
      [...dryRunLines(shop().plan(KEEP_ONE))],
      [
        line('Deleting layer link', 'o-l', ' in repository a/web'),
        line('Deleting layer link', 'o-c', ' in repository a/web'),
        'Deleting 1 items from image stream a/web',
        line('Deleting manifest link', 'old', ' in repository a/web'),
        line('Deleting layer link', 'o-l', ' in repository shop/web'),
        line('Deleting layer link', 'o-c', ' in repository shop/web'),
        'Deleting 3 items from image stream shop/web',
        line('Deleting manifest link', 'old', ' in repository shop/web'),
        line('Deleting blob', 'o-c'),
        line('Deleting blob', 'old'),
        line('Deleting image', 'old'),
        line('Deleting blob', 'o-l'),
        line('Deleting blob', 'lost'),
        line('Deleting blob', 'orphan'),
        line('Deleting image', 'orphan'),
        'Summary: deleted 2 image object(s), deleted 4 image stream tag item(s), updated 2 image stream(s), deleted 4 layer link(s), deleted 2 manifest link(s), deleted 5 blob(s)',
      ],
    );
  });

  it('say first that the registry is left alone', () => {
    assert.deepEqual(
      [...dryRunLines(shop().plan({ ...KEEP_ONE, pruneRegistry: false }))],
      [
        'Only API objects will be removed.  No modifications to the image registry will be made.',
        'Deleting 1 items from image stream a/web',
        'Deleting 3 items from image stream shop/web',
        line('Deleting image', 'old'),
        line('Deleting image', 'orphan'),
        'Summary: deleted 2 image object(s), deleted 4 image stream tag item(s), updated 2 image stream(s)',
      ],
    );
  });

  it('are one where nothing is deleted', () => {
    assert.deepEqual([...dryRunLines(new ClusterDescription().plan())], ['Summary: deleted 0 objects']);
  });
});

describe('the blobs that go with an image', () => {
  const withTheirBlobs = (cluster: ClusterDescription, options: RequestedOptions = {}) =>
    [...imagesWithTheirBlobs(cluster.plan(options))].map(({ image, blobs }) => [
      nameOf(image.name),
      blobs.map((blob) => nameOf(blob.digest)),
    ]);

  it('are those that no image behind it in the plan holds, its manifest last', () => {
    assert.deepEqual(withTheirBlobs(shop(), KEEP_ONE), [
      ['old', ['o-c', 'old']],
      ['orphan', ['o-l', 'lost', 'orphan']],
    ]);
  });

  it('may be none', () => {
    const cluster = new ClusterDescription()
      .image('a', { layers: ['base:1'] })
      .image('b', { layers: ['base:1', 'a:1', 'c:1'] })
      .image('c', { layers: ['base:1', 'b:1'] });
    assert.deepEqual(withTheirBlobs(cluster), [
      ['a', []],
      ['b', ['a']],
      ['c', ['base', 'b', 'c']],
    ]);
    assert.deepEqual(withTheirBlobs(cluster, { pruneRegistry: false }), [
      ['a', []],
      ['b', []],
      ['c', []],
    ]);
  });

  it('stand under the last pruned image that holds them, in random clusters', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const plan = randomCluster(seed).plan({ keepTagRevisions: 1, keepYoungerThanMs: 0 });
      const pruned = plan.images.filter((one) => one.verdict === 'prune');
      const lastHolder = new Map<string, string>();
      for (const { name, blobs } of pruned) for (const blob of [...blobs, name]) lastHolder.set(blob, name);
      const told = [...imagesWithTheirBlobs(plan)];
      assert.deepEqual(
        told.map(({ image }) => image.name),
        pruned.map((image) => image.name),
      );
      for (const { image, blobs } of told) {
        for (const { digest } of blobs) assert.equal(lastHolder.get(digest), image.name, `seed ${seed}`);
      }
      assert.deepEqual(
        told.flatMap(({ blobs }) => blobs),
        plan.blobs,
      );
    }
  });

  it('never belong to an image that stays', () => {
    const cluster = new ClusterDescription()
      .image('a', { layers: ['base:1', 'a-l:1'] })
      .image('b', { layers: ['base:1', 'b-l:1'] })
      .image('c', { layers: ['a-l:1', 'c-l:1'] })
      .stream('shop/web', { v1: ['b'] });
    assert.deepEqual(withTheirBlobs(cluster), [
      ['a', ['a']],
      ['c', ['a-l', 'c-l', 'c']],
    ]);
  });
});

describe('the summary', () => {
  it('leaves out what is none', () => {
    assert.equal(summaryLine(NOTHING), 'Summary: deleted 0 objects');
    assert.equal(summaryLine({ ...NOTHING, images: 7 }), 'Summary: deleted 7 image object(s)');
    assert.equal(summaryLine({ ...NOTHING, tagItems: 7 }), 'Summary: deleted 7 image stream tag item(s)');
    assert.equal(summaryLine({ ...NOTHING, streams: 7 }), 'Summary: updated 7 image stream(s)');
    assert.equal(summaryLine({ ...NOTHING, layerLinks: 7 }), 'Summary: deleted 7 layer link(s)');
    assert.equal(summaryLine({ ...NOTHING, manifestLinks: 7 }), 'Summary: deleted 7 manifest link(s)');
    assert.equal(summaryLine({ ...NOTHING, blobs: 7 }), 'Summary: deleted 7 blob(s)');
    assert.equal(
      summaryLine({ ...NOTHING, blobs: 2, images: 1, streams: 3 }),
      'Summary: deleted 1 image object(s), updated 3 image stream(s), deleted 2 blob(s)',
    );
  });
});

describe('the steps of a plan', () => {
  it('are as many as its counts say', () => {
    const plan = shop().plan(KEEP_ONE);
    const count = (kind: string) => [...stepsOf(plan)].filter((step) => step.kind === kind).length;
    const { images, streams, layerLinks, manifestLinks, blobs } = plan.counts;
    assert.deepEqual(
      { images, streams, layerLinks, manifestLinks, blobs },
      {
        images: count('image'),
        streams: count('tagItems'),
        layerLinks: count('layerLink'),
        manifestLinks: count('manifestLink'),
        blobs: count('blob'),
      },
    );
    assert.deepEqual(plan.counts.seen, { images: 4, streams: 3, tags: 4, tagItems: 7, referrers: 0 });
    assert.equal(plan.counts.tags, 1);
  });

  it('of a stream without items to prune are its links alone', () => {
    assert.deepEqual(
      stepsOfStream('a/b', { layerLinks: ['l'], items: 0, manifestLinks: ['m'] }).map(lineOf),
      ['Deleting layer link l in repository a/b', 'Deleting manifest link m in repository a/b'],
    );
  });

  it('in detail are the same steps in the same order', () => {
    const plan = shop().plan(KEEP_ONE);
    assert.deepEqual([...detailedSteps(plan)].map(lineOf), [...stepsOf(plan)].map(lineOf));
  });

  it('in detail have sizes, revisions and reasons', () => {
    const details = [...detailedSteps(shop().plan(KEEP_ONE))];
    const items = details.find((step) => step.kind === 'tagItems' && step.repository === 'shop/web');
    assert.ok(items?.kind === 'tagItems');
    assert.equal(items.namespace, 'shop');
    assert.deepEqual(
      items.revisions.map(({ tag, position, image, size }) => [tag, position, nameOf(image), size]),
      [
        ['v1', 1, 'old', 105],
        ['v1', 2, 'gone', null],
        ['v2', 0, 'gone', null],
      ],
    );
    const blob = (name: string) =>
      details.find((step) => step.kind === 'blob' && step.digest === digestOf(name));
    assert.deepEqual(blob('o-c'), { kind: 'blob', digest: digestOf('o-c'), size: 3 });
    assert.deepEqual(blob('old'), { kind: 'blob', digest: digestOf('old'), size: null });
    const image = details.find((step) => step.kind === 'image' && nameOf(step.name) === 'orphan');
    assert.ok(image?.kind === 'image');
    assert.deepEqual(image.image.reasons, [{ code: 'unnamed' }]);
    assert.deepEqual(image.image.bytes, { total: 6, alone: 4 });
  });

  it('leave the rest: kept revisions, and images kept though no stream names them', () => {
    const plan = shop().plan(KEEP_ONE);
    assert.deepEqual(
      [...keptRevisions(plan)].map(
        (kept) => `${kept.namespace}/${kept.stream}:${kept.tag}#${kept.position} ${kept.size}`,
      ),
      ['a/web:v1#0 102', 'shop/web:v1#0 102', 'z/web:v1#0 102'],
    );
    assert.deepEqual(
      [...keptUnnamedImages(plan)].map((image) => nameOf(image.name)),
      ['young'],
    );
  });
});

describe('a plan written piece by piece', () => {
  it('is the same JSON, one line for each stream, image and blob', () => {
    for (const plan of [shop().plan(KEEP_ONE), new ClusterDescription().plan()]) {
      const text = [...planAsJson(plan)].join('');
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(plan)));
      assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(plan));
      assert.ok(text.endsWith('\n'));
      const lines = text.split('\n');
      for (const { digest } of plan.blobs) {
        assert.equal(lines.filter((one) => one.startsWith(`{"digest":"${digest}"`)).length, 1);
      }
    }
  });

  it('has a short part without its long lists', () => {
    const plan = shop().plan(KEEP_ONE);
    const { streams: _streams, images: _images, blobs: _blobs, ...rest } = plan;
    assert.deepEqual(summaryOf(plan), rest);
  });
});

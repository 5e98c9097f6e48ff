import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, DOCKER_LIST, OCI_INDEX, YOUNG } from './cluster-description.ts';
import { deletionsOf, imageOf, imageVerdict, reasonOf } from './plan-readings.ts';

describe('an image', () => {
  it('that no stream names goes, with its blobs', () => {
    const plan = new ClusterDescription().image('orphan', { layers: ['l:1'], config: 'c:1' }).referencePlan();
    assert.equal(imageVerdict(plan, 'orphan'), 'prune unnamed');
    assert.deepEqual(deletionsOf(plan).blobs, ['c', 'l', 'orphan']);
  });

  it('that a remaining item of any stream names stays, and every place is told in order', () => {
    const plan = new ClusterDescription()
      .image('app')
      .image('new')
      .stream('z/web', { v1: ['app'] })
      .stream('a/web', { v2: ['new', 'app'], v1: ['app', 'app'] })
      .referencePlan({ keepTagRevisions: 2 });
    assert.deepEqual(reasonOf(imageOf(plan, 'app'), 'namedByStream').at, [
      { namespace: 'a', stream: 'web', tag: 'v2', position: 1 },
      { namespace: 'a', stream: 'web', tag: 'v1', position: 0 },
      { namespace: 'a', stream: 'web', tag: 'v1', position: 1 },
      { namespace: 'z', stream: 'web', tag: 'v1', position: 0 },
    ]);
  });

  it('that only removed items named goes', () => {
    const plan = new ClusterDescription()
      .image('app')
      .stream('shop/web', { v1: ['app'] })
      .referencePlan({ keepTagRevisions: 0 });
    assert.equal(imageVerdict(plan, 'app'), 'prune unnamed');
  });
});

describe('--all=false', () => {
  const cluster = () =>
    new ClusterDescription()
      .image('pushed', { layers: ['shared:1', 'p:1'] })
      .image('mirrored', { managed: false, layers: ['shared:1', 'm:1'] });

  it('keeps images that were not pushed, and their blobs', () => {
    const plan = cluster().referencePlan({ all: false });
    assert.equal(imageVerdict(plan, 'mirrored'), 'keep notManaged');
    assert.equal(imageVerdict(plan, 'pushed'), 'prune unnamed');
    assert.deepEqual(deletionsOf(plan).blobs, ['p', 'pushed']);
  });

  it('still removes the items that name them', () => {
    const plan = cluster()
      .stream('shop/web', { v1: ['mirrored'] })
      .referencePlan({ all: false, keepTagRevisions: 0 });
    assert.deepEqual(deletionsOf(plan).items, ['shop/web:v1#0 mirrored']);
    assert.deepEqual(deletionsOf(plan).manifestLinks, ['shop/web mirrored']);
  });

  it('takes no other value of the annotation than true for managed', () => {
    for (const annotations of [
      { 'openshift.io/image.managed': 'false' },
      { 'openshift.io/image.managed': 'TRUE' },
      { 'openshift.io/image.managed': true },
      { other: 'true' },
      null,
    ]) {
      const plan = new ClusterDescription()
        .add('images', { metadata: { name: 'sha256:1', annotations } })
        .referencePlan({ all: false });
      assert.equal(plan.images[0]?.verdict, 'keep', JSON.stringify(annotations));
    }
  });

  it('is not the default', () => {
    assert.deepEqual(deletionsOf(cluster().referencePlan()).images, ['mirrored', 'pushed']);
  });
});

describe('--namespace', () => {
  const cluster = () =>
    new ClusterDescription()
      .image('app', { layers: ['l:1'] })
      .image('orphan', { layers: ['o:1'] })
      .stream('shop/web', { v1: ['app'] })
      .stream('other/web', { v1: ['app'] });

  it('prunes the streams of that namespace alone, no image and no blob', () => {
    const plan = cluster().referencePlan({ namespace: 'shop', keepTagRevisions: 0 });
    assert.deepEqual(deletionsOf(plan), {
      items: ['shop/web:v1#0 app'],
      tags: ['shop/web:v1'],
      layerLinks: ['shop/web l'],
      manifestLinks: ['shop/web app'],
      blobs: [],
      images: [],
    });
    assert.deepEqual(
      plan.streams.map((stream) => stream.namespace),
      ['shop'],
    );
  });

  it('says why images stay', () => {
    const plan = cluster().referencePlan({ namespace: 'shop', keepTagRevisions: 0 });
    assert.equal(imageVerdict(plan, 'app'), 'keep namespaceOnly');
    assert.deepEqual(reasonOf(imageOf(plan, 'orphan'), 'namespaceOnly').namespace, 'shop');
    const kept = cluster().referencePlan({ namespace: 'shop' });
    assert.equal(imageVerdict(kept, 'app'), 'keep namedByStream namespaceOnly');
  });

  it('that has no stream prunes nothing', () => {
    const plan = cluster().referencePlan({ namespace: 'nowhere', keepTagRevisions: 0 });
    assert.deepEqual(Object.values(deletionsOf(plan)).flat(), []);
  });

  it('counts users of every namespace', () => {
    const plan = cluster()
      .pod('other/p', { containers: ['registry.io/shop/web:v1'] })
      .referencePlan({ namespace: 'shop', keepTagRevisions: 0 });
    assert.deepEqual(deletionsOf(plan).items, []);
  });
});

describe('the members of an index', () => {
  const family = (mediaType: string) =>
    new ClusterDescription()
      .image('index', { mediaType, members: ['amd', 'arm'] })
      .image('amd', { layers: ['l:1', 'amd-l:1'], config: 'amd-c:1' })
      .image('arm', { layers: ['l:1', 'arm-l:1'], config: 'arm-c:1' });

  for (const mediaType of [OCI_INDEX, DOCKER_LIST]) {
    it(`stay with a kept one (${mediaType})`, () => {
      const plan = family(mediaType)
        .stream('shop/web', { v1: ['index'] })
        .referencePlan();
      assert.equal(imageVerdict(plan, 'index'), 'keep namedByStream');
      assert.equal(imageVerdict(plan, 'amd'), 'keep partOfIndex');
      assert.equal(imageVerdict(plan, 'arm'), 'keep partOfIndex');
      assert.deepEqual(deletionsOf(plan).blobs, []);
    });

    it(`go with a pruned one (${mediaType})`, () => {
      const plan = family(mediaType)
        .stream('shop/web', { v1: ['index'] })
        .referencePlan({ keepTagRevisions: 0 });
      assert.deepEqual(deletionsOf(plan).images, ['amd', 'arm', 'index']);
      assert.deepEqual(deletionsOf(plan).blobs, [
        'amd',
        'amd-c',
        'amd-l',
        'arm',
        'arm-c',
        'arm-l',
        'index',
        'l',
      ]);
    });
  }

  it('stay where one of two indexes stays, and say which', () => {
    const plan = new ClusterDescription()
      .image('i1', { members: ['amd'] })
      .image('i2', { members: ['amd'] })
      .image('i3', { members: ['amd'] })
      .image('amd')
      .stream('shop/web', { v1: ['i1', 'i2', 'i3'] })
      .referencePlan({ keepTagRevisions: 2 });
    assert.deepEqual(deletionsOf(plan).images, ['i3']);
    assert.equal(imageVerdict(plan, 'amd'), 'keep partOfIndex partOfIndex');
  });

  it('stay however deep they are nested, in whatever order the names come', () => {
    for (const [outer, inner, leaf] of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'c', 'a'],
      ['b', 'a', 'c'],
    ] as const) {
      const plan = new ClusterDescription()
        .image(outer, { members: [inner] })
        .image(inner, { members: [leaf] })
        .image(leaf)
        .stream('shop/web', { v1: [outer] })
        .referencePlan();
      assert.equal(imageVerdict(plan, inner), 'keep partOfIndex');
      assert.equal(imageVerdict(plan, leaf), 'keep partOfIndex');
    }
  });

  it('that name each other in a circle end it', () => {
    const plan = new ClusterDescription()
      .image('a', { members: ['b'] })
      .image('b', { members: ['a', 'b'] })
      .image('lonely', { members: ['lonely'] })
      .stream('shop/web', { v1: ['a'] })
      .plan();
    assert.deepEqual(deletionsOf(plan).images, ['lonely']);
  });

  it('that are not there are passed over', () => {
    const plan = new ClusterDescription()
      .image('index', { members: ['not-mirrored'] })
      .stream('shop/web', { v1: ['index'] })
      .plan();
    assert.deepEqual(deletionsOf(plan).images, []);
    assert.equal(plan.images.length, 1);
  });

  it('do not keep their index', () => {
    const plan = new ClusterDescription()
      .image('index', { members: ['amd'] })
      .image('amd')
      .stream('shop/web', { v1: ['amd'] })
      .referencePlan();
    assert.deepEqual(deletionsOf(plan).images, ['index']);
  });

  it('stay with an index that is kept for its age or because it was not pushed', () => {
    const young = new ClusterDescription().image('index', { members: ['amd'], age: YOUNG }).image('amd');
    assert.equal(imageVerdict(young.referencePlan(), 'amd'), 'keep partOfIndex');
    const mirrored = new ClusterDescription()
      .image('index', { members: ['amd'], managed: false })
      .image('amd');
    assert.equal(imageVerdict(mirrored.referencePlan({ all: false }), 'amd'), 'keep partOfIndex');
  });
});

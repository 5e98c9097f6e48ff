import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ClusterDescription,
  OLD,
  type PodDescription,
  type PodStatusDescription,
  pull,
  YOUNG,
} from './cluster-description.ts';
import { digestOf } from './named-digests.ts';
import { imageVerdict, reasonOf, revisionsOf, tagOf } from './plan-readings.ts';

const LATEST = pull('shop/web:latest');

/** One stream with one image; nothing but use keeps it. */
function shop(): ClusterDescription {
  return new ClusterDescription().image('app').stream('shop/web', { latest: ['app'] });
}

function verdictWith(pod: PodDescription, status: PodStatusDescription = {}): string[] {
  const plan = shop().pod('other/p', pod, status).referencePlan({ keepTagRevisions: 0 });
  return revisionsOf(plan, 'shop/web:latest');
}

const USED = ['keep tagUsed'];
const UNUSED = ['prune beyondRevisions'];

describe('a pod uses the image of its pull spec', () => {
  it('in a container and in an init container, by tag and by digest', () => {
    const keeps = (pod: PodDescription, code: string) =>
      assert.deepEqual(verdictWith(pod), [`keep ${code}`], JSON.stringify(pod));
    keeps({ containers: [LATEST] }, 'tagUsed');
    keeps({ containers: ['registry.io/a/b', LATEST] }, 'tagUsed');
    keeps({ init: [LATEST] }, 'tagUsed');
    keeps({ containers: [pull('shop/web@app')] }, 'imageUsed');
    keeps({ init: [pull('shop/web@app')] }, 'imageUsed');
  });

  it('where no tag is written, by the tag latest', () => {
    assert.deepEqual(verdictWith({ containers: [pull('shop/web')] }), USED);
  });

  it('where a tag and a digest are written, by the digest alone', () => {
    const other = `${pull('shop/web')}:latest@${digestOf('other')}`;
    assert.deepEqual(verdictWith({ containers: [other] }), UNUSED);
    const itself = `${pull('shop/web')}:other@${digestOf('app')}`;
    assert.deepEqual(verdictWith({ containers: [itself] }), ['keep imageUsed']);
  });

  it('whatever the host', () => {
    for (const host of ['docker.io', 'localhost', 'localhost:5000', '[::1]:5000', 'Some.Host']) {
      assert.deepEqual(verdictWith({ containers: [`${host}/shop/web:latest`] }), USED, host);
    }
  });

  it('of that namespace, stream, tag and digest only', () => {
    for (const spec of [
      'shop/webb',
      'shop/web:v1',
      'shoppe/web',
      'other/web',
      'web/shop',
      'shop/web@other',
    ]) {
      assert.deepEqual(verdictWith({ containers: [pull(spec)] }), UNUSED, spec);
    }
  });

  it('unless it has no registry, no namespace or more path components than three', () => {
    for (const spec of [
      'web',
      'shop/web',
      'shop/web:latest',
      `shop/web@${digestOf('app')}`,
      'registry/shop/web',
      'registry.io/web',
      'registry.io/shop/web/latest',
      'registry.io/x/shop/web',
    ]) {
      assert.deepEqual(verdictWith({ containers: [spec] }), UNUSED, spec);
    }
  });

  it('unless the digest is in capitals, which match no image', () => {
    const capitals = `sha256:${digestOf('lol').slice(7).toUpperCase()}`;
    const plan = new ClusterDescription()
      .image('lol')
      .stream('shop/web', { latest: ['lol'] })
      .pod('other/p', { containers: [`registry.io/shop/web@${capitals}`] })
      .referencePlan({ keepTagRevisions: 0 });
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), UNUSED);
  });

  it('and a blank spec is no use and no error', () => {
    assert.deepEqual(verdictWith({ containers: ['', '   ', '\t\n'], init: [''] }), UNUSED);
  });
});

describe('a pod that is neither running nor pending', () => {
  const pod = { containers: [LATEST] };

  it('counts while it is young, whatever its phase', () => {
    for (const phase of ['Succeeded', 'Failed', 'Unknown', '']) {
      assert.deepEqual(verdictWith(pod, { phase, age: YOUNG }), USED, phase);
      assert.deepEqual(verdictWith(pod, { phase, age: OLD }), UNUSED, phase);
    }
  });

  it('counts for ever while it runs or is pending', () => {
    for (const phase of ['Running', 'Pending']) {
      assert.deepEqual(verdictWith(pod, { phase, age: 10 * 365 * 24 * 60 }), USED, phase);
      assert.deepEqual(verdictWith(pod, { phase, age: null }), USED, phase);
    }
  });

  it('still counts when it was created exactly at the threshold, and not a millisecond before', () => {
    assert.deepEqual(verdictWith(pod, { phase: 'Succeeded', age: 60 }), USED);
    assert.deepEqual(verdictWith(pod, { phase: 'Succeeded', age: 60 + 1 / 60_000 }), UNUSED);
  });

  it('does not count where its age is not known', () => {
    assert.deepEqual(verdictWith(pod, { phase: 'Succeeded', age: null }), UNUSED);
  });

  it('does not count with keep-younger-than 0, unless it is made this very moment', () => {
    const verdict = (age: number) =>
      revisionsOf(
        shop()
          .pod('other/p', pod, { phase: 'Failed', age })
          .referencePlan({ keepTagRevisions: 0, keepYoungerThanMs: 0 }),
        'shop/web:latest',
      );
    assert.deepEqual(verdict(1), UNUSED);
    assert.deepEqual(verdict(0), USED);
  });
});

describe('a use', () => {
  it('is named with its object and place, each once, in a fixed order', () => {
    const plan = shop()
      .pod('z/p', { containers: [LATEST] })
      .pod('a/p', { containers: [LATEST, LATEST], init: [LATEST] })
      .workload('deployments', 'a/d', { containers: [LATEST] })
      .referencePlan({ keepTagRevisions: 0 });
    const by = [
      { resource: 'deployment', namespace: 'a', name: 'd', place: 'container', at: 'c0' },
      { resource: 'pod', namespace: 'a', name: 'p', place: 'container', at: 'c0' },
      { resource: 'pod', namespace: 'a', name: 'p', place: 'container', at: 'c1' },
      { resource: 'pod', namespace: 'a', name: 'p', place: 'initContainer', at: 'i0' },
      { resource: 'pod', namespace: 'z', name: 'p', place: 'container', at: 'c0' },
    ];
    const tag = tagOf(plan, 'shop/web:latest');
    const [revision] = tag.revisions;
    assert.ok(revision);
    assert.deepEqual(reasonOf(revision, 'tagUsed').by, by);
    assert.deepEqual(tag.usedBy, by);
    assert.equal(imageVerdict(plan, 'app'), 'keep namedByStream');
  });

  it('of an image by digest protects it at every position of every tag of that stream, and in no other', () => {
    const plan = new ClusterDescription()
      .image('app')
      .image('new')
      .stream('shop/web', { latest: ['new', 'app'], v1: ['app'] })
      .stream('shop/copy', { latest: ['app'] })
      .pod('shop/p', { containers: [pull('shop/web@app')] })
      .referencePlan({ keepTagRevisions: 0 });
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['prune beyondRevisions', 'keep imageUsed']);
    assert.deepEqual(revisionsOf(plan, 'shop/web:v1'), ['keep imageUsed']);
    assert.deepEqual(revisionsOf(plan, 'shop/copy:latest'), ['prune beyondRevisions']);
  });
});

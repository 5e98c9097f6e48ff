import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, OLD, pull, YOUNG } from './cluster-description.ts';
import { at, imageVerdict, reasonOf, revisionsOf, tagOf } from './plan-readings.ts';

const OVER_SIZE = { pruneOverSizeLimit: true } as const;

function sized(size: number): ClusterDescription {
  return new ClusterDescription().image('app', { size }).stream('shop/web', { latest: ['app'] });
}

const verdict = (cluster: ClusterDescription) =>
  revisionsOf(cluster.referencePlan(OVER_SIZE), 'shop/web:latest');

describe('in over-size mode an image', () => {
  it('goes where it is larger than the limit of its namespace', () => {
    const cluster = sized(1025).limit('shop/limits', '1Ki');
    assert.deepEqual(verdict(cluster), ['prune overLimit']);
    const plan = cluster.referencePlan(OVER_SIZE);
    assert.equal(imageVerdict(plan, 'app'), 'prune unnamed');
    assert.deepEqual(reasonOf(at(tagOf(plan, 'shop/web:latest').revisions, 0), 'overLimit'), {
      code: 'overLimit',
      size: 1025,
      limit: '1Ki',
      limitRange: 'limits',
    });
  });

  it('as large as the limit is within it', () => {
    assert.deepEqual(verdict(sized(1024).limit('shop/limits', '1Ki')), ['keep withinLimit']);
    assert.deepEqual(verdict(sized(0).limit('shop/limits', '0')), ['keep withinLimit']);
  });

  it('stays where its namespace has no limit', () => {
    assert.deepEqual(verdict(sized(1e15)), ['keep noLimit']);
    assert.deepEqual(verdict(sized(1e15).limit('other/limits', '1')), ['keep noLimit']);
  });

  it('is held against the smallest of several limits', () => {
    const several = () =>
      sized(1500).limit('shop/a', '1M').limit('shop/b', '1Ki').limit('shop/c', '1Gi').limit('shop/d', '2Ki');
    assert.deepEqual(verdict(several()), ['prune overLimit']);
    const plan = several().referencePlan(OVER_SIZE);
    const revision = at(tagOf(plan, 'shop/web:latest').revisions, 0);
    assert.equal(reasonOf(revision, 'overLimit').limitRange, 'b');
  });

  it('is held against the smallest limit within one limit range too', () => {
    const cluster = sized(1500).add('limitranges', {
      metadata: { namespace: 'shop', name: 'many' },
      spec: {
        limits: [
          { type: 'openshift.io/Image', max: { storage: '1Gi' } },
          { type: 'openshift.io/Image', max: { storage: '1Ki' } },
          { type: 'openshift.io/Image', max: { cpu: '1' } },
          { type: 'openshift.io/Image' },
        ],
      },
    });
    assert.deepEqual(verdict(cluster), ['prune overLimit']);
  });

  it('takes a limit written as a number', () => {
    assert.deepEqual(verdict(sized(1025).limit('shop/limits', 1024)), ['prune overLimit']);
    assert.deepEqual(verdict(sized(1024).limit('shop/limits', 1024)), ['keep withinLimit']);
  });

  it('is not held against limits of other types', () => {
    const cluster = sized(1500)
      .limit('shop/a', '1', 'Container')
      .limit('shop/b', '1', 'openshift.io/ImageStream')
      .limit('shop/c', '1', 'PersistentVolumeClaim');
    assert.deepEqual(verdict(cluster), ['keep noLimit']);
  });

  it('goes however young it, its revision and its stream are, and whatever its position', () => {
    const cluster = new ClusterDescription()
      .image('app', { size: 2000, age: YOUNG })
      .image('small', { size: 10, age: OLD })
      .stream(
        'shop/web',
        { latest: [{ image: 'app', age: YOUNG }, 'small', 'small', 'small', 'small'] },
        { age: YOUNG },
      )
      .limit('shop/limits', '1Ki');
    assert.deepEqual(verdict(cluster), ['prune overLimit', ...Array(4).fill('keep withinLimit')]);
    assert.equal(imageVerdict(cluster.referencePlan(OVER_SIZE), 'app'), 'prune unnamed');
  });

  it('stays while it is used, by a pod that is over long since too', () => {
    for (const phase of ['Running', 'Failed', 'Succeeded']) {
      const used = (spec: string, age: number | null) =>
        sized(2000)
          .limit('shop/limits', '1Ki')
          .pod('x/p', { containers: [pull(spec)] }, { phase, age });
      for (const age of [YOUNG, 10 * OLD, null]) {
        assert.deepEqual(verdict(used('shop/web', age)), ['keep tagUsed overLimit'], phase);
        assert.deepEqual(verdict(used('shop/web@app', age)), ['keep imageUsed overLimit'], phase);
      }
    }
  });

  it('goes from the streams over the limit and stays in the others', () => {
    const plan = sized(2000)
      .stream('roomy/web', { latest: ['app'] })
      .limit('shop/limits', '1Ki')
      .limit('roomy/limits', '1Mi')
      .referencePlan(OVER_SIZE);
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['prune overLimit']);
    assert.deepEqual(revisionsOf(plan, 'roomy/web:latest'), ['keep withinLimit']);
    assert.equal(imageVerdict(plan, 'app'), 'keep namedByStream');
  });

  it('that no stream names goes, however young and small', () => {
    const plan = new ClusterDescription().image('orphan', { age: 0, size: 1 }).referencePlan(OVER_SIZE);
    assert.equal(imageVerdict(plan, 'orphan'), 'prune unnamed');
  });

  it('that is missing goes from the stream', () => {
    const plan = new ClusterDescription().stream('shop/web', { latest: ['gone'] }).referencePlan(OVER_SIZE);
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['prune imageMissing']);
  });

  it('is not decided where a limit is no quantity', () => {
    assert.throws(() => sized(1).limit('shop/limits', 'a lot').referencePlan(OVER_SIZE), {
      name: 'MalformedObjectError',
      message: 'limitrange shop/limits: "a lot" is not a quantity',
    });
    assert.doesNotThrow(() => sized(1).limit('shop/limits', 'a lot').referencePlan());
  });
});

describe('limits', () => {
  it('mean nothing outside over-size mode', () => {
    const plan = sized(2000).limit('shop/limits', '1Ki').referencePlan();
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['keep withinRevisions']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INVENTORY_RESOURCES } from '../../../src/engine/inventory.ts';
import { ClusterDescription } from './cluster-description.ts';
import { deletionsOf, revisionsOf, tagOf } from './plan-readings.ts';

describe('an inventory without its images', () => {
  it('keeps every revision: whether an Image object is missing cannot be told', () => {
    for (const options of [{}, { keepTagRevisions: 0 }, { pruneOverSizeLimit: true }]) {
      const plan = new ClusterDescription()
        .stream('shop/web', { v1: ['a', 'b'], none: [] })
        .limit('shop/limits', '1')
        .missing('images')
        .plan(options);
      assert.deepEqual(revisionsOf(plan, 'shop/web:v1'), ['keep imageUnknown', 'keep imageUnknown']);
      assert.equal(tagOf(plan, 'shop/web:v1').verdict, 'keep');
      assert.deepEqual(Object.values(deletionsOf(plan)).flat(), []);
    }
  });

  it('still decides on the images that came before the list broke off', () => {
    const plan = new ClusterDescription()
      .image('a')
      .stream('shop/web', { v1: ['a', 'b'] })
      .missing('images')
      .plan({ keepTagRevisions: 0 });
    assert.deepEqual(revisionsOf(plan, 'shop/web:v1'), ['prune beyondRevisions', 'keep imageUnknown']);
    assert.equal(plan.complete, false);
  });
});

describe('a plan', () => {
  it('is complete where nothing is missing', () => {
    assert.equal(new ClusterDescription().plan().complete, true);
    assert.deepEqual(new ClusterDescription().plan().missing, []);
  });

  for (const resource of INVENTORY_RESOURCES) {
    it(`is incomplete without ${resource}, and says so`, () => {
      const plan = new ClusterDescription().missing(resource).plan();
      assert.equal(plan.complete, false);
      assert.deepEqual(plan.missing, [{ resource, cause: 'forbidden', message: `${resource} is forbidden` }]);
    });
  }

  it('names what is missing in the same order always', () => {
    const [one, other] = [
      new ClusterDescription().missing('pods').missing('builds').plan(),
      new ClusterDescription().missing('builds').missing('pods').plan(),
    ];
    assert.deepEqual(one, other);
  });
});

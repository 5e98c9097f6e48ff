import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INVENTORY_RESOURCES } from '../../../src/engine/inventory.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import { ClusterDescription, pull } from './cluster-description.ts';
import { digestOf } from './named-digests.ts';
import { deletionsOf, revisionsOf, tagOf } from './plan-readings.ts';

describe('an inventory without its images', () => {
  it('keeps every revision: whether an Image object is missing cannot be told', () => {
    const revisions = (options: RequestedOptions) => {
      const plan = new ClusterDescription()
        .stream('shop/web', { v1: ['a', 'b'], none: [] })
        .limit('shop/limits', '1')
        .missing('images')
        .plan(options);
      assert.equal(tagOf(plan, 'shop/web:v1').verdict, 'keep');
      assert.deepEqual(Object.values(deletionsOf(plan)).flat(), []);
      return revisionsOf(plan, 'shop/web:v1');
    };
    const unknown = 'keep imageUnknown';
    assert.deepEqual(revisions({ keepTagRevisions: 0 }), [unknown, unknown]);
    assert.deepEqual(revisions({ keepTagRevisions: 1 }), [`${unknown} withinRevisions`, unknown]);
    assert.deepEqual(revisions({ pruneOverSizeLimit: true }), [unknown, unknown]);
  });

  it('still tells what protects an image by its digest alone', () => {
    for (const rules of ['reference', 'extended'] as const) {
      const plan = new ClusterDescription()
        .stream('shop/web', { v1: ['a', 'a'] })
        .pod('x/p', { containers: [pull('shop/web@a'), pull('shop/web:v1')] }, { reports: [digestOf('a')] })
        .missing('images')
        .plan({ keepTagRevisions: 0, rules });
      const reported = rules === 'extended' ? ' reportedByContainer' : '';
      assert.deepEqual(revisionsOf(plan, 'shop/web:v1'), [
        `keep tagUsed imageUnknown imageUsed${reported}`,
        `keep imageUnknown imageUsed${reported}`,
      ]);
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

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Inventory, type InventoryResource } from '../../../src/engine/inventory.ts';
import { InvalidReferencesError } from '../../../src/engine/make-plan.ts';
import { dryRunLines, planAsJson } from '../../../src/engine/plan-parts.ts';
import { type ApiLists, planOf } from './cluster-description.ts';
import { everyOption, randomCluster } from './random-cluster.ts';
import { SeededRandom } from './seeded-random.ts';

const CLUSTERS = 60;

/** The same objects in pages of any size and in any order, those of different lists between each other. */
function shuffledInventory(lists: ApiLists, random: SeededRandom): Inventory {
  const pages: [InventoryResource, unknown[]][] = [];
  for (const [resource, objects] of Object.entries(lists)) {
    const open = random.shuffled(objects);
    while (open.length > 0) pages.push([resource as InventoryResource, open.splice(0, 1 + random.below(4))]);
  }
  const inventory = new Inventory();
  for (const [resource, items] of random.shuffled(pages)) inventory.addPage(resource, items);
  return inventory;
}

describe('the same objects, options and clock', () => {
  it('give the same bytes of plan and the same lines, in whatever order the pages come', () => {
    const combinations = everyOption();
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const cluster = randomCluster(seed);
      const random = new SeededRandom(-seed);
      for (const rules of ['reference', 'extended'] as const) {
        const options = { ...random.oneOf(combinations), rules };
        const plan = cluster.plan(options);
        for (let order = 0; order < 5; order++) {
          const again = planOf(shuffledInventory(cluster.lists, random), options);
          const where = `seed ${seed} with ${JSON.stringify(options)}`;
          assert.equal(JSON.stringify(again), JSON.stringify(plan), where);
          assert.deepEqual([...dryRunLines(again)], [...dryRunLines(plan)], where);
        }
      }
    }
  });

  it('give the same message about invalid references', () => {
    let compared = 0;
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const cluster = randomCluster(seed, { invalidReferences: true });
      const random = new SeededRandom(-seed);
      const messages = new Set<string>();
      for (let order = 0; order < 5; order++) {
        try {
          planOf(shuffledInventory(cluster.lists, random));
          messages.add('');
        } catch (error) {
          assert.ok(error instanceof InvalidReferencesError);
          messages.add(error.message);
          compared++;
        }
      }
      assert.equal(messages.size, 1, `seed ${seed}`);
    }
    assert.ok(compared > 0);
  });

  it('give a plan of plain JSON, that making it leaves as it was', () => {
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const inventory = randomCluster(seed).inventory();
      const plan = planOf(inventory);
      assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan, `seed ${seed}`);
      assert.deepEqual(JSON.parse([...planAsJson(plan)].join('')), plan, `seed ${seed}`);
      const before = JSON.stringify(plan);
      planOf(inventory, { keepTagRevisions: 0, rules: 'reference' });
      assert.equal(JSON.stringify(plan), before, `seed ${seed}`);
      assert.equal(JSON.stringify(planOf(inventory)), before, `seed ${seed}`);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidReferencesError } from '../../../src/engine/make-plan.ts';
import { countOneByOne } from './counting-one-by-one.ts';
import { deletionsOf } from './plan-readings.ts';
import { everyOption, randomCluster } from './random-cluster.ts';

const CLUSTERS = 400;

describe('a plan by the reference’s rules', () => {
  it(`deletes what counting one by one deletes, in ${CLUSTERS} random clusters with every option`, () => {
    const met = { items: 0, tags: 0, layerLinks: 0, manifestLinks: 0, blobs: 0, images: 0 };
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const cluster = randomCluster(seed);
      for (const options of everyOption()) {
        const expected = countOneByOne(cluster.lists, options);
        assert.ok(expected !== 'invalid');
        const actual = deletionsOf(cluster.referencePlan(options));
        assert.deepEqual(actual, expected, `seed ${seed} with ${JSON.stringify(options)}`);
        for (const [kind, list] of Object.entries(actual)) met[kind as keyof typeof met] += list.length;
      }
    }
    for (const [kind, count] of Object.entries(met))
      assert.ok(count > 1_000, `only ${count} ${kind} were met`);
  });

  it('refuses and ignores the same invalid references', () => {
    let refused = 0;
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const cluster = randomCluster(seed, { invalidReferences: true });
      for (const options of [{}, { keepTagRevisions: 0 }, { pruneOverSizeLimit: true }]) {
        const ignoring = { ...options, ignoreInvalidRefs: true };
        assert.deepEqual(
          deletionsOf(cluster.referencePlan(ignoring)),
          countOneByOne(cluster.lists, ignoring),
          `seed ${seed} with ${JSON.stringify(ignoring)}`,
        );
        const refuses = countOneByOne(cluster.lists, options) === 'invalid';
        if (refuses) refused++;
        const decide = () => cluster.referencePlan(options);
        const where = `seed ${seed} with ${JSON.stringify(options)}`;
        if (refuses) assert.throws(decide, InvalidReferencesError, where);
        else assert.doesNotThrow(decide, where);
      }
    }
    assert.ok(refused > 100 && refused < 3 * CLUSTERS - 100, `${refused} were refused`);
  });
});

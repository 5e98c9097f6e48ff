import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../../src/engine/plan.ts';
import { planChanges } from '../../../src/engine/plan-changes.ts';
import { digestAt, outlineOf } from '../../../src/engine/plan-outline.ts';
import type { PlanChanges } from '../../../src/engine/plan-rows.ts';
import { ClusterDescription } from './cluster-description.ts';
import { nameOf } from './named-digests.ts';
import { randomCluster } from './random-cluster.ts';

function changesBetween(before: Plan, now: Plan): PlanChanges {
  return planChanges(outlineOf(before), outlineOf(now));
}

function samples({ samples: all }: PlanChanges): string[] {
  return all.map(({ image, change }) => `${change} ${nameOf(image)}`);
}

describe('what changed between two plans', () => {
  it('are images that go now, go no more, are new or are gone', () => {
    const before = new ClusterDescription()
      .image('aging', { age: 30, layers: ['l1:100'] })
      .image('freed', { layers: ['l2:20'] })
      .image('gone', { layers: ['l3:3'] })
      .image('same')
      .plan();
    const now = new ClusterDescription()
      .image('aging', { layers: ['l1:100'] })
      .image('freed', { layers: ['l2:20'] })
      .image('pushed', { age: 1 })
      .image('same')
      .image('stale')
      .stream('shop/web', { v1: ['freed'] })
      .plan();
    const changes = changesBetween(before, now);
    assert.deepEqual(samples(changes), [
      'newlyGoing aging',
      'noLongerGoing freed',
      'new pushed',
      'new stale',
      'gone gone',
    ]);
    const { samples: _samples, ...counts } = changes;
    assert.deepEqual(counts, {
      ...{ since: before.now, newlyGoing: 1, noLongerGoing: 1, newImages: 2, goneImages: 1 },
      ...{ freedBefore: 23, freedNow: 100 },
    });
  });

  it('are none between a plan and itself', () => {
    const plan = randomCluster(1).plan();
    const { newlyGoing, noLongerGoing, newImages, goneImages, samples: none } = changesBetween(plan, plan);
    assert.deepEqual([newlyGoing, noLongerGoing, newImages, goneImages, none], [0, 0, 0, 0, []]);
  });

  it('are shown by at most 50 images, of every kind there is', () => {
    const before = new ClusterDescription();
    const now = new ClusterDescription();
    for (let number = 100; number < 200; number++) now.image(`new${number}`);
    for (let number = 100; number < 130; number++) before.image(`gone${number}`);
    before.image('aging', { age: 5 });
    now.image('aging');
    const changes = changesBetween(before.plan(), now.plan());
    const kinds = samples(changes).map((sample) => sample.replace(/ .*/, ''));
    assert.equal(kinds.length, 50);
    assert.equal(kinds.filter((kind) => kind === 'newlyGoing').length, 1);
    assert.equal(kinds.filter((kind) => kind === 'new').length, 25);
    assert.equal(kinds.filter((kind) => kind === 'gone').length, 24);
    assert.deepEqual([changes.newImages, changes.goneImages], [100, 30]);
  });

  it('hold for images whose names are no digests of 64 lower-case digits', () => {
    const odd = [
      `sha512:${'a'.repeat(128)}`,
      `sha256:${'A'.repeat(64)}`,
      'sha256:12',
      `sha256:${'g'.repeat(64)}`,
    ];
    const withImages = (names: readonly string[], created: string) => {
      const cluster = new ClusterDescription().image('plain');
      for (const name of names) cluster.add('images', { metadata: { name, creationTimestamp: created } });
      return cluster.plan();
    };
    const before = withImages(odd.slice(0, 3), '2024-01-31T11:59:00Z');
    const now = withImages(odd.slice(1), '2024-01-01T00:00:00Z');
    const changes = changesBetween(before, now);
    assert.deepEqual(
      new Set(changes.samples.map(({ image, change }) => `${change} ${image}`)),
      new Set([`gone ${odd[0]}`, `newlyGoing ${odd[1]}`, `newlyGoing ${odd[2]}`, `new ${odd[3]}`]),
    );
    assert.deepEqual([changes.newlyGoing, changes.newImages, changes.goneImages], [2, 1, 1]);
  });

  it('are on random clusters those that looking at every image finds', () => {
    let found = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const before = randomCluster(seed).plan({ keepTagRevisions: 1 });
      const now = randomCluster(seed + 1000).plan({ keepTagRevisions: 1 });
      const verdictIn = (plan: Plan, name: string) =>
        plan.images.find((image) => image.name === name)?.verdict;
      const names = [...new Set([...before.images, ...now.images].map((image) => image.name))].sort();
      const expected = names.flatMap((name) => {
        const verdicts = `${verdictIn(before, name)} ${verdictIn(now, name)}`;
        if (verdicts === 'keep prune') return [`newlyGoing ${nameOf(name)}`];
        if (verdicts === 'prune keep') return [`noLongerGoing ${nameOf(name)}`];
        if (verdicts.startsWith('undefined')) return [`new ${nameOf(name)}`];
        return verdicts.endsWith('undefined') ? [`gone ${nameOf(name)}`] : [];
      });
      const changes = changesBetween(before, now);
      assert.deepEqual(samples(changes).sort(), expected.sort(), `seed ${seed}`);
      const counted = changes.newlyGoing + changes.noLongerGoing + changes.newImages + changes.goneImages;
      assert.equal(counted, expected.length, `seed ${seed}`);
      assert.deepEqual([changes.freedBefore, changes.freedNow], [before.bytes.freed, now.bytes.freed]);
      found += expected.length;
    }
    assert.ok(found > 200, `only ${found} changes were found`);
  });
});

describe('an outline', () => {
  it('holds 33 bytes an image, and every digest as it was', () => {
    const plan = randomCluster(3).plan();
    const outline = outlineOf(plan);
    assert.equal(outline.digests.buffer.byteLength, 32 * plan.images.length);
    assert.equal(outline.going.buffer.byteLength, plan.images.length);
    const digests = plan.images.map((_image, place) => digestAt(outline, place));
    assert.deepEqual(
      digests,
      plan.images.map((image) => image.name),
    );
  });

  it('is the same after it was sent to another thread', () => {
    const outline = outlineOf(randomCluster(5).plan());
    const sent = structuredClone(outline);
    assert.deepEqual(sent, outline);
  });
});

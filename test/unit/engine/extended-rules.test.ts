import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BEYOND_REFERENCE, LETS_GO, type Plan, type Reason } from '../../../src/engine/plan.ts';
import { type Deletions, deletionsOf } from './plan-readings.ts';
import { everyOption, randomCluster } from './random-cluster.ts';

const CLUSTERS = 50;

function eachPlan(check: (extended: Plan, reference: Plan, where: string) => void): void {
  for (let seed = 1; seed <= CLUSTERS; seed++) {
    const cluster = randomCluster(seed);
    for (const options of everyOption()) {
      const where = `seed ${seed} with ${JSON.stringify(options)}`;
      check(cluster.plan(options), cluster.referencePlan(options), where);
    }
  }
}

function* reasonedThings(plan: Plan): Generator<{ verdict: string; reasons: readonly Reason[] }> {
  yield* plan.images;
  for (const stream of plan.streams) {
    yield stream;
    for (const tag of stream.tags) {
      yield tag;
      yield* tag.revisions;
    }
  }
}

describe('the extended rules, in random clusters', () => {
  it('delete no item, image or blob that the reference would keep', () => {
    let less = 0;
    eachPlan((extended, reference, where) => {
      const [narrow, wide] = [deletionsOf(extended), deletionsOf(reference)];
      for (const kind of [
        'items',
        'tags',
        'images',
        'blobs',
      ] as const satisfies readonly (keyof Deletions)[]) {
        const allowed = new Set(wide[kind]);
        for (const deleted of narrow[kind]) assert.ok(allowed.has(deleted), `${where}: ${kind} ${deleted}`);
        less += wide[kind].length - narrow[kind].length;
      }
    });
    assert.ok(less > 1_000, 'the clusters hold next to nothing that only the extended rules protect');
  });

  it('delete no link of a manifest that a remaining item names, itself or through an index', () => {
    eachPlan((extended, _reference, where) => {
      const images = new Map(extended.images.map((image) => [image.name, image]));
      for (const stream of extended.streams) {
        const needed = new Set<string>();
        const need = (name: string) => {
          const image = images.get(name);
          if (!image || needed.has(name)) return;
          needed.add(name);
          for (const blob of image.blobs) needed.add(`blob ${blob}`);
          for (const member of image.manifests) need(member);
        };
        for (const tag of stream.tags) {
          for (const revision of tag.revisions) if (revision.verdict === 'keep') need(revision.image);
        }
        for (const digest of stream.manifestLinks) assert.equal(needed.has(digest), false, where);
        for (const digest of stream.layerLinks) assert.equal(needed.has(`blob ${digest}`), false, where);
      }
    });
  });

  it('and the reference’s give every thing a verdict that follows from its reasons', () => {
    eachPlan((extended, reference, where) => {
      for (const plan of [extended, reference]) {
        for (const { verdict, reasons } of reasonedThings(plan)) {
          assert.ok(reasons.length > 0, where);
          assert.equal(new Set(reasons.map((reason) => JSON.stringify(reason))).size, reasons.length, where);
          const keeps = reasons.some((reason) => !LETS_GO.has(reason.code));
          assert.equal(verdict, keeps ? 'keep' : 'prune', `${where}: ${JSON.stringify(reasons)}`);
        }
      }
      for (const { reasons } of reasonedThings(reference)) {
        for (const { code } of reasons) assert.equal(BEYOND_REFERENCE.has(code), false, where);
      }
    });
  });

  it('and the reference’s count bytes that add up', () => {
    eachPlan((extended, reference, where) => {
      for (const { bytes, blobs, images, streams, counts } of [extended, reference]) {
        const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
        const known = sum(blobs.map((blob) => blob.size ?? 0));
        assert.equal(bytes.freed + bytes.freedIfMirrored, known, where);
        assert.equal(bytes.heldByOneImage + bytes.sharedByImages, bytes.freed, where);
        assert.equal(
          bytes.heldByOneStream + bytes.sharedByStreams + bytes.heldByNoStream,
          bytes.freed,
          where,
        );
        assert.equal(sum(images.map((image) => image.bytes.alone)), bytes.heldByOneImage, where);
        assert.equal(sum(streams.map((stream) => stream.bytes.alone)), bytes.heldByOneStream, where);
        assert.equal(blobs.filter((blob) => blob.size === null).length, bytes.unknownSizes, where);
        assert.equal(sum(images.map((image) => image.blobsToDelete)), blobs.length, where);
        assert.equal(new Set(blobs.map((blob) => blob.digest)).size, blobs.length, where);
        assert.equal(counts.blobs, blobs.length, where);
        assert.ok(bytes.freed <= bytes.registry, where);
      }
    });
  });
});

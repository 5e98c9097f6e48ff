import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inEnglish } from '../../../src/engine/said.ts';
import { listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import { DEFAULT_PATIENCE } from '../../../src/prune/effects/server.ts';
import { Journal } from '../../../src/prune/journal/journal.ts';
import { readProgress, runIds } from '../../../src/prune/journal/read-run.ts';
import { startRun } from '../../../src/prune/run/prune-run.ts';
import { restoreRun } from '../../../src/prune/run/restore-run.ts';
import { type InProcess, inProcess } from '../../in-process.ts';
import { atArrival, atMoment, changes, type Moment } from '../../moments.ts';
import { pullImage } from '../../registry/pull.ts';
import { type Scene, startScene } from '../../scene.ts';
import { goneBetween, keepScene, type SceneState, stateOfScene } from '../../scene-state.ts';

const GROUP = 'image.openshift.io';
const ANY_IMAGES = /^\/apis\/image\.openshift\.io\/v1\/images$/;
const ANY_STATUS = /\/imagestreams\/[^/]+\/status$/;
const QUICK = { ...DEFAULT_PATIENCE, firstDelayMs: 1 };

describe('restoring a run', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  let start: SceneState;
  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http', more: { streams: 2, revisions: 6 } });
    putBack = await keepScene(scene);
    start = await stateOfScene(scene);
  });
  after(() => scene.close());
  beforeEach(() => putBack());

  const folder = async () => {
    const [run = '', ...others] = await runIds(scene.env.IMAGE_HYGIENE_RUNS);
    assert.deepEqual(others, []);
    return join(scene.env.IMAGE_HYGIENE_RUNS, run);
  };
  const restored = async (prune: InProcess, signal?: AbortSignal) =>
    await restoreRun(await folder(), { session: prune.session, patience: QUICK, signal });

  /** Prunes until a moment, and then no further. */
  async function cancelledAt(
    prune: InProcess,
    moment: Moment,
    registry = prune.registry as InProcess['registry'] | null,
  ) {
    const abort = new AbortController();
    atMoment(scene, moment, () => abort.abort(new Error('interrupted')));
    const report = await startRun(prune.order, prune.request({ signal: abort.signal, registry, workers: 1 }));
    assert.equal(report.state, 'cancelled');
  }

  /** What is named has to be whole: every Image object, and every item of a history. */
  async function isWhole(): Promise<void> {
    const pulls = [...scene.pushed].flatMap(([key, { name, digest }]) => {
      const image = scene.cluster.object('images', GROUP, undefined, digest);
      const stream = scene.cluster.object('imagestreams', GROUP, 'shop', name);
      const items = listAt(objectAt(stream, 'status'), 'tags').flatMap((tag) => listAt(tag, 'items'));
      const isNamed = items.some((item) => textAt(item, 'image') === digest);
      if (isNamed) assert.ok(image, `${key} is named, and its object is not there`);
      return isNamed ? [{ key, reference: `shop/${name}@${digest}` }] : [];
    });
    for (const { key, reference } of pulls) {
      assert.deepEqual(await pullImage(scene.registry, reference, { by: 'http' }), { ok: true }, key);
    }
  }

  const withoutRegistry = { pruneRegistry: false };

  it('puts everything back where the registry was left alone', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    await startRun(prune.order, prune.request({ registry: null }));
    const gone = goneBetween(start, await stateOfScene(scene));
    const report = await restored(prune);
    assert.deepEqual(
      { ...report, run: '' },
      {
        run: '',
        images: gone.images.length,
        items: gone.tagItems.length,
        streams: gone.streams.length,
        cancelled: false,
        impossible: [],
      },
    );
    assert.deepEqual(await stateOfScene(scene), start);
    const progress = await readProgress(await folder());
    assert.equal(progress.restored, true);
    const again = await restored(prune);
    assert.deepEqual([again.images, again.items, again.streams, again.impossible], [0, 0, 0, []]);
  });

  it('puts half a run back that left the registry alone', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    await cancelledAt(prune, { server: 'cluster', when: 'after', change: 6 }, null);
    assert.notDeepEqual(await stateOfScene(scene), start);
    assert.deepEqual((await restored(prune)).impossible, []);
    assert.deepEqual(await stateOfScene(scene), start);
  });

  for (const [when, moment, isUnclear = false] of [
    ['the first history was trimmed', { server: 'cluster', when: 'after', change: 1 }],
    ['some links are gone', { server: 'registry', when: 'after', change: 10 }],
    ['the registry was lost while links went', { server: 'registry', when: 'before', change: 8 }, true],
    ['the registry was lost while blobs went', { server: 'registry', when: 'before', change: 45 }, true],
    ['half of the images are gone', { server: 'cluster', when: 'after', change: 9 }],
  ] as const) {
    it(`puts back only what is whole, and names the rest, where ${when}`, async () => {
      await using prune = await inProcess(scene);
      if (isUnclear) await lostAt(prune, moment.change);
      else await cancelledAt(prune, moment);
      const before = await stateOfScene(scene);
      const report = await restored(prune);
      const now = await stateOfScene(scene);
      await isWhole();
      const back = goneBetween(now, before);
      assert.equal(report.images, back.images.length);
      assert.equal(report.items, back.tagItems.length);
      const gone = goneBetween(start, now);
      const named = report.impossible.map(({ what }) => what);
      for (const image of gone.images) assert.ok(named.includes(`image ${image}`), image);
      const items = named.filter((what) => what.includes(' → '));
      assert.equal(items.length, gone.tagItems.length);
      // What is there but is named all the same has lost data, or may have.
      if (!isUnclear) await lostData(named.filter((what) => what.startsWith('image ')));
      for (const { why } of report.impossible) assert.match(inEnglish(why), /deleted|could not be put back/);
      assert.deepEqual(goneBetween(before, now), goneBetween(now, now), 'nothing more is gone');
    });
  }

  async function lostData(images: readonly string[]): Promise<void> {
    const stored = new Set((await scene.registry.blobs()).map(({ digest }) => digest));
    for (const [, image] of scene.pushed) {
      if (!images.includes(`image ${image.digest}`) || !('layers' in image)) continue;
      const blobs = [image.digest, image.config.digest, ...image.layers.map(({ digest }) => digest)];
      assert.ok(!blobs.every((digest) => stored.has(digest)), image.digest);
    }
  }

  /** The registry does everything from then on and gives no answer, so that what is gone isn't known. */
  async function lostAt(prune: InProcess, change: number): Promise<void> {
    atArrival(scene.registry.requests, changes, change, () => {
      scene.registry.faults.push({ effect: 'reset-midway', method: 'DELETE' });
    });
    const report = await startRun(
      prune.order,
      prune.request({ patience: { ...QUICK, attempts: 1, failuresInRow: 3 }, workers: 1 }),
    );
    assert.equal(report.state, 'stopped');
    scene.registry.faults.length = 0;
  }

  it('puts back only what is whole where a crash left open what is gone', async () => {
    await using prune = await inProcess(scene);
    await startRun(prune.order, prune.request({ workers: 1 }));
    // Nothing that followed the last intention was written down, and everything was done.
    const log = join(await folder(), 'log.jsonl');
    const lines = (await readFile(log, 'utf8')).split('\n');
    const last = lines.findLastIndex((line) => line.startsWith('{"event":"turn"'));
    await writeFile(
      log,
      lines
        .slice(0, last + 1)
        .filter((line) => !/"event":"(blob|layerLink)"/.test(line))
        .join('\n'),
    );
    const before = await stateOfScene(scene);
    const report = await restored(prune);
    assert.deepEqual([report.images, report.items], [0, 0]);
    assert.deepEqual(await stateOfScene(scene), before);
    assert.equal(report.impossible.length, scene.going.size + prune.order.plan.counts.tagItems);
  });

  it('goes on where something can’t be put back, and says what right that takes', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    await startRun(prune.order, prune.request({ registry: null }));
    scene.cluster.faults.add({ method: 'POST', path: ANY_IMAGES, action: { kind: 'forbidden' }, count: 2 });
    scene.cluster.faults.add({ method: 'PUT', path: ANY_STATUS, action: { kind: 'forbidden' }, count: 1 });
    const report = await restored(prune);
    assert.equal(report.images, scene.going.size - 2);
    const [first, second, ...others] = report.impossible;
    for (const each of [first, second]) {
      assert.match(each?.what ?? '', /^image sha256:/);
      assert.match(
        inEnglish(each?.why ?? ''),
        /403 Forbidden .* Putting it back takes the right to create images, which cluster-admin has\.$/,
      );
    }
    const streams = others.filter(({ what }) => what.startsWith('imagestream '));
    assert.match(inEnglish(streams[0]?.why ?? ''), /takes the right to update imagestreams\/status/);
    for (const { why } of others.filter((each) => !streams.includes(each))) {
      assert.equal(inEnglish(why), 'its image could not be put back');
    }
    await isWhole();
    assert.deepEqual((await restored(prune)).impossible, []);
    assert.deepEqual(await stateOfScene(scene), start);
  });

  it('tries again where a stream changes under it', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    await startRun(prune.order, prune.request({ registry: null }));
    scene.cluster.faults.add({ method: 'PUT', path: ANY_STATUS, action: { kind: 'conflict' }, count: 5 });
    assert.deepEqual((await restored(prune)).impossible, []);
    assert.deepEqual(await stateOfScene(scene), start);
  });

  it('says what it did where it is interrupted, and can be repeated', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    await startRun(prune.order, prune.request({ registry: null }));
    const before = await stateOfScene(scene);
    const abort = new AbortController();
    const isCreation = ({ method }: { method: string }) => method === 'POST';
    atArrival(scene.cluster.requests, isCreation, 3, () => abort.abort(new Error('interrupted')));
    const report = await restored(prune, abort.signal);
    assert.equal(report.cancelled, true);
    assert.deepEqual([report.images, report.items, report.streams], [3, 0, 0]);
    assert.equal(goneBetween(await stateOfScene(scene), before).images.length, 3);
    assert.equal((await readProgress(await folder())).restored, true, 'it is not resumed after that');
    assert.deepEqual((await restored(prune)).impossible, []);
    assert.deepEqual(await stateOfScene(scene), start);
  });

  it('is refused on another cluster, and while the run is worked on', async () => {
    await using prune = await inProcess(scene, withoutRegistry);
    const report = await startRun(prune.order, prune.request({ registry: null }));
    const before = await stateOfScene(scene);
    const session = Object.create(prune.session, { server: { value: 'https://other' } });
    await assert.rejects(restoreRun(await folder(), { session }), { name: 'PlanRefusedError' });
    const journal = await Journal.open(await folder(), report.run);
    await assert.rejects(restored(prune), { name: 'RunBusyError' });
    await journal.close();
    assert.deepEqual(await stateOfScene(scene), before);
  });
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inEnglish, verbatim } from '../../src/engine/said.ts';
import { readProgress } from '../../src/prune/journal/read-run.ts';
import { startRun } from '../../src/prune/run/prune-run.ts';
import type { FaultAction } from '../cluster/faults.ts';
import { inProcess } from '../in-process.ts';
import { atArrival, changes, exactly } from '../moments.ts';
import type { FaultEffect } from '../registry/faults.ts';
import { kinds } from '../registry/kinds.ts';
import { ANY_BLOB, ANY_IMAGE, ANY_STATUS, PROBES, QUICK, Stage, WEB_STATUS } from './prune-stage.ts';

const GROUP = 'image.openshift.io';

let stage: Stage;
before(async () => {
  stage = await Stage.begin();
});
after(() => stage.scene.close());
beforeEach(() => stage.putBack());

describe('a prune with servers in trouble', () => {
  const asking: [string, { path: RegExp; method: string }][] = [
    ['a stream’s update', { method: 'PUT', path: ANY_STATUS }],
    ['an image’s deletion', { method: 'DELETE', path: ANY_IMAGE }],
  ];
  const apiTroubles: [string, FaultAction, number][] = [
    ['answers 429 and says how long to wait', { kind: 'status', code: 429, retryAfter: 1 }, 1],
    ['answers 429', { kind: 'status', code: 429 }, 1],
    ['answers 500', { kind: 'status', code: 500 }, 3],
    ['answers 503', { kind: 'status', code: 503 }, 6],
    ['closes the connection', { kind: 'reset' }, 3],
    ['does it and breaks off its answer', { kind: 'resetMidBody' }, 3],
    ['does it and ends its answer too soon', { kind: 'cutBody' }, 3],
    ['does it and garbles its answer', { kind: 'cutChunked' }, 3],
  ];
  for (const [what, action, count] of apiTroubles) {
    it(`gets through where the API server ${what}`, async () => {
      const struck = asking.map(([, request]) =>
        stage.scene.cluster.faults.add({ ...request, action, count }),
      );
      const report = await stage.pruneHere();
      assert.deepEqual(
        struck.map(({ hits }) => hits),
        [count, count],
      );
      await stage.isDone(report);
      await stage.isTruthful(report, 'done');
    });
  }

  const everyKind = [/^\/v2\/[^/]+\/[^/]+\/blobs\//, /\/manifests\//, ANY_BLOB];
  const registryTroubles: [string, FaultEffect, number, RegExp[]?][] = [
    [
      'answers 429 and says how long to wait',
      { effect: 'status', status: 429, retryAfter: 1 },
      2,
      [ANY_BLOB],
    ],
    ['answers 429', { effect: 'status', status: 429 }, 2, [ANY_BLOB]],
    ['answers 500', { effect: 'status', status: 500 }, 5],
    ['answers 503', { effect: 'status', status: 503 }, 12],
    ['resets the connection', { effect: 'reset-before' }, 5],
    ['does it and breaks off its answer', { effect: 'reset-midway' }, 5],
  ];
  for (const [what, effect, count, paths = everyKind] of registryTroubles) {
    it(`gets through where the registry ${what}`, async () => {
      const { registry } = stage.scene;
      const faults = paths.map((path) => ({ ...effect, method: 'DELETE', path, count }));
      stage.atDeletion(1, () => registry.faults.push(...faults));
      const report = await stage.pruneHere();
      assert.deepEqual(
        faults.map((fault) => fault.count),
        faults.map(() => 0),
      );
      await stage.isDone(report);
      await stage.isTruthful(report, 'done');
    });
  }

  it('counts what is done once, and says what it could not find out', async () => {
    const { cluster, registry } = stage.scene;
    const { digest } = stage.image('web:latest#4');
    const layer = stage.image('orphan').layers[1]?.digest ?? '';
    const path = new RegExp(`/images/sha256.*${digest.slice('sha256:'.length)}`);
    cluster.faults.add({ method: 'PUT', path: WEB_STATUS, action: { kind: 'resetMidBody' }, count: 1 });
    cluster.faults.add({ method: 'DELETE', path, action: { kind: 'resetMidBody' } });
    registry.faults.push({ effect: 'reset-midway', path: exactly(`/admin/blobs/${layer}`) });
    const report = await stage.pruneHere();
    const failed = report.failures.map((failure) =>
      inEnglish(failure).replace(/: (The API|the connection was cut|other side|HPE|Parse).*$/s, ''),
    );
    const expected = [
      `image ${digest}: failed to delete image ${digest}`,
      `image ${stage.image('orphan').digest}: failed to delete blob ${layer}`,
    ];
    assert.deepEqual(failed.toSorted(), expected.toSorted(), report.failures.map(inEnglish).join('\n'));
    assert.deepEqual(report.done, {
      ...report.planned,
      images: report.planned.images - 1,
      blobs: report.planned.blobs - 1,
    });
    await stage.isTruthful(report, 'failed', { unclear: true });
    const { unclear } = await readProgress(await stage.folder());
    assert.deepEqual([...unclear], [layer]);
    await stage.isFinishedByResume();
  });

  it('reports blobs that the registry fails at, and keeps their images for the next run', async () => {
    const { registry } = stage.scene;
    const { digest, config, layers } = stage.image('orphan');
    const own = [config.digest, layers[1]?.digest ?? '', digest];
    for (const each of own) {
      registry.faults.push({ effect: 'status', status: 500, path: exactly(`/admin/blobs/${each}`) });
    }
    const report = await stage.pruneHere();
    assert.deepEqual(
      report.failures.map(inEnglish).toSorted(),
      own
        .map(
          (each) =>
            `image ${digest}: failed to delete ${each === digest ? 'manifest blob' : 'blob'} ${each}: 500 Internal Server Error`,
        )
        .toSorted(),
    );
    assert.deepEqual(report.causes, [{ cause: verbatim('500 Internal Server Error'), failures: 3 }]);
    assert.ok(stage.scene.cluster.object('images', GROUP, undefined, digest));
    await stage.isTruthful(report, 'failed');
    await stage.isFinishedByResume();
  });

  it('stops where the registry fails at everything from some moment on', async () => {
    const { registry } = stage.scene;
    stage.atDeletion(30, () => registry.faults.push({ effect: 'status', status: 500 }));
    const report = await stage.pruneHere();
    assert.match(inEnglish(report.why ?? ''), /^the registry https:\S+ failed at 20 requests in a row \(500/);
    await stage.isTruthful(report, 'stopped');
    await stage.isFinishedByResume();
  });

  it('stops where the API server is lost half way', async () => {
    const { cluster } = stage.scene;
    stage.atDeletion(50, () => cluster.faults.add({ path: /^/, action: { kind: 'reset' } }));
    const report = await stage.pruneHere();
    assert.match(inEnglish(report.why ?? ''), /^the API server https:\S+ doesn’t answer any more \(/);
    await stage.isTruthful(report, 'stopped');
    await stage.isFinishedByResume();
  });

  it('waits for an API server that comes back', async () => {
    const { cluster } = stage.scene;
    stage.atDeletion(50, () => cluster.faults.add({ path: /^/, action: { kind: 'reset' }, count: 20 }));
    const { status, stderr, report } = await stage.prune();
    assert.equal(status, 0, stderr);
    await stage.isDone(report);
  });
});

for (const { kind, skip } of kinds) {
  describe(`a prune whose registry dies: ${kind}`, { skip }, () => {
    let mortal: Stage;
    before(async () => {
      mortal = await Stage.begin({ kind, more: { streams: 1, revisions: 7 } });
    });
    after(() => mortal.scene.close());
    beforeEach(() => mortal.putBack());

    for (const then of ['refuse', 502, 503] as const) {
      it(`stops, and is finished by resume once it is back (${then})`, async () => {
        const { registry } = mortal.scene;
        let dying: Promise<void> | undefined;
        atArrival(registry.requests, changes, PROBES + 25, () => {
          dying = registry.kill(then);
        });
        await using prune = await inProcess(mortal.scene);
        const report = await startRun(prune.order, prune.request({ patience: QUICK }));
        await dying;
        assert.match(inEnglish(report.why ?? ''), /^the registry https:\S+ doesn’t answer any more \(/);
        await registry.restart();
        await mortal.isTruthful(report, 'stopped', { unclear: true });
        await mortal.isFinishedByResume();
      });
    }
  });
}

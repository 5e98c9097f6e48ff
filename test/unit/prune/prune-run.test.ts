import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { DEFAULT_PATIENCE } from '../../../src/prune/effects/server.ts';
import { readProgress, runIds } from '../../../src/prune/journal/read-run.ts';
import { resumeRun, startRun } from '../../../src/prune/run/prune-run.ts';
import type { ApiObject } from '../../cluster/api-object.ts';
import { resourceNamed } from '../../cluster/resources.ts';
import { clusterRoles } from '../../cluster/seeds/roles.ts';
import { type InProcess, inProcess } from '../../in-process.ts';
import { atArrival, atMoment, changes, exactly } from '../../moments.ts';
import { imageObject, streamObject } from '../../registry/api-objects.ts';
import { pushImage } from '../../registry/push.ts';
import { type Scene, startScene } from '../../scene.ts';
import { keepScene, type SceneState, stateOfScene } from '../../scene-state.ts';

const GROUP = 'image.openshift.io';
const STREAMS = resourceNamed('imagestreams', GROUP);
const WEB_STATUS = exactly(`/apis/${GROUP}/v1/namespaces/shop/imagestreams/web/status`);

describe('a prune’s run', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  let start: SceneState;
  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http' });
    putBack = await keepScene(scene);
    start = await stateOfScene(scene);
  });
  after(() => scene.close());
  beforeEach(async () => {
    await putBack();
    scene.cluster.seed(clusterRoles());
  });

  const folder = async () => {
    const [run = '', ...others] = await runIds(scene.env.IMAGE_HYGIENE_RUNS);
    assert.deepEqual(others, []);
    return join(scene.env.IMAGE_HYGIENE_RUNS, run);
  };

  /** What both servers were asked to change, but for the things that aren’t there by which the registry is probed. */
  const changesAsked = () => [
    ...scene.cluster.requests.filter(changes),
    ...scene.registry.requests.filter((request) => changes(request) && request.status !== 404),
  ];

  it('goes on without a stream that is deleted right before its update', async () => {
    await using prune = await inProcess(scene);
    atArrival(
      scene.cluster.requests,
      ({ method, path }) => method === 'PUT' && WEB_STATUS.test(path),
      1,
      () => scene.cluster.store.remove(STREAMS, 'shop', 'web'),
    );
    const report = await startRun(prune.order, prune.request());
    assert.deepEqual(report.failures, []);
    assert.equal(report.state, 'done');
    assert.equal(report.done.streams, report.planned.streams - 1);
    assert.equal(report.done.images, report.planned.images);
    assert.deepEqual([...(await readProgress(await folder())).goneStreams], ['shop/web']);
  });

  it('deletes nothing while it can’t see who names what', async () => {
    await using prune = await inProcess(scene);
    const abort = new AbortController();
    const watch = scene.cluster.faults.add({
      path: /\/pods\?.*watch=true/,
      action: { kind: 'status', code: 500 },
    });
    const ended = startRun(prune.order, prune.request({ signal: abort.signal }));
    // A run that doesn’t wait for the watch is over by then.
    await Promise.race([watch.struck(3), ended]);
    abort.abort(new Error('interrupted'));
    const report = await ended;
    assert.equal(report.state, 'cancelled');
    assert.deepEqual(changesAsked(), []);
    assert.deepEqual(await stateOfScene(scene), start);
  });

  it('deletes nothing where it can’t find out what an image needs that came', async () => {
    await using prune = await inProcess(scene);
    const fresh = await pushImage(
      scene.registry,
      { namespace: 'shop', name: 'fresh', tag: 'v1', layers: [{ name: 'web-latest-4', size: 24_000 }] },
      { by: 'http' },
    );
    const history = [{ tag: 'v1', items: [{ pushed: fresh, created: new Date() }] }];
    const stream = { registryHost: scene.registry.host, created: new Date() };
    scene.cluster.seed([
      imageObject(fresh, { created: new Date() }),
      streamObject('shop', 'fresh', history, stream),
    ] as object[] as ApiObject[]);
    const before = await stateOfScene(scene);
    scene.cluster.faults.add({
      method: 'GET',
      path: new RegExp(`/images/${fresh.digest.replace(':', '(:|%3A)')}$`),
      action: { kind: 'status', code: 500 },
    });
    const patience = { ...DEFAULT_PATIENCE, firstDelayMs: 1 };
    const report = await startRun(prune.order, prune.request({ patience }));
    assert.equal(report.state, 'stopped');
    assert.deepEqual(changesAsked(), []);
    assert.deepEqual(await stateOfScene(scene), before);
  });

  describe('resumed', () => {
    /** Prunes until the first history was trimmed, and forgets what was asked for that. */
    async function halfDone(prune: InProcess): Promise<SceneState> {
      const abort = new AbortController();
      atMoment(scene, { server: 'cluster', when: 'after', change: 1 }, () =>
        abort.abort(new Error('interrupted')),
      );
      const report = await startRun(prune.order, prune.request({ signal: abort.signal, workers: 1 }));
      assert.equal(report.state, 'cancelled');
      scene.cluster.requests.length = 0;
      scene.registry.requests.length = 0;
      const state = await stateOfScene(scene);
      assert.notDeepEqual(state, start);
      return state;
    }

    async function isUntouchedSince(state: SceneState): Promise<void> {
      assert.deepEqual(scene.cluster.requests.filter(changes), []);
      assert.deepEqual(await stateOfScene(scene), state);
      const { began, ended } = await readProgress(await folder());
      assert.deepEqual([began, ended?.state], [1, 'cancelled']);
    }

    for (const status of [401, 403]) {
      it(`changes nothing where the registry answers ${status}`, async () => {
        await using prune = await inProcess(scene);
        const state = await halfDone(prune);
        scene.registry.faults.push({ effect: 'status', status, method: 'DELETE' });
        await assert.rejects(resumeRun(await folder(), prune.request()), {
          name: 'NotAllowedToPruneError',
          status,
        });
        await isUntouchedSince(state);
        scene.registry.faults.length = 0;
        assert.equal((await resumeRun(await folder(), prune.request())).state, 'done');
      });
    }

    it('changes nothing where the user may not prune any more', async () => {
      await using prune = await inProcess(scene);
      const state = await halfDone(prune);
      const role = clusterRoles().find(({ metadata }) => metadata.name === 'cluster-admin');
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
      scene.cluster.seed([{ ...(role ?? assert.fail()), rules }]);
      await assert.rejects(resumeRun(await folder(), prune.request()), { name: 'RightsMissingError' });
      await isUntouchedSince(state);
      scene.cluster.seed(clusterRoles());
      assert.equal((await resumeRun(await folder(), prune.request())).state, 'done');
    });
  });
});

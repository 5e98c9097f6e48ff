import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { run } from '../../src/cli/program.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { numberAt, objectAt } from '../../src/engine/shape.ts';
import { startRun } from '../../src/prune/run/prune-run.ts';
import { inProcess } from '../in-process.ts';
import { atArrival, atMoment } from '../moments.ts';
import { removeBlob } from '../registry/store.ts';
import { stateOfScene } from '../scene-state.ts';
import { type Ended, PROBES, PRUNE, reportIn, Stage } from './prune-stage.ts';
import { runCli, startCli } from './run-cli.ts';

const PLANNER = new URL('../../src/cluster/planner/planner-thread.ts', import.meta.url);

let stage: Stage;
before(async () => {
  stage = await Stage.begin();
});
after(() => stage.scene.close());
beforeEach(() => stage.putBack());

describe('a prune that is interrupted', () => {
  const places = [
    { server: 'registry', when: 'after', change: PROBES + 3 },
    { server: 'registry', when: 'after', change: PROBES + 40 },
    { server: 'cluster', when: 'after', change: 2 },
    { server: 'cluster', when: 'after', change: 6 },
  ] as const;
  for (const moment of places) {
    it(`finishes what is under way and says where it is: ${moment.change} of the ${moment.server}`, async () => {
      const { scene } = stage;
      const ended = await interrupted(PRUNE, (interrupt) => atMoment(scene, moment, interrupt));
      assert.equal(ended.status, 130);
      const said =
        /^error: interrupted; what was done is in the report above, and the rest .*: image-hygiene resume /m;
      assert.match(ended.stderr, said);
      await stage.isTruthful(ended.report, 'cancelled');
      assert.ok((numberAt(ended.report.done, 'images') ?? 0) < stage.scene.going.size);
      await stage.isFinishedByResume();
    });
  }

  it('sends no update of a stream any more that only waits to be sent', async () => {
    const { scene } = stage;
    await using prune = await inProcess(scene);
    const abort = new AbortController();
    atMoment(scene, { server: 'cluster', when: 'after', change: 1 }, () => abort.abort());
    // With one at a time to begin with, three at most are under way before the first update is answered.
    const report = await startRun(prune.order, prune.request({ workers: 1, signal: abort.signal }));
    assert.ok(report.done.streams < report.planned.streams, `${report.done.streams}`);
    await stage.isTruthful(report, 'cancelled');
    await stage.isFinishedByResume();
  });

  it('can be interrupted again while it is resumed', async () => {
    const { scene } = stage;
    const first = { server: 'registry', when: 'after', change: PROBES + 20 } as const;
    await interrupted(PRUNE, (interrupt) => atMoment(scene, first, interrupt));
    const resume = ['resume', await stage.run(), '--rollout', 'never', '-o', 'json'];
    const second = { server: 'cluster', when: 'after', change: 2 } as const;
    const { status, report } = await interrupted(resume, (interrupt) => atMoment(scene, second, interrupt));
    assert.equal(status, 130);
    await stage.isTruthful(report, 'cancelled');
    await stage.isFinishedByResume();
  });

  it('has changed nothing where it had not begun', async () => {
    const isReview = ({ path }: { path: string }) => path.endsWith('/selfsubjectaccessreviews');
    const { status, stderr } = await interrupted(PRUNE, (interrupt) =>
      atArrival(stage.scene.cluster.requests, isReview, 1, interrupt),
    );
    assert.equal(status, 130);
    assert.match(stderr, /^error: interrupted; nothing was changed$/m);
    await stage.isUntouched();
  });

  it('is not misreported where it is the rollout that is interrupted', async () => {
    const { cluster } = stage.scene;
    const path = /\/deployments\/image-registry(\?|$)/;
    const restart = cluster.faults.add({ method: 'PATCH', path, action: { kind: 'hang' } });
    const { status, stderr, report } = await interrupted([...PRUNE, '--rollout', 'always'], (interrupt) => {
      void restart.struck().then(interrupt);
    });
    assert.equal(status, 130);
    assert.match(
      stderr,
      /^error: The restart of deployment\/image-registry was cancelled .* may have begun/m,
    );
    assert.doesNotMatch(stderr, /nothing was changed/);
    await stage.isDone(report);
    const { stdout } = await runCli(['runs'], stage.scene.env);
    assert.match(stdout, /done, rollout owed$/m);
  });

  it('is not misreported where it is interrupted when it asks about the rollout', async () => {
    const abort = new AbortController();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const { kubeconfig, env, folder } = stage.scene;
    const args = ['prune', 'images', '--confirm', '-o', 'json', '--kubeconfig', kubeconfig];
    const status = await run(args, PLANNER, {
      stdout,
      stderr,
      drawsProgress: false,
      env,
      homeDir: folder,
      signal: abort.signal,
      ask: () => {
        abort.abort(new Error('interrupted'));
        return Promise.reject(new Error('aborted'));
      },
    });
    assert.equal(status, 130);
    const said = await text(stderr.end());
    assert.match(
      said,
      /^error: interrupted before the registry’s rollout; the run \S+ itself has ended, see above\. .*rollout registry --kubeconfig \S+ --context admin$/m,
    );
    await stage.isDone(reportIn(await text(stdout.end())));
  });

  async function interrupted(args: readonly string[], arm: (interrupt: () => void) => void): Promise<Ended> {
    const { kubeconfig, env } = stage.scene;
    const child = startCli([...args, '--kubeconfig', kubeconfig], env);
    arm(() => child.kill('SIGINT'));
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { status, stderr, report: reportIn(stdout) };
  }
});

describe('a prune that can’t write its journal', () => {
  /** Lets the disk be full from the n-th entry of a kind on. @param fits with the flag g */
  async function fullDisk(t: TestContext, fits: RegExp, times: number): Promise<void> {
    const file = await open(process.execPath);
    const kind: FileHandle = Object.getPrototypeOf(file);
    await file.close();
    let seen = 0;
    const write = kind.appendFile;
    t.mock.method(kind, 'appendFile', async function (this: FileHandle, data: string) {
      seen += data.match(fits)?.length ?? 0;
      if (seen < times) return write.call(this, data);
      // As much as there was room for.
      await write.call(this, data.slice(0, data.length >> 1));
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
  }

  for (const [doing, fits, times] of [
    ['trims', /"event":"trimming"/g, 2],
    ['has trimmed', /"event":"trimmed"/g, 2],
    ['unlinks', /"event":"(layer|manifest)Link"/g, 10],
    ['begins with an image', /"event":"turn"/g, 4],
    ['deletes blobs', /"event":"blob"/g, 12],
    ['deletes images', /"event":"image"/g, 3],
    ['ends', /"event":"ended"/g, 1],
  ] as const) {
    it(`stops where the disk is full while it ${doing}, and counts what is done`, async (t) => {
      await fullDisk(t, fits, times);
      const report = await stage.pruneHere();
      t.mock.restoreAll();
      assert.match(
        inEnglish(report.why ?? ''),
        /^the journal in \S+ can’t be written \(ENOSPC: no space left on device, write\), so that nothing more is deleted\. Make room there$/,
      );
      await stage.isTruthful(report, 'stopped', { journaled: false });
      assert.equal(await stage.stateOfRun(), 'interrupted');
      await stage.isFinishedByResume();
    });
  }

  it('changes nothing where not even its first line can be written', async (t) => {
    await fullDisk(t, /"event":"began"/g, 1);
    await assert.rejects(stage.pruneHere(), {
      name: 'JournalError',
      message: /^the journal in \S+ can’t be written \(ENOSPC/,
    });
    t.mock.restoreAll();
    assert.deepEqual(await stateOfScene(stage.scene), stage.start);
    await stage.isFinishedByResume();
  });

  it('changes nothing where there is no place for it', async () => {
    const file = join(stage.scene.folder, 'no-folder');
    await writeFile(file, '');
    const { scene } = stage;
    const child = startCli([...PRUNE, '--kubeconfig', scene.kubeconfig], { IMAGE_HYGIENE_RUNS: file });
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^error: nothing was changed, since what is about to change can’t be written down in /m,
    );
    assert.match(stderr, /EEXIST|ENOTDIR/);
    await stage.isUntouched();
  });
});

describe('a prune that must not be misread', () => {
  it('doesn’t count bytes as freed that somebody else had freed', async () => {
    const { registry } = stage.scene;
    const own = stage.image('orphan').layers[1] ?? assert.fail();
    stage.atDeletion(1, () => void removeBlob(join(registry.folder, 'store'), own.digest));
    const { status, report } = await stage.prune();
    assert.equal(status, 0);
    const { freed, freedNow } = objectAt(report, 'bytes');
    assert.equal(Number(freed) - Number(freedNow), own.size);
  });

  it('goes on to its end where nobody reads what it writes', async () => {
    const { scene } = stage;
    const args = PRUNE.filter((arg) => arg !== '-o' && arg !== 'json');
    const child = startCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);
    child.stdout.once('data', () => child.stdout.destroy());
    child.stderr.once('data', () => child.stderr.destroy());
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(await stage.stateOfRun(), 'done');
    assert.deepEqual(await stateOfScene(scene), stage.end);
  });

  it('prints a report in JSON that can be read, whatever comes after it', async () => {
    const { status, stderr, report } = await stage.prune('--rollout', 'always');
    assert.equal(status, 0, stderr);
    await stage.isDone(report);
    assert.match(stderr, /deployment "image-registry" successfully rolled out/);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { atArrival, atMoment, type Moment } from '../moments.ts';
import { dockerRegistryInstalled } from '../registry/docker-registry.ts';
import { stateOfScene } from '../scene-state.ts';
import { SeededRandom } from '../unit/engine/seeded-random.ts';
import { PROBES, PRUNE, Stage } from './prune-stage.ts';
import { runCli, startCli } from './run-cli.ts';

/** Another one each time; a failure is repeated with the one that was printed. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const random = new SeededRandom(SEED);

/** The registries of the stages that are used side by side; which of them a moment falls on is left to chance. */
const KINDS = [dockerRegistryInstalled() ? 'docker-registry' : 'embedded', 'embedded'] as const;

/** Runs a command that doesn't live to see its end. */
async function killed(
  { scene }: Stage,
  args: readonly string[],
  arm: (kill: () => void) => void,
): Promise<void> {
  const child = startCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);
  arm(() => child.kill('SIGKILL'));
  const [, stderr, [, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  assert.equal(signal, 'SIGKILL', `it was not killed, but ended: ${stderr}`);
}

function killedAt(stage: Stage, args: readonly string[], moment: Moment): Promise<void> {
  return killed(stage, args, (kill) => atMoment(stage.scene, moment, kill));
}

/** A moment by the share of a server's changes that come before it. */
type Place = Omit<Moment, 'change'> & { share: number };

/** Places spread over all of a server's changes, each somewhere in its own part of them. */
function spread(server: Moment['server'], when: Moment['when'], count: number): Place[] {
  return Array.from({ length: count }, (_, part) => ({
    server,
    when,
    share: (part + random.fraction()) / count,
  }));
}

function momentOn(stage: Stage, { server, when, share }: Place): Moment {
  const first = server === 'registry' ? PROBES + 1 : 1;
  return { server, when, change: first + Math.floor(share * stage.changes[server]) };
}

const resume = (run: string) => ['resume', run, '--rollout', 'never', '-o', 'json'];

describe('a prune whose process is killed', { concurrency: KINDS.length }, () => {
  const stages: Stage[] = [];
  const free: Stage[] = [];
  before(async () => {
    stages.push(...(await Promise.all(KINDS.map((kind) => Stage.begin({ kind })))));
    free.push(...stages);
  });
  after(() => Promise.all(stages.map(({ scene }) => scene.close())));

  async function onStage(use: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = free.pop();
    assert.ok(stage, 'no stage is free');
    try {
      await stage.putBack();
      await use(stage);
    } finally {
      free.push(stage);
    }
  }

  it('is killed at moments that a seed chooses', (t) => t.diagnostic(`SEED=${SEED}`));

  const places = [
    ...spread('registry', 'before', 9),
    ...spread('registry', 'after', 11),
    ...spread('cluster', 'before', 6),
    ...spread('cluster', 'after', 6),
  ];
  for (const place of places) {
    const { server, when, share } = place;
    it(`is finished by resume: ${when} the ${server} acts, at ${(share * 100).toFixed(1)} %`, () =>
      onStage(async (stage) => {
        await killedAt(stage, PRUNE, momentOn(stage, place));
        await stage.lostNothing();
        assert.equal(await stage.stateOfRun(), 'interrupted');
        await stage.isFinishedByResume();
      }));
  }

  it('is finished by the last resume, where the others are killed too', () =>
    onStage(async (stage) => {
      await killedAt(stage, PRUNE, momentOn(stage, { server: 'registry', when: 'after', share: 0.3 }));
      const run = await stage.run();
      await killedAt(stage, resume(run), { server: 'registry', when: 'after', change: PROBES + 8 });
      await killedAt(stage, resume(run), { server: 'cluster', when: 'after', change: 1 });
      await killedAt(stage, resume(run), { server: 'cluster', when: 'before', change: 1 });
      await stage.isFinishedByResume();
    }));

  it('is finished by resume where the journal’s last line is cut off', () =>
    onStage(async (stage) => {
      await killedAt(stage, PRUNE, momentOn(stage, { server: 'registry', when: 'after', share: 0.6 }));
      const line = JSON.stringify({ event: 'blob', digest: `sha256:${'0'.repeat(64)}`, gone: false });
      const log = join(await stage.folder(), 'log.jsonl');
      await appendFile(log, line.slice(0, 1 + random.below(line.length - 1)));
      await stage.isFinishedByResume();
    }));

  it('is finished by resume where nothing of the journal’s entries came to the disk', () =>
    onStage(async (stage) => {
      await killedAt(stage, PRUNE, { server: 'cluster', when: 'before', change: 1 });
      await rm(join(await stage.folder(), 'log.jsonl'));
      assert.equal(await stage.stateOfRun(), 'interrupted');
      await stage.isFinishedByResume();
    }));

  it('is finished by resume where the registry was restarted meanwhile, and its cache is empty', () =>
    onStage(async (stage) => {
      await killedAt(stage, PRUNE, momentOn(stage, { server: 'registry', when: 'after', share: 0.25 }));
      await stage.scene.registry.restart();
      await stage.isFinishedByResume();
    }));

  interface Asked {
    method: string;
    path: string;
    query: string;
  }
  const isListOf =
    (plural: string) =>
    ({ method, path, query }: Asked) =>
      method === 'GET' && path.endsWith(`/${plural}`) && !query.includes('watch=');
  const preparations: [string, (request: Asked) => boolean, number][] = [
    ['takes its inventory', isListOf('images'), 1],
    ['asks for its rights', ({ path }) => path.endsWith('/selfsubjectaccessreviews'), 2],
    ['begins to guard', isListOf('pods'), 2],
    ['writes down the streams', isListOf('imagestreams'), 3],
    ['writes down the images', isListOf('images'), 2],
  ];
  for (const [doing, fits, times] of preparations) {
    it(`has changed nothing where it ${doing}`, () =>
      onStage(async (stage) => {
        const { scene } = stage;
        await killed(stage, PRUNE, (kill) => atArrival(scene.cluster.requests, fits, times, kill));
        assert.deepEqual(await stateOfScene(scene), stage.start);
        const left = (await stage.runs()).map((name) => name.replace(/\d.*/, ''));
        assert.deepEqual(left, doing.startsWith('writes') ? ['.writing-'] : []);
        const { stdout } = await runCli(['runs', '-o', 'json'], scene.env);
        assert.deepEqual(JSON.parse(stdout), []);

        const { status, stderr, report } = await stage.prune();
        assert.equal(status, 0, stderr);
        await stage.isDone(report);
        assert.match(await stage.run(), /^\d/, 'what was left is cleared away');
      }));
  }

  it('is not resumed by two processes at once', () =>
    onStage(async (stage) => {
      await killedAt(stage, PRUNE, momentOn(stage, { server: 'registry', when: 'after', share: 0.5 }));
      const both = await Promise.all([stage.resume(), stage.resume()]);
      const done = both.filter(({ status }) => status === 0);
      // Where the one is done before the other asks, that one has nothing left to do.
      for (const { status, stderr } of both) {
        if (status !== 0) assert.match(stderr, /is being worked on by another process/);
      }
      await stage.isDone(done.map(({ report }) => report).find((report) => report.state) ?? assert.fail());
    }));
});

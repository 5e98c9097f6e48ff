import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { objectAt } from '../../src/engine/shape.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { until } from '../cluster/client.ts';
import { resourceNamed } from '../cluster/resources.ts';
import { atMoment } from '../moments.ts';
import { type Ended, PROBES, PRUNE, reportIn, Stage } from './prune-stage.ts';
import { CLI, runCli, startCli } from './run-cli.ts';

const DEPLOYMENTS = resourceNamed('deployments', 'apps');
const NAMESPACE = 'openshift-image-registry';
const QUESTION = 'Restart the registry now, so that its cache forgets what is gone? [Y/n] ';
const OWED =
  /^warning: the registry’s rollout is owed: .*\n {2}image-hygiene rollout registry --kubeconfig \S+ --context admin$/m;
const DONE = /^deployment "image-registry" successfully rolled out$/m;
const FLUSH = /^ {2}redis-cli -h redis\.cache\.svc -p 6380 -n 3 FLUSHDB$/m;

/** What gives a command a terminal of its own. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

describe('the rollout after a prune', () => {
  let stage: Stage;
  let deployment: ApiObject;
  before(async () => {
    stage = await Stage.begin();
    deployment = deploymentNow();
  });
  after(() => stage.scene.close());
  beforeEach(async () => {
    await stage.putBack();
    stage.scene.cluster.rollout.stuck = false;
    stage.scene.cluster.store.put(DEPLOYMENTS, deployment);
  });

  function deploymentNow(): ApiObject {
    const found = stage.scene.cluster.store.get(DEPLOYMENTS, NAMESPACE, 'image-registry');
    return found ?? assert.fail('there is no registry');
  }

  const wasRestarted = () => deploymentNow().metadata.generation !== deployment.metadata.generation;
  const runs = async () => (await runCli(['runs'], stage.scene.env)).stdout;

  /** Prunes, with what a user leaves out left to its default. */
  const prune = (...more: string[]): Promise<Ended> =>
    stage.cli('prune', 'images', '--confirm', '-o', 'json', ...more);

  /** Prunes on a terminal of its own, and answers what is asked there. */
  async function pruneOnTerminal(answer: string): Promise<string> {
    const { kubeconfig, env } = stage.scene;
    const command = [process.execPath, CLI, 'prune', 'images', '--confirm', '--kubeconfig', kubeconfig];
    const child = spawn('script', ['-qefc', command.join(' '), '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
    const ended = once(child, 'exit');
    await Promise.race([
      ended,
      until(
        () => said,
        (so) => so.includes(QUESTION),
      ),
    ]);
    child.stdin.write(answer);
    assert.deepEqual(await ended, [0, null], said);
    return said;
  }

  const answers = [
    ['y\n', true],
    ['\n', true],
    ['n\n', false],
    ['what?\n', false],
  ] as const;
  for (const [answer, agreed] of answers) {
    it(`is ${agreed ? 'made' : 'left'} where a person answers ${JSON.stringify(answer)}`, {
      skip: hasScript ? false : 'script (util-linux) is not installed',
    }, async () => {
      const said = asLines(await pruneOnTerminal(answer));
      assert.ok(said.includes(QUESTION));
      assert.equal(wasRestarted(), agreed);
      assert.equal(DONE.test(said), agreed);
      assert.equal(OWED.test(said), !agreed);
      assert.match(await runs(), agreed ? /done$/m : /done, rollout owed$/m);
    });
  }

  it('is left where nobody can be asked, with the command that makes it', async () => {
    const { status, stderr, report } = await prune();
    assert.equal(status, 0, stderr);
    assert.match(stderr, OWED);
    assert.equal(wasRestarted(), false);
    assert.equal(report.rolloutOwed, true);
    assert.match(await runs(), /done, rollout owed$/m);
    assert.doesNotMatch(stderr, /Redis/);

    const { stdout } = await runCli(
      ['rollout', 'registry', '--context', 'admin', '--kubeconfig', stage.scene.kubeconfig],
      stage.scene.env,
    );
    assert.match(stdout, DONE);
    assert.doesNotMatch(await runs(), /owed/);
  });

  it('is not owed where nothing was deleted from the registry', async () => {
    const { status, stderr, report } = await prune('--prune-registry=false');
    assert.equal(status, 0, stderr);
    assert.equal(report.rolloutOwed, false);
    assert.doesNotMatch(stderr, /rollout/);
    assert.equal(wasRestarted(), false);
  });

  it('stays owed where it fails, and the deployment says why', async () => {
    stage.scene.cluster.rollout.stuck = true;
    const { status, stderr, report } = await prune('--rollout', 'always');
    assert.equal(status, 1);
    assert.equal(report.state, 'done');
    assert.match(
      stderr,
      /^error: The rollout of deployment\/image-registry .* exceeded its progress deadline /m,
    );
    assert.match(stderr, /Its conditions: .*Progressing=False ProgressDeadlineExceeded \(ReplicaSet /);
    assert.match(await runs(), /done, rollout owed$/m);
  });

  it('stays owed by a run that was interrupted, which says so', async () => {
    const { kubeconfig, env } = stage.scene;
    const child = startCli([...PRUNE, '--rollout', 'always', '--kubeconfig', kubeconfig], env);
    const moment = {
      server: 'registry',
      when: 'after',
      change: PROBES + stage.changes.registry - 5,
    } as const;
    atMoment(stage.scene, moment, () => child.kill('SIGINT'));
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    assert.equal(status, 130, stderr);
    assert.equal(reportIn(stdout).rolloutOwed, true);
    assert.match(stderr, OWED);
    assert.equal(wasRestarted(), false);
    assert.match(await runs(), /cancelled, rollout owed$/m);
  });

  for (const choice of ['always', 'never']) {
    it(`doesn’t clear a Redis cache, which is said: --rollout=${choice}`, async () => {
      const { metadata, ...others } = deployment;
      const env = [
        { name: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', value: 'redis' },
        { name: 'REGISTRY_REDIS_ADDR', value: 'redis.cache.svc:6380' },
        { name: 'REGISTRY_REDIS_DB', value: '3' },
      ];
      const template = {
        ...objectAt(objectAt(deployment, 'spec'), 'template'),
        spec: { containers: [{ name: 'registry', env }] },
      };
      stage.scene.cluster.store.put(DEPLOYMENTS, {
        ...others,
        metadata,
        spec: { ...objectAt(deployment, 'spec'), template },
      });
      const { status, stderr } = await prune('--rollout', choice);
      assert.equal(status, 0, stderr);
      assert.match(
        stderr,
        /^warning: the registry caches in Redis \(REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in /m,
      );
      assert.match(stderr, FLUSH);
    });
  }
});

/** What a terminal was sent, without what draws progress over itself. */
function asLines(drawn: string): string {
  const lines = drawn.split('\r\n').map((line) => line.split('\u001b[K').at(-1));
  return lines.join('\n');
}

// Prunes that run in the cluster, followed from the command line.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { listAt } from '../../src/engine/shape.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { ask, until } from '../cluster/client.ts';
import { type Scene, startScene } from '../scene.ts';
import { keepScene } from '../scene-state.ts';
import { runCli, startCli } from './run-cli.ts';

const NAMESPACE = 'openshift-image-registry';
const BATCH = `/apis/batch/v1/namespaces/${NAMESPACE}`;

describe('image-hygiene schedule run', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  before(async () => {
    buildIfNeeded();
    scene = await startScene({ kind: 'embedded', by: 'http' });
    putBack = await keepScene(scene);
  });
  after(() => scene.close());
  afterEach(async () => {
    scene.cluster.faults.clear();
    for (const kind of ['cronjobs', 'jobs']) await ask(scene.cluster, 'DELETE', `${BATCH}/${kind}`);
    await putBack();
  });

  const schedule = (...args: string[]) =>
    runCli(['schedule', ...args, '--kubeconfig', scene.kubeconfig], scene.env);
  const create = async (...args: string[]) => {
    const { status, stderr } = await schedule(
      'create',
      '--create',
      '--keep-younger-than=60m',
      '--keep-tag-revisions=3',
      ...args,
    );
    assert.equal(status, 0, stderr);
  };
  /** A prune in the cluster waits for its list of images, for good. */
  const hangs = () =>
    scene.cluster.faults.add({
      path: /\/apis\/image\.openshift\.io\/v1\/images\?/,
      action: { kind: 'hang' },
    });
  const followedWhileItHangs = async () => {
    await create();
    const hanging = hangs();
    const args = ['schedule', 'run', 'image-hygiene-pruner', '--kubeconfig', scene.kubeconfig];
    const child = startCli(args, scene.env);
    const stderr = text(child.stderr);
    await hanging.struck();
    return { child, stderr };
  };
  const jobs = async () => (await ask(scene.cluster, 'GET', `${BATCH}/jobs`)).json.items;

  it('makes a Job as kubectl does, streams its log once, sums up, and rolls out', async () => {
    await create();
    const { status, stdout, stderr } = await schedule('run', 'image-hygiene-pruner', '--rollout', 'always');
    assert.equal(status, 0, stdout + stderr);
    const [job] = await jobs();
    assert.match(job.metadata.name, /^image-hygiene-pruner-manual-[0-9a-f]{6}$/);
    assert.deepEqual(job.metadata.annotations, { 'cronjob.kubernetes.io/instantiate': 'manual' });
    const cronJob = scene.cluster.object('cronjobs', 'batch', NAMESPACE, 'image-hygiene-pruner');
    assert.deepEqual(job.metadata.ownerReferences, [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        name: 'image-hygiene-pruner',
        uid: cronJob?.metadata.uid,
        controller: true,
      },
    ]);
    const [pod] = scene.cluster.jobs.podsOf(NAMESPACE, job.metadata.name);
    const log = scene.cluster.logs.text(NAMESPACE, pod?.metadata.name ?? '');
    const said = stdout.split('\n').filter((line) => line !== '');
    const inLog = log.split('\n').filter((line) => line !== '');
    assert.deepEqual(said.slice(0, inLog.length), inLog);
    assert.match(stdout, /^Summary: deleted \d+ image object\(s\), /m);
    assert.match(stderr, /^It deleted: 4 images, 3 tag revisions, \d+ blobs\./m);
    assert.match(stdout, /^deployment "image-registry" successfully rolled out$/m);
    const rest = await runCli(['prune', 'images', '--kubeconfig', scene.kubeconfig], scene.env);
    assert.match(rest.stdout, /Summary: deleted 0 objects/);
  });

  it('of the ImagePruner, by its operator’s CronJob; the rollout is owed where nobody decides', async () => {
    const { status, stderr } = await schedule('run', '-o', 'json');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /the registry’s rollout is owed/);
    const listed = JSON.parse((await schedule('list', '-o', 'json')).stdout);
    assert.partialDeepStrictEqual(listed.pruner.cronJob.jobs[0], {
      state: 'succeeded',
      manual: true,
      outcome: { from: 'log', log: { summary: { images: 4 } } },
      findings: [],
    });
    assert.match(
      (await schedule('list')).stdout,
      /imagepruner\/cluster .* succeeded +\d+ s +It deleted: 4 images/,
    );
  });

  it('explains a failure by its log, with what to do', async () => {
    // The service account's own CA verifies the API server alone.
    await create(
      '--certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
      '--registry-url=https://127.0.0.1:1',
    );
    const { status, stdout, stderr } = await schedule('run', 'image-hygiene-pruner');
    assert.equal(status, 1, stdout);
    assert.match(stderr, /✗ The connection was refused/);
    assert.match(stderr, /What to do, best first:/);
    assert.match(stderr, /^error: the Job \S+ failed \(BackoffLimitExceeded\): see above$/m);
    const shown = await schedule('show', 'image-hygiene-pruner');
    assert.match(shown.stdout, /failed/);
  });

  it('begins none beside one that is at work', async () => {
    await create();
    const hanging = hangs();
    const first = await schedule('run', 'image-hygiene-pruner', '--no-follow');
    assert.equal(first.status, 0, first.stderr);
    await hanging.struck();
    const second = await schedule('run', 'image-hygiene-pruner', '--no-follow');
    assert.equal(second.status, 1);
    assert.match(
      second.stderr,
      /The Job \S+ of openshift-image-registry\/image-hygiene-pruner is at work, so no other was begun/,
    );
    assert.equal((await jobs()).length, 1);
    const listed = await schedule('list');
    assert.match(listed.stdout, /image-hygiene-pruner .* running /);
  });

  it('goes on in the cluster when the following is interrupted', async () => {
    const { child, stderr } = await followedWhileItHangs();
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    assert.equal(status, 130);
    assert.match(await stderr, /interrupted; the Job goes on in the cluster/);
    const [job] = await jobs();
    assert.deepEqual(listAt(job.status, 'conditions'), []);
  });

  it('of a schedule whose time has come is listed with its outcome', async () => {
    await create('--only-report');
    const job = scene.cluster.cronJobs.trigger(NAMESPACE, 'image-hygiene-pruner') ?? assert.fail();
    await scene.cluster.jobs.finished(NAMESPACE, job.metadata.name);
    const { stdout } = await schedule('show', 'image-hygiene-pruner');
    assert.match(stdout, /succeeded, .*: A dry run; it would delete: 4 images/);
    assert.match(stdout, /It removes nothing: --confirm isn’t given/);
  });

  it('takes the right to create Jobs', async () => {
    await create();
    const { status, stderr } = await schedule('run', 'image-hygiene-pruner', '--context', 'pruner');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /may not create Jobs in the namespace openshift-image-registry .* The role edit allows it/,
    );
    assert.deepEqual(await jobs(), []);
  });

  it('follows through a broken log without saying a line twice', async () => {
    await create();
    const cut = scene.cluster.faults.add({
      path: /\/log\?.*follow=true/,
      action: { kind: 'resetMidBody' },
      count: 1,
    });
    const { status, stdout, stderr } = await schedule('run', 'image-hygiene-pruner', '--rollout', 'never');
    assert.equal(status, 0, stderr);
    assert.equal(cut.hits, 1);
    const lines = stdout.split('\n').filter((line) => /^Deleting (?:blob|image)/.test(line));
    assert.equal(new Set(lines).size, lines.length);
    assert.match(stdout, /^Summary: /m);
  });

  it('waits no longer than its Job lives', async () => {
    const { child, stderr } = await followedWhileItHangs();
    await ask(scene.cluster, 'DELETE', `${BATCH}/jobs`);
    const [status] = await once(child, 'exit');
    assert.equal(status, 1);
    assert.match(await stderr, /There is no Job \S+ in the namespace openshift-image-registry \(any more\)/);
    await until(jobs, (all) => all.length === 0);
  });
});

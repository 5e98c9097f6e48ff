import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import { buildIfNeeded } from '../../../tools/build-if-needed.ts';
import { type Scene, startScene } from '../../scene.ts';
import { keepScene } from '../../scene-state.ts';
import type { ApiObject } from '../api-object.ts';
import { ask, until } from '../client.ts';
import { seedPruning } from '../seeds/pruning.ts';

const NAMESPACE = 'openshift-image-registry';
const BATCH = `/apis/batch/v1/namespaces/${NAMESPACE}`;

describe('jobs', () => {
  let scene: Scene;
  let putBack: () => Promise<void>;
  before(async () => {
    buildIfNeeded();
    scene = await startScene({ kind: 'embedded', by: 'http' });
    putBack = await keepScene(scene);
  });
  after(() => scene.close());
  afterEach(async () => {
    for (const kind of ['cronjobs', 'jobs']) await ask(scene.cluster, 'DELETE', `${BATCH}/${kind}`);
    await putBack();
  });

  const podTemplate = (args: readonly string[], more: object = {}) => ({
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: 'pruner',
      containers: [
        {
          name: 'prune',
          image: 'quay.io/openshift/origin-cli:4.13',
          command: ['oc', 'adm', 'prune', 'images'],
          args,
          terminationMessagePolicy: 'FallbackToLogsOnError',
        },
      ],
      ...more,
    },
  });
  const makeJob = (name: string, spec: object) =>
    ask(scene.cluster, 'POST', `${BATCH}/jobs`, { body: { metadata: { name }, spec } });
  const makeCronJob = (spec: object) =>
    ask(scene.cluster, 'POST', `${BATCH}/cronjobs`, {
      body: { metadata: { name: 'tidy' }, spec: { schedule: '@daily', ...spec } },
    });
  const events = () => ask(scene.cluster, 'GET', `/api/v1/namespaces/${NAMESPACE}/events`);
  const terminated = (pod: ApiObject | undefined) =>
    objectAt(objectAt(listAt(pod?.status, 'containerStatuses')[0], 'state'), 'terminated');

  it('of the ImagePruner prune with the project’s own command line', async () => {
    const { cluster, going, pushed } = scene;
    const made = cluster.cronJobs.trigger(NAMESPACE, 'image-pruner') ?? assert.fail();
    const job = await cluster.jobs.finished(NAMESPACE, made.metadata.name);
    const [pod] = cluster.jobs.podsOf(NAMESPACE, made.metadata.name);
    const log = cluster.logs.text(NAMESPACE, pod?.metadata.name ?? '');
    assert.equal(textAt(listAt(job.status, 'conditions')[0], 'type'), 'Complete', log);
    assert.equal(textAt(pod?.status, 'phase'), 'Succeeded');
    assert.match(log, /^Summary: deleted \d+ image object\(s\), /m);
    assert.match(log, /rollout is owed/, 'a job does not roll out');
    for (const key of going) {
      assert.equal(
        cluster.object('images', 'image.openshift.io', undefined, pushed.get(key)?.digest ?? ''),
        undefined,
        key,
      );
    }
    const cronJob = cluster.object('cronjobs', 'batch', NAMESPACE, 'image-pruner');
    assert.equal(objectAt(cronJob, 'status').active, undefined);
    assert.equal(textAt(cronJob?.status, 'lastSuccessfulTime'), textAt(job.status, 'completionTime'));
  });

  it('fail after as many attempts as they may make, each with a pod of its own', async () => {
    const { cluster } = scene;
    const wrong = podTemplate(['--confirm', '--keep-younger-than=-1h']);
    await makeJob('wrong', { backoffLimit: 1, template: wrong });
    const job = await cluster.jobs.finished(NAMESPACE, 'wrong');
    const [condition] = listAt(job.status, 'conditions');
    assert.deepEqual(
      [textAt(condition, 'type'), textAt(condition, 'reason'), textAt(condition, 'message')],
      ['Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
    );
    const pods = cluster.jobs.podsOf(NAMESPACE, 'wrong');
    assert.equal(pods.length, 2);
    assert.equal(objectAt(job, 'status').failed, 2);
    const ended = terminated(pods[1]);
    assert.deepEqual([ended.exitCode, ended.reason], [1, 'Error']);
    assert.match(textAt(ended, 'message'), /^error: .*keep-younger-than/m);
    const said = (await events()).json.items.map((one: { reason: string }) => one.reason);
    assert.ok(said.includes('BackoffLimitExceeded'), said.join(' '));

    await ask(cluster, 'DELETE', `${BATCH}/jobs/wrong`);
    const left = await ask(cluster, 'GET', `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=job-name`);
    assert.deepEqual(left.json.items, []);
  });

  it('take their pod with them where its container was restarted instead', async () => {
    const { cluster } = scene;
    const template = podTemplate(['--registry-url=http://a/b'], { restartPolicy: 'OnFailure' });
    await makeJob('restarted', { backoffLimit: 1, template });
    const job = await cluster.jobs.finished(NAMESPACE, 'restarted');
    assert.equal(textAt(listAt(job.status, 'conditions')[0], 'reason'), 'BackoffLimitExceeded');
    assert.deepEqual(cluster.jobs.podsOf(NAMESPACE, 'restarted'), []);
  });

  it('may do what their ServiceAccount may, and have no pod where there is none', async () => {
    const { cluster } = scene;
    await makeJob('mere', {
      backoffLimit: 0,
      template: podTemplate(['--confirm'], { serviceAccountName: 'default' }),
    });
    await cluster.jobs.finished(NAMESPACE, 'mere');
    const [pod] = cluster.jobs.podsOf(NAMESPACE, 'mere');
    assert.match(
      cluster.logs.text(NAMESPACE, pod?.metadata.name ?? ''),
      /forbidden: User "system:serviceaccount:openshift-image-registry:default" cannot list/,
    );
    await makeJob('nobody', { template: podTemplate([], { serviceAccountName: 'nobody' }) });
    const failed = await until(
      async () =>
        (await events()).json.items.find((one: { reason: string }) => one.reason === 'FailedCreate'),
      (event) => event !== undefined,
    );
    assert.match(failed.message, /serviceaccount "nobody" not found$/);
    assert.deepEqual(cluster.jobs.podsOf(NAMESPACE, 'nobody'), []);
  });

  it('of the demo’s cluster end as their last runs did', async () => {
    const { cluster } = scene;
    await seedPruning(cluster);
    for (const [name, outcome, said] of [
      ['pruner-weekly', 'Failed', /certificate .*\bauthority\b/],
      ['pruner', 'Complete', /^Summary: deleted/m],
    ] as const) {
      const made = cluster.cronJobs.trigger(NAMESPACE, name) ?? assert.fail();
      const job = await cluster.jobs.finished(NAMESPACE, made.metadata.name);
      const [pod] = cluster.jobs.podsOf(NAMESPACE, made.metadata.name);
      const log = cluster.logs.text(NAMESPACE, pod?.metadata.name ?? '');
      assert.equal(textAt(listAt(job.status, 'conditions')[0], 'type'), outcome, log);
      assert.match(log, said);
    }
  });

  it('are not started beside one another where that is forbidden, and are stopped with their job', async () => {
    const { cluster } = scene;
    await makeCronJob({ concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: podTemplate([]) } } });
    const hung = cluster.faults.add({
      path: /^\/apis\/image\.openshift\.io\/v1\/images/,
      action: { kind: 'hang' },
    });
    const made = cluster.cronJobs.trigger(NAMESPACE, 'tidy') ?? assert.fail();
    await hung.struck();
    assert.equal(cluster.cronJobs.trigger(NAMESPACE, 'tidy'), undefined);
    const cronJob = (await ask(cluster, 'GET', `${BATCH}/cronjobs/tidy`)).json;
    assert.deepEqual(
      cronJob.status.active.map((one: { name: string }) => one.name),
      [made.metadata.name],
    );
    assert.match(JSON.stringify((await events()).json), /concurrency policy is Forbid/);

    const [pod] = cluster.jobs.podsOf(NAMESPACE, made.metadata.name);
    const log = cluster.logs.of(NAMESPACE, pod?.metadata.name ?? '', 'prune') ?? assert.fail();
    await ask(cluster, 'DELETE', `${BATCH}/jobs/${made.metadata.name}`);
    await until(
      () => log.ended,
      (ended) => ended,
    );
    assert.ok(cluster.cronJobs.trigger(NAMESPACE, 'tidy'));
    await ask(cluster, 'PATCH', `${BATCH}/cronjobs/tidy`, {
      body: { spec: { suspend: true } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    assert.equal(cluster.cronJobs.trigger(NAMESPACE, 'tidy'), undefined, 'suspended');
  });

  it('are kept as long as the history may be', async () => {
    const { cluster } = scene;
    cluster.programs.set('echo', {
      run: async ({ args, stdout }) => {
        stdout(`${args.join(' ')}\n`);
        return Number(args[0]);
      },
    });
    const container = { name: 'echo', image: 'quay.io/tools/echo:1' };
    const template = (status: number) => ({
      spec: {
        restartPolicy: 'Never',
        containers: [{ ...container, command: ['/bin/sh', '-c', `exec echo '${status}' "x"`] }],
      },
    });
    await makeCronJob({
      successfulJobsHistoryLimit: 2,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { backoffLimit: 0, template: template(0) } },
    });
    const run = async () => {
      const made = cluster.cronJobs.trigger(NAMESPACE, 'tidy') ?? assert.fail();
      await cluster.jobs.finished(NAMESPACE, made.metadata.name);
      return made.metadata.name;
    };
    const names = [await run(), await run(), await run()];
    await ask(cluster, 'PATCH', `${BATCH}/cronjobs/tidy`, {
      body: { spec: { jobTemplate: { spec: { template: template(3) } } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    names.push(await run(), await run());
    const kept = (await ask(cluster, 'GET', `${BATCH}/jobs`)).json.items.map(
      (job: ApiObject) => job.metadata.name,
    );
    assert.deepEqual(kept.sort(), [names[1], names[2], names[4]].sort());
    const [pod] = cluster.jobs.podsOf(NAMESPACE, names[4] ?? '');
    assert.equal(terminated(pod).exitCode, 3);
    assert.equal(cluster.logs.text(NAMESPACE, pod?.metadata.name ?? ''), '3 x\n');
  });
});

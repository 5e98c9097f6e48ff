import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, until } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { isReadOnly } from './registry-operator.ts';
import { seedOf } from './seeds/seeded.ts';

const OPERATOR = 'imageregistry.operator.openshift.io';
const PRUNER = `/apis/${OPERATOR}/v1/imagepruners/cluster`;
const CONFIG = `/apis/${OPERATOR}/v1/configs/cluster`;
const NAMESPACE = 'openshift-image-registry';
const MERGE = { 'content-type': 'application/merge-patch+json' };

describe('the registry operator', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }) });
  });
  after(() => cluster.close());

  const patch = (path: string, body: unknown, query = '') =>
    ask(cluster, 'PATCH', `${path}${query}`, { body, headers: MERGE });
  const cronJob = () => cluster.object('cronjobs', 'batch', NAMESPACE, 'image-pruner');

  it('makes a CronJob of the ImagePruner, and keeps it as the ImagePruner says', async () => {
    const before = (await ask(cluster, 'GET', `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs/image-pruner`))
      .json;
    assert.equal(before.spec.schedule, '0 0 * * *');
    const [container] = before.spec.jobTemplate.spec.template.spec.containers;
    assert.deepEqual(container.args.slice(0, 3), ['adm', 'prune', 'images']);
    assert.ok(container.args.includes('--keep-tag-revisions=3'), container.args.join(' '));

    const patched = await patch(PRUNER, {
      spec: { schedule: '15 3 * * 1', suspend: true, keepTagRevisions: 7, keepYoungerThanDuration: '48h' },
    });
    assert.equal(patched.code, 200);
    const after = (await ask(cluster, 'GET', PRUNER)).json;
    assert.equal(after.status.observedGeneration, after.metadata.generation);
    const scheduled = after.status.conditions.find((one: { type: string }) => one.type === 'Scheduled');
    assert.deepEqual([scheduled.status, scheduled.reason], ['False', 'Suspended']);
    const { spec } = cronJob() ?? assert.fail();
    assert.match(JSON.stringify(spec), /"suspend":true.*"schedule":"15 3 \* \* 1"/);
    assert.match(JSON.stringify(spec), /--keep-tag-revisions=7","--keep-younger-than=48h/);

    await ask(cluster, 'DELETE', `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs/image-pruner`);
    assert.ok(cronJob(), 'it is made anew');
    await patch(PRUNER, { spec: { suspend: false } });
  });

  it('takes only what the resource’s schema has', async () => {
    const wrong = await patch(PRUNER, { spec: { keepTagRevisions: 'three' } });
    assert.equal(wrong.code, 422);
    assert.equal(
      wrong.json.message,
      `ImagePruner.${OPERATOR} "cluster" is invalid: spec.keepTagRevisions: Invalid value: "string": spec.keepTagRevisions in body must be of type integer: "string"`,
    );
    const loud = await patch(PRUNER, { spec: { logLevel: 'Loud' } });
    assert.equal(
      loud.json.message,
      `ImagePruner.${OPERATOR} "cluster" is invalid: spec.logLevel: Unsupported value: "Loud": supported values: "", "Normal", "Debug", "Trace", "TraceAll"`,
    );
    assert.equal((await patch(PRUNER, { spec: { keepYoungerThanDuration: '3 days' } })).code, 422);

    const unknown = await patch(PRUNER, { spec: { keepEverything: true } });
    assert.equal(unknown.code, 200);
    assert.equal(unknown.headers.warning, '299 - "unknown field \\"spec.keepEverything\\""');
    assert.equal(unknown.json.spec.keepEverything, undefined);
    const strict = await patch(PRUNER, { spec: { keepEverything: true } }, '?fieldValidation=Strict');
    assert.equal(strict.code, 400);
    assert.match(strict.json.message, /strict decoding error: unknown field "spec\.keepEverything"$/);
  });

  it('only tries with dryRun=All', async () => {
    const before = (await ask(cluster, 'GET', PRUNER)).json;
    const tried = await patch(PRUNER, { spec: { keepTagRevisions: 9 } }, '?dryRun=All');
    assert.equal(tried.json.spec.keepTagRevisions, 9);
    assert.equal((await patch(PRUNER, { spec: { suspend: 'yes' } }, '?dryRun=All')).code, 422);
    assert.deepEqual((await ask(cluster, 'GET', PRUNER)).json, before);
    const jobs = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;
    const body = {
      metadata: { generateName: 'tried-' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b/c:1' }] } } },
    };
    const made = await ask(cluster, 'POST', `${jobs}?dryRun=All`, { body });
    assert.equal(made.code, 201);
    assert.ok(made.json.metadata.uid);
    assert.equal((await ask(cluster, 'GET', jobs)).json.items.length, 0);
  });

  it('makes a cron job only with a schedule that cron knows', async () => {
    const path = `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs`;
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b/c:1' }] } };
    const body = (schedule: string) => ({
      metadata: { name: 'tidy' },
      spec: { schedule, jobTemplate: { spec: { template } } },
    });
    for (const [schedule, why] of [
      ['never', /expected exactly 5 fields, found 1: \[never\]/],
      ['61 * * * *', /end of range \(61\) above maximum \(59\): 61/],
      ['* * 0 * *', /beginning of range \(0\) below minimum \(1\): 0/],
      ['*/0 * * * *', /step of range should be a positive number/],
      ['* * * * x', /strconv\.Atoi: parsing "x": invalid syntax/],
    ] as const) {
      const refused = await ask(cluster, 'POST', path, { body: body(schedule) });
      assert.equal(refused.code, 422, schedule);
      assert.match(refused.json.message, why);
    }
    for (const schedule of ['*/15 0-6 1,15 jan-jun mon', '@daily', '0 0 * * *']) {
      assert.equal((await ask(cluster, 'POST', `${path}?dryRun=All`, { body: body(schedule) })).code, 201);
    }
    template.spec.restartPolicy = 'Always';
    assert.match(
      (await ask(cluster, 'POST', path, { body: body('@daily') })).json.message,
      /spec\.jobTemplate\.spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"/,
    );
  });

  it('rolls out a registry that takes no writes, and one that does again', async () => {
    const rolledOut: boolean[] = [];
    cluster.rollout.onRollout = (deployment) => {
      rolledOut.push(isReadOnly(deployment));
    };
    for (const readOnly of [true, false]) {
      await patch(CONFIG, { spec: { readOnly } });
      const config = await until(
        async () => (await ask(cluster, 'GET', CONFIG)).json,
        ({ status, metadata }) =>
          status.observedGeneration === metadata.generation &&
          rolledOut.at(-1) === readOnly &&
          status.conditions.some(
            (one: { type: string; status: string }) => one.type === 'Progressing' && one.status === 'False',
          ),
      );
      assert.equal(config.spec.readOnly, readOnly);
    }
    assert.deepEqual(rolledOut, [true, false]);
    const pods = (await ask(cluster, 'GET', `/api/v1/namespaces/${NAMESPACE}/pods`)).json.items;
    assert.doesNotMatch(JSON.stringify(pods), /MAINTENANCE_READONLY/);
  });
});

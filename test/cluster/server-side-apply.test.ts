import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ask } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { clusterRoleBinding } from './seeds/roles.ts';
import { seedOf } from './seeds/seeded.ts';

const NAMESPACE = 'openshift-image-registry';
const CRON_JOBS = `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs`;
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

describe('server-side apply', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }) });
  });
  after(() => cluster.close());
  beforeEach(() => ask(cluster, 'DELETE', `${CRON_JOBS}/pruner`));

  const manifest = (spec: object = {}, container: object = {}) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'pruner', namespace: NAMESPACE, labels: { app: 'pruner' } },
    spec: {
      schedule: '0 0 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'OnFailure',
              containers: [{ name: 'pruner', image: 'quay.io/openshift/origin-cli:4.1', ...container }],
            },
          },
        },
      },
      ...spec,
    },
  });
  const apply = (body: unknown, query = 'fieldManager=one') =>
    ask(cluster, 'PATCH', `${CRON_JOBS}/pruner?${query}`, { body, headers: APPLY });

  it('makes what is not there, and takes back what is no longer applied', async () => {
    const made = await apply(manifest({ suspend: true }));
    assert.equal(made.code, 201);
    assert.equal(made.json.spec.concurrencyPolicy, 'Allow', 'filled in');
    const [entry] = made.json.metadata.managedFields;
    assert.deepEqual([entry.manager, entry.operation, entry.apiVersion], ['one', 'Apply', 'batch/v1']);
    assert.deepEqual(entry.fieldsV1['f:spec']['f:suspend'], {});
    const item = 'k:{"name":"pruner"}';
    const fields = entry.fieldsV1['f:spec']['f:jobTemplate']['f:spec']['f:template']['f:spec'];
    assert.deepEqual(fields['f:containers'][item], { '.': {}, 'f:name': {}, 'f:image': {} });
    assert.equal(fields['f:dnsPolicy'], undefined, 'what was filled in has no owner');

    const same = await apply(manifest({ suspend: true }));
    assert.equal(same.code, 200);
    assert.equal(same.json.metadata.resourceVersion, made.json.metadata.resourceVersion);
    const less = await apply(manifest());
    assert.equal(less.json.spec.suspend, false, 'back to what is filled in');
    assert.equal(less.json.metadata.generation, 2);
  });

  it('does not take what others own unless it is forced to', async () => {
    await apply(manifest());
    const conflict = await apply(manifest({ schedule: '30 1 * * *' }), 'fieldManager=two');
    assert.equal(conflict.code, 409);
    assert.equal(conflict.json.reason, 'Conflict');
    assert.equal(conflict.json.message, 'Apply failed with 1 conflict: conflict with "one": .spec.schedule');
    assert.deepEqual(conflict.json.details.causes, [
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.schedule' },
    ]);
    const forced = await apply(manifest({ schedule: '30 1 * * *' }), 'fieldManager=two&force=true');
    assert.equal(forced.json.spec.schedule, '30 1 * * *');
    const owners = (field: string) =>
      forced.json.metadata.managedFields
        .filter((one: { fieldsV1: Record<string, object> }) => field in (one.fieldsV1['f:spec'] ?? {}))
        .map((one: { manager: string }) => one.manager);
    assert.deepEqual(owners('f:schedule'), ['two']);
    assert.deepEqual(owners('f:jobTemplate').sort(), ['one', 'two'], 'equal values are owned together');
  });

  it('names those who changed it in other ways', async () => {
    await apply(manifest());
    await ask(cluster, 'PATCH', `${CRON_JOBS}/pruner?fieldManager=kubectl-edit`, {
      body: { spec: { schedule: '5 5 * * *', suspend: true } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    const conflict = await apply(manifest({ suspend: false }));
    assert.equal(
      conflict.json.message,
      'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using batch/v1:\n- .spec.schedule\n- .spec.suspend',
    );
    // What was there before anybody applied.
    cluster.seed([
      clusterRoleBinding('old', 'view', { kind: 'User', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }),
    ]);
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/old?fieldManager=one';
    const body = clusterRoleBinding('old', 'view', {
      kind: 'User',
      name: 'y',
      apiGroup: 'rbac.authorization.k8s.io',
    });
    assert.equal(
      (await ask(cluster, 'PATCH', path, { body, headers: APPLY })).json.message,
      'Apply failed with 1 conflict: conflict with "before-first-apply" using rbac.authorization.k8s.io/v1: .subjects',
    );
  });

  it('only tries with dryRun=All, and refuses all the same', async () => {
    const tried = await apply(manifest(), 'fieldManager=one&dryRun=All');
    assert.equal(tried.code, 201);
    assert.equal(tried.json.spec.successfulJobsHistoryLimit, 3);
    assert.equal((await ask(cluster, 'GET', `${CRON_JOBS}/pruner`)).code, 404);
    const wrong = await apply(manifest({ schedule: 'daily' }), 'fieldManager=one&dryRun=All');
    assert.equal(
      wrong.json.message,
      'CronJob.batch "pruner" is invalid: spec.schedule: Invalid value: "daily": expected exactly 5 fields, found 1: [daily]',
    );
    const unknown = await apply(manifest({}, { imgae: 'x' }), 'fieldManager=one&dryRun=All');
    assert.equal(unknown.code, 500);
    assert.match(
      unknown.json.message,
      /^failed to create typed patch object \(openshift-image-registry\/pruner; batch\/v1, Kind=CronJob\): \.spec.*\.imgae: field not declared in schema$/,
    );
    assert.equal((await apply(manifest(), 'dryRun=All')).code, 422, 'a field manager is required');
    assert.equal((await apply({ ...manifest(), kind: 'Job' })).code, 400);
    const refused = await ask(cluster, 'PATCH', `${CRON_JOBS}/pruner?fieldManager=one`, {
      body: manifest(),
      headers: APPLY,
      as: 'developer',
    });
    assert.equal(refused.code, 403);
  });

  it('does not change what never changes', async () => {
    const binding = (role: string) =>
      clusterRoleBinding('pruner', role, { kind: 'ServiceAccount', name: 'pruner', namespace: NAMESPACE });
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/pruner?fieldManager=one';
    const bind = (role: string) => ask(cluster, 'PATCH', path, { body: binding(role), headers: APPLY });
    assert.equal((await bind('system:image-pruner')).code, 201);
    const changed = await bind('cluster-admin');
    assert.equal(changed.code, 422);
    assert.match(changed.json.message, /roleRef: Invalid value: .*: cannot change roleRef$/);
  });
});

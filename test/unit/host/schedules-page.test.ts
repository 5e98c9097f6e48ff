import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedPruner } from '../../../src/host/schedules/changed-pruner.ts';
import { requestOfCronJob } from '../../../src/host/schedules/edit-request.ts';
import { isSchedulePath, schedulePath } from '../../../src/host/schedules/schedule-path.ts';
import { scheduleTargetOf } from '../../../src/host/schedules/schedule-target.ts';
import { manifestsOf } from '../../../src/schedules/manifests.ts';
import { DOCUMENTED_REQUEST } from '../../../src/schedules/schedule-request.ts';
import { jobLogRequest } from '../../../src/shared/job-log/requests.ts';
import { InvalidMessageError } from '../../../src/shared/page/read-request.ts';
import { schedulePageRequest } from '../../../src/shared/schedule/requests.ts';

const message = (name: string, ask: unknown) => ({ kind: 'request', id: '1', name, ask });

describe('what the page of schedules may ask', () => {
  it('is read as it was meant', () => {
    const request = JSON.parse(JSON.stringify(DOCUMENTED_REQUEST));
    assert.deepEqual(schedulePageRequest(message('create', { request })).ask, {
      request: DOCUMENTED_REQUEST,
    });
    const ask = { change: { keepTagRevisions: null, suspend: true }, resourceVersion: '7' };
    assert.deepEqual(schedulePageRequest(message('changePruner', ask)).ask, ask);
  });

  it('takes nothing that no page of ours sends, and says what is wrong', () => {
    const wrong: [string, unknown, RegExp][] = [
      ['create', { request: { ...DOCUMENTED_REQUEST, kind: 'Pod' } }, /create\.request\.kind/],
      ['create', { request: { ...DOCUMENTED_REQUEST, name: 7 } }, /create\.request\.name/],
      [
        'create',
        { request: { ...DOCUMENTED_REQUEST, resources: { requests: { cpu: 1 } } } },
        /requests\.cpu/,
      ],
      ['changePruner', { change: { suspend: 'yes' }, resourceVersion: '7' }, /change\.suspend/],
      ['changePruner', { change: {} }, /resourceVersion/],
      ['dryRun', { prune: { keepTagRevisions: '3' } }, /keepTagRevisions/],
      ['step', { step: 'format' }, /step\.step/],
      ['delete', null, /known request/],
    ];
    for (const [name, ask, where] of wrong) {
      assert.throws(
        () => schedulePageRequest(message(name, ask)),
        (error) => error instanceof InvalidMessageError && where.test(error.message),
        name,
      );
    }
  });

  it('hands on nothing of a change that the form doesn’t have', () => {
    const ask = { change: { schedule: '@daily', nodeSelector: { evil: 'yes' } }, resourceVersion: '7' };
    assert.deepEqual(schedulePageRequest(message('changePruner', ask)).ask, {
      change: { schedule: '@daily' },
      resourceVersion: '7',
    });
  });

  it('is checked likewise on the page of a Job’s log', () => {
    const job = { namespace: 'a', name: 'b' };
    assert.deepEqual(jobLogRequest(message('follow', { ...job, more: 1 })).ask, job);
    assert.throws(() => jobLogRequest(message('follow', { namespace: 'a' })), /follow\.name/);
  });
});

describe('what a command of the view is about', () => {
  it('is told by its line, or by itself', () => {
    const target = { kind: 'cronJob', namespace: 'a', name: 'b' } as const;
    assert.deepEqual(scheduleTargetOf({ id: 'x', target }), target);
    assert.deepEqual(scheduleTargetOf(target), target);
    assert.deepEqual(scheduleTargetOf({ kind: 'pruner' }), { kind: 'pruner' });
    for (const none of [undefined, null, 'job', {}, { kind: 'job', name: 'b' }, { kind: 'stream' }]) {
      assert.equal(scheduleTargetOf(none), undefined);
    }
  });

  it('leads to its object alone, whatever it is called', () => {
    const path = schedulePath({ kind: 'job', namespace: '../../secrets', name: 'x/y?z' });
    assert.equal(path, '/apis/batch/v1/namespaces/..%2F..%2Fsecrets/jobs/x%2Fy%3Fz');
    assert.ok(isSchedulePath(schedulePath({ kind: 'pruner' })));
    assert.ok(isSchedulePath('/apis/batch/v1/namespaces/a/cronjobs/b'));
    assert.ok(!isSchedulePath('/api/v1/namespaces/a/secrets/b'));
    assert.ok(!isSchedulePath('/apis/batch/v1/namespaces/a/jobs/b/status'));
  });
});

describe('the form of a CronJob that is there', () => {
  it('is filled in with what it was made of', () => {
    const [, , cronJob] = manifestsOf({ ...DOCUMENTED_REQUEST, timeZone: 'Asia/Tokyo', suspend: true });
    assert.ok(cronJob);
    assert.deepEqual(requestOfCronJob(cronJob), {
      ...DOCUMENTED_REQUEST,
      timeZone: 'Asia/Tokyo',
      suspend: true,
    });
  });

  it('is none where nothing prunes', () => {
    assert.equal(requestOfCronJob({ metadata: { name: 'x' }, spec: {} }), undefined);
  });
});

describe('the ImagePruner as YAML', () => {
  const object = {
    apiVersion: 'imageregistry.operator.openshift.io/v1',
    kind: 'ImagePruner',
    metadata: { name: 'cluster', resourceVersion: '7', managedFields: [] },
    spec: {
      schedule: '0 0 * * *',
      keepTagRevisions: 3,
      keepYoungerThan: 60,
      nodeSelector: { a: 'b' },
      resources: { requests: { cpu: '1' } },
    },
    status: { conditions: [] },
  };

  it('has the change in it, and nothing that the server keeps about it', () => {
    const changed = changedPruner(object, {
      keepTagRevisions: null,
      keepYoungerThanDuration: null,
      resources: { requests: { memory: '1Gi' } },
    });
    assert.deepEqual(changed, {
      apiVersion: object.apiVersion,
      kind: 'ImagePruner',
      metadata: { name: 'cluster' },
      spec: {
        schedule: '0 0 * * *',
        nodeSelector: { a: 'b' },
        resources: { requests: { memory: '1Gi' } },
      },
    });
  });
});

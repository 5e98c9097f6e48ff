import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actionInWords } from '../../../src/cluster/rights.ts';
import {
  RIGHT_TO_CHANGE_PRUNER,
  type Right,
  rightToChangeCronJob,
  rightToRun,
} from '../../../src/cluster/schedules/rights.ts';
import { COMMANDS } from '../../../src/host/manifest.ts';
import { jobExplanation } from '../../../src/host/schedules/job-explanation.ts';
import { owesRollout } from '../../../src/host/schedules/job-rows.ts';
import type { LackingRights } from '../../../src/host/schedules/lacking-rights.ts';
import {
  isEmpty,
  isForbidden,
  type ScheduleRow,
  scheduleRows,
} from '../../../src/host/schedules/schedule-rows.ts';
import { emptyLog, readPruneLog } from '../../../src/schedules/prune-log.ts';
import type { PruneCronJob, PruneJob, Schedules } from '../../../src/schedules/schedules.ts';

const NOW = Date.UTC(2026, 4, 4, 12);
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();
const UNKNOWN_AUTHORITY =
  'error: error communicating with registry https://image-registry.openshift-image-registry.svc:5000: Get "https://image-registry.openshift-image-registry.svc:5000/": x509: certificate signed by unknown authority';

const COMMAND: PruneJob['command'] = {
  program: 'oc',
  prune: { keepTagRevisions: 5, keepYoungerThanMs: 96 * HOUR },
  registry: { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 },
  confirm: true,
  others: [],
};

function job(more: Partial<PruneJob> = {}): PruneJob {
  return {
    namespace: 'openshift-image-registry',
    name: 'pruner-1',
    uid: '1',
    cronJob: 'pruner',
    manual: false,
    command: COMMAND,
    image: 'cli',
    state: 'succeeded',
    createdAt: ago(2),
    startedAt: ago(2),
    endedAt: ago(2),
    durationMs: 12_000,
    failedPods: 0,
    reason: '',
    message: '',
    outcome: null,
    ...more,
  };
}

function withLog(text: string): PruneJob['outcome'] {
  return { pod: 'pruner-1-abc', from: 'log', missing: '', log: readPruneLog(text) };
}

const FAILED = job({
  state: 'failed',
  reason: 'BackoffLimitExceeded',
  failedPods: 1,
  outcome: withLog(UNKNOWN_AUTHORITY),
});

function cronJob(more: Partial<PruneCronJob> = {}): PruneCronJob {
  return {
    namespace: 'openshift-image-registry',
    name: 'pruner',
    uid: '2',
    madeBy: 'image-hygiene',
    schedule: '0 0 * * *',
    problem: null,
    timeZone: null,
    suspended: false,
    command: COMMAND,
    image: 'cli',
    serviceAccount: 'pruner',
    lastScheduled: ago(2),
    lastSuccessful: null,
    nextRuns: [new Date(NOW + 12 * HOUR).toISOString()],
    jobs: [],
    ...more,
  };
}

function schedules(more: Partial<Schedules> = {}): Schedules {
  return { readAt: ago(0), pruner: null, cronJobs: [], jobs: [], unread: [], ...more };
}

const ALLOWED: LackingRights = { pruner: undefined, namespaces: new Map(), user: 'dev' };

const rowsOf = (more: Partial<Schedules>, restartedAt: string | null = null, lacking = ALLOWED) =>
  scheduleRows(schedules(more), { now: NOW, restartedAt, lacking });

/** A row as it reads. */
function said(row: ScheduleRow | undefined): string {
  return [row?.icon, row?.label, row?.description].filter(Boolean).join(' | ');
}

const PRUNER: NonNullable<Schedules['pruner']> = {
  resourceVersion: '7',
  generation: 1,
  spec: { schedule: '30 2 * * *', keepTagRevisions: 3 },
  conditions: [
    { type: 'Available', status: 'True', reason: 'AsExpected', message: 'created', since: ago(9) },
    { type: 'Failed', status: 'False', reason: 'Complete', message: 'well', since: ago(9) },
    { type: 'Scheduled', status: 'True', reason: 'Scheduled', message: 'scheduled', since: ago(9) },
  ],
  observedGeneration: 1,
  cronJob: cronJob({ name: 'image-pruner', madeBy: 'operator', jobs: [job()] }),
  nextRuns: [new Date(NOW + 14.5 * HOUR).toISOString()],
};

describe('the rows of what a user may not change', () => {
  const NAMESPACE = 'openshift-image-registry';
  const lacks = (right: Pick<Right, 'action' | 'grant'>): Right => ({
    ...right,
    words: actionInWords(right.action),
    allowed: false,
  });
  const change = lacks(rightToChangeCronJob(NAMESPACE));
  const run = lacks(rightToRun(NAMESPACE));
  const pruner = lacks(RIGHT_TO_CHANGE_PRUNER);
  const lackingRowOf = (row: ScheduleRow | undefined) =>
    row?.children?.find(({ id }) => id.endsWith(' lacking'));

  it('offer no action that is not allowed, and say which role would allow it', () => {
    const namespaces = new Map([[NAMESPACE, { change, run }]]);
    const rows = rowsOf({ pruner: PRUNER, cronJobs: [cronJob()] }, null, { pruner, namespaces, user: 'dev' });
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['pruner dryRunnable', 'cronJob dryRunnable'],
    );
    assert.deepEqual(rows.map(lackingRowOf).map(said), [
      'lock | You may not change or run it | the role cluster-admin allows it, the role edit allows it',
      'lock | You may not change or run it | the role edit allows it',
    ]);
    assert.deepEqual(lackingRowOf(rows[1])?.tooltip?.split('\n'), [
      `You may not patch cronjobs (batch) in the namespace ${NAMESPACE}. The role edit allows it; an administrator can grant it: oc adm policy add-role-to-user edit dev -n ${NAMESPACE}`,
      `You may not create jobs (batch) in the namespace ${NAMESPACE}. The role edit allows it; an administrator can grant it: oc adm policy add-role-to-user edit dev -n ${NAMESPACE}`,
    ]);
  });

  it('offer what is allowed', () => {
    const only = (more: { change?: Right; run?: Right }) => {
      const namespaces = new Map([[NAMESPACE, { change: undefined, run: undefined, ...more }]]);
      return rowsOf({ cronJobs: [cronJob()] }, null, { pruner: undefined, namespaces, user: 'dev' })[0];
    };
    assert.equal(only({ change })?.kind, 'cronJob runnable dryRunnable');
    assert.equal(lackingRowOf(only({ change }))?.label, 'You may not change it');
    assert.equal(only({ run })?.kind, 'cronJob active dryRunnable editable');
    assert.equal(lackingRowOf(only({ run }))?.label, 'You may not run it');
    assert.equal(only({})?.kind, 'cronJob active runnable dryRunnable editable');
    assert.equal(lackingRowOf(only({})), undefined);
  });
});

describe('the rows of the ImagePruner', () => {
  it('say when it prunes, by what, and how it is', () => {
    const [row] = rowsOf({ pruner: PRUNER });
    assert.equal(said(row), 'clock | Automatic pruning | every day at 02:30 (UTC) · next in 14 hours');
    assert.equal(row?.kind, 'pruner active runnable dryRunnable');
    assert.deepEqual(row?.target, { kind: 'pruner' });
    assert.deepEqual(row?.children?.map(said), [
      'settings | Options | keeps the 3 newest revisions of each tag · keeps what is younger than 1 hour',
      'calendar | Next run | in 14 hours, 2026-05-05 02:30 UTC',
      'pass | Conditions | the operator has nothing to complain of',
      'pass | 2 hours ago | succeeded · 12 s',
    ]);
  });

  it('keep what the operator says of it together', () => {
    const [row] = rowsOf({ pruner: PRUNER });
    assert.deepEqual(row?.children?.find(({ id }) => id === 'pruner conditions')?.children?.map(said), [
      'pass | Available | created',
      'pass | Not Failed | well',
      'pass | Scheduled | scheduled',
    ]);
  });

  it('are red where a condition says that it fails, and can be resumed where it is suspended', () => {
    const failed = { type: 'Degraded', status: 'True', reason: 'JobFailed', message: 'it failed', since: '' };
    const [bad] = rowsOf({ pruner: { ...PRUNER, conditions: [failed] } });
    assert.equal(bad?.icon, 'error');
    assert.match(bad?.description ?? '', /^failed · /);
    const spec = { ...PRUNER.spec, suspend: true };
    const [suspended] = rowsOf({ pruner: { ...PRUNER, spec, cronJob: null, nextRuns: [] } });
    assert.equal(said(suspended), 'debug-pause | Automatic pruning | suspended');
    assert.equal(suspended?.kind, 'pruner suspended dryRunnable');
  });
});

describe('the rows of CronJobs', () => {
  it('say the last outcome first, and only those of this program can be edited', () => {
    const [own, others] = rowsOf({
      cronJobs: [cronJob({ jobs: [job()] }), cronJob({ name: 'theirs', madeBy: 'other' })],
    });
    assert.equal(
      said(own),
      'clock | pruner | succeeded (2 hours ago) · every day at 00:00 (UTC) · next in 12 hours',
    );
    assert.equal(own?.kind, 'cronJob active runnable dryRunnable editable');
    assert.equal(others?.kind, 'cronJob active runnable dryRunnable');
    assert.equal(others?.children?.at(-1)?.label, 'No Job of it is there yet');
  });

  it('say what is wrong with a schedule', () => {
    const problem = {
      field: 'schedule',
      code: 'cronFieldCount',
      arguments: { text: '* *', count: '2' },
    } as const;
    const [row] = rowsOf({ cronJobs: [cronJob({ schedule: '* *', problem, nextRuns: [] })] });
    assert.equal(said(row), 'error | pruner | schedule not understood');
    assert.match(row?.tooltip ?? '', /“\* \*” has 2 fields/);
  });

  it('have ids of their own that a refresh doesn’t change', () => {
    const given = { cronJobs: [cronJob({ jobs: [job(), FAILED] })], pruner: PRUNER };
    const ids = (rows: readonly ScheduleRow[]): string[] =>
      rows.flatMap((row) => [row.id, ...ids(row.children ?? [])]);
    const all = ids(
      rowsOf({ cronJobs: [cronJob({ jobs: [job({ name: 'a' }), { ...FAILED, name: 'b' }] })] }),
    );
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(ids(rowsOf(given)), ids(rowsOf(given, ago(1))));
  });
});

describe('the rows of Jobs', () => {
  it('say why a Job failed, and what to do next', () => {
    const [row] = rowsOf({ jobs: [{ ...FAILED, cronJob: null, name: 'once' }] });
    assert.equal(
      said(row),
      'error | once | failed (2 hours ago) · The certificate was signed by an unknown authority · 12 s',
    );
    assert.equal(row?.kind, 'job failed');
    assert.deepEqual(
      row?.children?.map(({ label, command }) => [label, command?.id]),
      [
        ['The certificate was signed by an unknown authority', COMMANDS.explainJob],
        ['Explain the failure', COMMANDS.explainJob],
        ['Diagnose the registry', COMMANDS.diagnoseRegistry],
      ],
    );
  });

  it('owe a rollout until the registry was restarted after them', () => {
    const log = `Deleting blob sha256:${'a'.repeat(64)}\nSummary: deleted 1 blob(s)`;
    const pruned = job({ outcome: withLog(log) });
    assert.ok(owesRollout(pruned, { restartedAt: null }));
    assert.ok(owesRollout(pruned, { restartedAt: ago(3) }));
    assert.ok(!owesRollout(pruned, { restartedAt: ago(1) }));
    assert.ok(!owesRollout(pruned, { restartedAt: undefined }), 'where that isn’t known, nothing is claimed');
    const [row] = rowsOf({ jobs: [pruned] });
    assert.match(
      said(row),
      /^history \| pruner-1 \| succeeded \(2 hours ago\) · rollout owed · 1 blob · 12 s$/,
    );
    assert.equal(row?.kind, 'job succeeded owing');
    assert.equal(rowsOf({ jobs: [pruned] }, ago(1))[0]?.kind, 'job succeeded');
  });

  it('say nothing of an outcome that can’t be known', () => {
    const gone = { pod: '', from: 'none', missing: 'its pod is gone', log: emptyLog() } as const;
    const [row] = rowsOf({ jobs: [job({ outcome: gone, manual: true })] });
    assert.equal(said(row), 'pass | pruner-1 | succeeded (2 hours ago) · 12 s · started by hand');
    assert.match(row?.tooltip ?? '', /its pod is gone/);
  });
});

describe('what can’t be seen', () => {
  const unread = {
    what: 'imagepruners',
    namespace: null,
    message: 'imagepruners is forbidden',
    forbidden: true,
    role: 'cluster-admin',
  } as const;

  it('is a row with the role that would help', () => {
    const rows = rowsOf({ jobs: [job()], unread: [unread] });
    assert.equal(rows.at(-1)?.icon, 'lock');
    assert.match(said(rows.at(-1)), /imagepruners can’t be seen/);
    assert.match(rows.at(-1)?.tooltip ?? '', /role cluster-admin allows it/);
  });

  it('leaves the view to its welcome text where nothing else is known', () => {
    assert.ok(isForbidden(schedules({ unread: [unread] })));
    assert.ok(!isForbidden(schedules({ unread: [unread], jobs: [job()] })));
    assert.ok(!isForbidden(schedules({ unread: [{ ...unread, forbidden: false }] })));
    assert.ok(isEmpty(schedules()));
    assert.ok(!isEmpty(schedules({ unread: [unread] })));
  });
});

describe('the explanation of a failed Job', () => {
  it('says the cause, what to do about it, and the end of the log without secrets', () => {
    const text = `${UNKNOWN_AUTHORITY}\nAuthorization: Bearer sha256~abcdefghijklmnopqrstuvwxyz0123456789`;
    const markdown = jobExplanation({ ...FAILED, outcome: withLog(text) });
    assert.match(markdown, /^# Job pruner\\-1: failed\n/);
    assert.match(markdown, /## The certificate was signed by an unknown authority/);
    assert.match(markdown, /1\. Save the authority that the cluster publishes/);
    assert.match(markdown, /## The end of its log/);
    assert.match(markdown, /x509: certificate signed by unknown authority/);
    assert.ok(!markdown.includes('abcdefghijklmnop'), markdown);
  });

  it('says that there is no log, and why', () => {
    const outcome = { pod: '', from: 'none', missing: 'its pod is gone', log: emptyLog() } as const;
    assert.match(jobExplanation({ ...FAILED, outcome }), /## There is no log\n\n.*its pod is gone/);
  });
});

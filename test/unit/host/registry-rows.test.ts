import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inEnglish, verbatim } from '../../../src/engine/said.ts';
import { COMMANDS } from '../../../src/host/manifest.ts';
import { adviceRow, stepRows, triedRows } from '../../../src/host/registry/problem-rows.ts';
import type { RegistryReport } from '../../../src/host/registry/registry-check.ts';
import { type RegistryFindings, registryRows } from '../../../src/host/registry/registry-rows.ts';
import type { RegistryRow } from '../../../src/host/registry/row.ts';
import { RegistryUnreachableError } from '../../../src/registry/client/registry-unreachable.ts';
import { addressOf } from '../../../src/registry/discovery/reference-host.ts';
import {
  RegistryNotFoundError,
  type TriedAddress,
} from '../../../src/registry/discovery/registry-not-found.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';

const NOW = Date.UTC(2026, 4, 4, 12);
const REACHED: RegistryReport = {
  state: { kind: 'reached', address: 'registry.apps:443', tls: 'verified', mayPrune: true },
  source: 'route',
  authority: 'kubeconfig',
  tried: [],
  right: { may: true, saidBy: 'registry' },
  user: 'admin',
  route: 'registry.apps',
  deployment: { desired: 2, updated: 2, available: 2, rollout: 'none', restartedAt: '2026-05-01T12:00:00Z' },
  cache: { kind: 'inmemory', where: verbatim('the configuration') },
};

function rowsOf(report: RegistryReport, more: Partial<RegistryFindings> = {}): Map<string, RegistryRow> {
  const rows = registryRows({ report, owing: 0, rollout: undefined, now: NOW, ...more });
  return new Map(rows.map((row) => [row.id, row]));
}

/** A row as it reads. */
function said(row: RegistryRow | undefined): string {
  return [row?.icon, row?.label, row?.description].filter(Boolean).join(' | ');
}

describe('the rows of a registry that is in order', () => {
  it('say everything that is known of it, in words', () => {
    assert.deepEqual([...rowsOf(REACHED).values()].map(said), [
      'plug | registry.apps:443 | of a route',
      'pass | Reached | directly',
      'lock | Certificate verified | by the kubeconfig’s authority',
      'pass | May prune | admin · says the registry',
      'globe | Route | registry.apps',
      'package | Deployment | 2 of 2 replicas available · restarted 3 days ago',
      'database | Cache in memory | a rollout clears it',
    ]);
  });

  it('offer what can be done', () => {
    const rows = rowsOf({ ...REACHED, route: null }, { owing: 2 });
    assert.deepEqual(
      [...rows.values()].filter(({ kind }) => kind).map(({ id, kind }) => [id, kind]),
      [
        ['address', 'address'],
        ['route', 'noRoute'],
        ['deployment', 'deployment'],
        ['owed', 'owed'],
      ],
    );
    assert.equal(said(rows.get('route')), 'globe | Route | none');
    assert.equal(said(rows.get('owed')), 'history | Rollout owed | by 2 runs');
    assert.equal(rows.get('owed')?.command, undefined, 'a click restarts nothing');
  });

  it('hold what was tried before below the address', () => {
    const tried = [{ address: 'svc:5000', why: 'not found' }];
    const children = rowsOf({ ...REACHED, tried, source: 'tunnel', through: 'pod/registry-1' }).get(
      'address',
    );
    assert.deepEqual(children?.children?.map(said), ['circle-slash | svc:5000 | not found']);
    assert.match(said(children), /through a tunnel$/);
  });
});

describe('what is not in order with a registry', () => {
  const withTls = (tls: 'unverified' | 'plain') =>
    rowsOf({
      ...REACHED,
      state: { kind: 'reached', address: 'r:5000', tls, mayPrune: true },
      authority: 'none',
    }).get('tls');

  it('is said in words, not by colour alone', () => {
    assert.match(said(withTls('unverified')), /Certificate NOT verified/);
    assert.match(said(withTls('plain')), /NOT encrypted \| plain HTTP/);
  });

  it('comes with the command that grants the right, to copy', () => {
    const refused: RegistryReport = {
      ...REACHED,
      user: 'developer',
      right: { may: false, saidBy: 'cluster' },
    };
    const row = rowsOf(refused).get('right');
    assert.equal(said(row), 'error | May not prune | developer · says the API server');
    const [grant] = row?.children ?? [];
    const command = 'oc adm policy add-cluster-role-to-user system:image-pruner developer';
    assert.equal(grant?.label, command);
    assert.deepEqual(grant?.command, {
      id: COMMANDS.copyRegistryAddress,
      arguments: [{ copies: command }],
    });
  });

  it('may be that it deletes for nobody, which no grant helps', () => {
    const why = 'deletion is disabled: prune only API objects with --prune-registry=false.';
    const row = rowsOf({ ...REACHED, right: { may: false, saidBy: 'registry', why, deletionOff: true } }).get(
      'right',
    );
    assert.equal(said(row), 'error | Deletes for nobody | says the registry');
    assert.equal(row?.children, undefined);
    assert.match(row?.tooltip ?? '', /imageHygiene\.pruneRegistry turned off/);
  });

  it('is asked for by a click where it is not known', () => {
    const row = rowsOf({ ...REACHED, right: { may: null, saidBy: 'cluster' } }).get('right');
    assert.equal(row?.command?.id, COMMANDS.checkRegistry);
    assert.match(row?.tooltip ?? '', /sends admin’s token there/);
  });

  it('may be its cache, with the command that clears it', () => {
    const redis = (address?: string) =>
      rowsOf({
        ...REACHED,
        cache: {
          kind: 'redis',
          where: verbatim('X'),
          redis: { database: 3, ...(address ? { address } : {}) },
        },
      }).get('cache');
    assert.equal(said(redis()), 'database | Cache in Redis | clear it by hand after a prune');
    const command = (row: RegistryRow | undefined) => row?.children?.[0]?.label;
    assert.equal(command(redis('cache.svc:6380')), 'redis-cli -h cache.svc -p 6380 -n 3 FLUSHDB');
    assert.equal(command(redis('[fd00::1]:6379')), 'redis-cli -h fd00::1 -p 6379 -n 3 FLUSHDB');
    assert.equal(command(redis('cache')), 'redis-cli -h cache -p 6379 -n 3 FLUSHDB');
    assert.equal(command(redis()), 'redis-cli -h <host> -p 6379 -n 3 FLUSHDB');
  });

  it('is what this user may not see', () => {
    const { route: _r, deployment: _d, cache: _c, ...blind } = REACHED;
    const rows = rowsOf(blind);
    for (const id of ['route', 'deployment', 'cache']) {
      assert.match(said(rows.get(id)), /^question \| .* \| can’t be seen by this user$/);
      assert.equal(rows.get(id)?.kind, undefined);
    }
  });
});

describe('a rollout', () => {
  const at = (rollout: 'running' | 'stuck', updated: number): RegistryReport => ({
    ...REACHED,
    deployment: { desired: 2, updated, available: 2, rollout },
  });

  it('is followed by what the deployment says', () => {
    assert.equal(
      said(rowsOf(at('running', 1)).get('deployment')),
      'sync~spin | Deployment | rolling out: 1 of 2 replicas updated',
    );
    assert.match(said(rowsOf(at('stuck', 1)).get('deployment')), /^warning .*rollout stuck: 1 of 2/);
  });

  it('of this window says how far it is, and owes nothing meanwhile', () => {
    const rows = rowsOf(REACHED, { owing: 1, rollout: { kind: 'running', updated: 1, desired: 2 } });
    assert.match(said(rows.get('deployment')), /rolling out: 1 of 2/);
    assert.equal(rows.has('owed'), false);
    const begun = rowsOf(REACHED, { rollout: { kind: 'running', updated: 0, desired: 0 } });
    assert.equal(said(begun.get('deployment')), 'sync~spin | Deployment | rolling out');
  });

  it('is owed by one run or several', () => {
    assert.match(said(rowsOf(REACHED, { owing: 1 }).get('owed')), /by 1 run$/);
    assert.equal(rowsOf(REACHED, { owing: undefined }).has('owed'), false);
  });

  it('leaves a registry without replicas marked', () => {
    const none: RegistryReport = {
      ...REACHED,
      deployment: { desired: 0, updated: 0, available: 0, rollout: 'none' },
    };
    assert.equal(rowsOf(none).get('deployment')?.mood, 'warning');
  });
});

describe('a registry that was not looked at, or could not be used', () => {
  it('says so, and checks on a click', () => {
    const rows = rowsOf({ state: { kind: 'unchecked' }, tried: [] });
    assert.deepEqual([...rows.keys()], ['state']);
    assert.equal(rows.get('state')?.label, 'Not checked yet');
    assert.equal(rows.get('state')?.command?.id, COMMANDS.checkRegistry);
  });

  it('shows while it is checked what was known before, and nothing unknown', () => {
    const first = rowsOf({ state: { kind: 'checking' }, tried: [] });
    assert.deepEqual([...first.keys()], ['state']);
    const again = rowsOf({ ...REACHED, state: { kind: 'checking' } });
    assert.deepEqual([...again.keys()], ['state', 'route', 'deployment', 'cache']);
  });

  it('shows what happened, what was tried, and what to do', () => {
    const url = addressOf('svc:5000') ?? assert.fail('no address');
    const attempt = { scheme: 'https', verified: true } as const;
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND svc'), { code: 'ENOTFOUND' });
    const failure = new RegistryUnreachableError([{ url: `https://${url.hostname}:5000/`, attempt, cause }]);
    const tried: TriedAddress[] = [
      { source: 'streamRepository', outcome: 'unreachable', address: 'svc:5000', why: failure.why },
      { source: 'route', outcome: 'noAddress', address: 'the routes', why: 'none leads to the service' },
      { source: 'tunnel', outcome: 'noAddress', address: 'a tunnel', why: 'forbidden' },
    ];
    const error = new RegistryNotFoundError(failure, tried);
    const [why = ''] = error.message.split('\n');
    const lines = error.advice.map(inEnglish);
    const problem = {
      what: 'The registry can’t be pruned',
      why,
      lines,
      command: null,
      steps: ['openRegistry', 'openLog'],
    } as const;
    const report: RegistryReport = {
      state: { kind: 'problem', address: 'svc:5000', message: why },
      tried: tried.map((each) => ({ address: inEnglish(each.address), why: inEnglish(each.why) })),
      problem,
      route: null,
    };
    const row = rowsOf(report).get('problem');
    assert.match(said(row), /^error \| The registry can’t be pruned \| error communicating with registry/);
    assert.match(row?.tooltip ?? '', /\nAny of these makes a way to it:\n/);
    assert.doesNotMatch(row?.tooltip ?? '', /--registry-url/);
    const children = row?.children ?? [];
    assert.deepEqual(
      children.slice(0, 3).map(said),
      tried.map((each) => `circle-slash | ${inEnglish(each.address)} | ${inEnglish(each.why)}`),
    );
    const commands = children.map(({ command }) => command?.id);
    assert.ok(commands.includes(COMMANDS.exposeRegistry));
    assert.ok(commands.includes(COMMANDS.openSettings));
    assert.deepEqual(commands.slice(-2), [COMMANDS.checkRegistry, COMMANDS.openLog]);
    assert.equal(new Set(children.map(({ id }) => id)).size, children.length, 'ids are distinct');
    assert.equal(
      children.filter(({ label, description }) => label.includes('svc:5000') || description === 'forbidden')
        .length,
      2,
      'what was tried is not told twice',
    );
    assert.equal(rowsOf(report).get('route')?.kind, 'noRoute');
  });
});

describe('advice', () => {
  it('that is a command is copied whole', () => {
    const line =
      'It may be overloaded: try again, and see its log: oc logs deployment/image-registry -n openshift-image-registry';
    const row = adviceRow(line, 'a');
    assert.equal(row.label, 'oc logs deployment/image-registry -n openshift-image-registry');
    assert.ok(row.tooltip?.startsWith(line));
    const alone = adviceRow(
      "oc get configmap registry-ca -n x -o jsonpath='{.data.ca\\.crt}' > registry-ca.crt",
      'b',
    );
    assert.equal(alone.command?.id, COMMANDS.copyRegistryAddress);
  });

  it('that names an option of the command line opens the setting', () => {
    const row = adviceRow('Give the authority that signed it with --certificate-authority.', 'a');
    assert.equal(row.label, 'Give the authority that signed it with imageHygiene.certificateAuthority.');
    assert.deepEqual(row.command, {
      id: COMMANDS.openSettings,
      arguments: ['imageHygiene.certificateAuthority'],
    });
    assert.equal(adviceRow('Log in with oc login.', 'b').command, undefined);
  });

  it('names no option that is none of the settings', () => {
    assert.equal(
      inSettings('--registry-urls --force-insecure'),
      '--registry-urls imageHygiene.forceInsecure',
    );
  });

  it('for any problem ends with what always helps', () => {
    const steps = stepRows({
      what: 'The cluster can’t be reached',
      why: 'no route to host\nCheck the network',
      lines: [],
      command: null,
      steps: ['runAgain', 'chooseContext', 'openLog'],
    });
    assert.deepEqual(
      steps.map(({ label }) => label),
      ['Check the network', 'Check again', 'Choose another context…', 'Open the log'],
    );
    assert.deepEqual(triedRows([]), []);
  });
});

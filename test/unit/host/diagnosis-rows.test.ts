import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMANDS } from '../../../src/host/manifest.ts';
import { diagnosisRows } from '../../../src/host/registry/diagnosis-rows.ts';
import type { RegistryReport } from '../../../src/host/registry/registry-check.ts';
import { findingInError } from '../../../src/registry/diagnosis/finding-in-error.ts';
import { judged } from '../../../src/registry/diagnosis/judge.ts';
import type { RegistryDiagnosis } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { addressOf, changesSomething, fixAction } from '../../../src/shared/diagnosis/fix-action.ts';
import { around, facts } from '../registry/diagnosis-facts.ts';

const UNCHECKED: RegistryReport = { state: { kind: 'unchecked' }, tried: [] };
const REFUSED = new Error(
  'error communicating with registry: Get https://10.0.0.1:5000/: dial tcp 10.0.0.1:5000: connect: connection refused',
);

function diagnosisOf(one: ReturnType<typeof facts>): RegistryDiagnosis {
  return {
    kind: 'registryDiagnosis',
    version: 1,
    at: '2026-11-24T05:00:00Z',
    context: 'admin',
    server: 'https://api:6443',
    unread: [],
    ...judged([one], one, around()),
  };
}

describe('the diagnosis in the Registry view', () => {
  it('is not there while nothing is known', () => {
    assert.deepEqual(diagnosisRows({ kind: 'none', why: 'never' }, UNCHECKED), []);
  });

  it('is what an error comes to, before anything is diagnosed', () => {
    const finding = findingInError(REFUSED);
    assert.ok(finding);
    const [row] = diagnosisRows({ kind: 'none', why: 'never' }, { ...UNCHECKED, finding });
    assert.equal(row?.description, 'The connection was refused');
    assert.equal(row?.command?.id, COMMANDS.diagnoseRegistry);
    const [next] = row?.children ?? [];
    assert.match(next?.description ?? '', /imageHygiene\.registryUrl/);
    assert.doesNotMatch(next?.description ?? '', /--registry-url/);
  });

  it('is what a diagnosis saw, rather', () => {
    const finding = findingInError(REFUSED);
    const { blob, ...rights } = facts().rights ?? {
      blob: null,
      token: { state: 'absent', ms: 1 },
      link: null,
      signIn: 200,
    };
    assert.ok(blob);
    const forbidden = facts({
      rights: { ...rights, blob: { ...blob, status: 401 }, link: null, signIn: 200 },
    });
    const state = { kind: 'done', id: '1', stale: false, diagnosis: diagnosisOf(forbidden) } as const;
    const [row] = diagnosisRows(state, finding ? { ...UNCHECKED, finding } : UNCHECKED);
    assert.equal(row?.description, 'This user may not prune');
    assert.equal(row?.command?.id, COMMANDS.openDiagnosis);
  });

  it('says that nothing is in the way, and what was not asked', () => {
    const good = diagnosisRows(
      { kind: 'done', id: '1', stale: false, diagnosis: diagnosisOf(facts()) },
      UNCHECKED,
    );
    assert.equal(good[0]?.description, 'nothing is in the way');
    const unasked = diagnosisOf(facts({ rights: null, unasked: true }));
    const [row] = diagnosisRows({ kind: 'done', id: '1', stale: false, diagnosis: unasked }, UNCHECKED);
    assert.equal(row?.description, 'reached; not asked whether it would delete');
  });

  it('knows no finding in an error that is about something else', () => {
    assert.equal(findingInError(new Error('the weather is fine today')), undefined);
  });
});

describe('what the extension does of a fix', () => {
  const fix = (code: Parameters<typeof fixAction>[0]['code'], facts: Record<string, string> = {}) =>
    ({ code, risk: 'none', arguments: facts }) as const;

  it('needs what the fix is about', () => {
    assert.equal(fixAction(fix('useRoute', { address: 'a.example' })), 'setAddress');
    assert.equal(fixAction(fix('useRoute')), null);
    assert.equal(addressOf(fix('useServedName', { nearest: 'b.example', names: 'x' })), 'b.example');
    assert.equal(fixAction(fix('useTunnel', { given: 'true' })), 'useTunnel');
    assert.equal(fixAction(fix('useTunnel', { address: 'registry.svc:5000' })), 'useTunnel');
    assert.equal(fixAction(fix('useTunnel', { itself: 'true' })), null);
    assert.equal(fixAction(fix('grantPruner')), null);
    assert.equal(fixAction(fix('giveAuthority', { fits: 'kubeconfig' })), 'clearAuthority');
    assert.equal(fixAction(fix('giveAuthority')), 'chooseAuthority');
  });

  it('changes nothing from a workspace that isn’t trusted but by looking again and opening settings', () => {
    for (const action of ['retry', 'openAddressSetting', 'openPruneRegistrySetting'] as const)
      assert.equal(changesSomething(action), false);
    for (const action of [
      'useClusterAuthority',
      'setAddress',
      'exposeRoute',
      'grantPruner',
      'forceInsecure',
    ] as const)
      assert.equal(changesSomething(action), true);
  });
});

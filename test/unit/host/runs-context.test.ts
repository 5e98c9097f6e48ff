import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContextSummary } from '../../../src/cluster/kubeconfig/kubeconfig.ts';
import type { ContextState } from '../../../src/host/contexts/contexts.ts';
import { contextOfRun } from '../../../src/host/runs/run-context.ts';

const ORIGIN = { context: 'lab', server: 'https://api.lab:6443', user: 'admin' };

function summary(name: string, server: string | undefined, current = false): ContextSummary {
  return { name, cluster: name, user: 'admin', current, file: '/kubeconfig', ...(server ? { server } : {}) };
}

function ready(context: string, server: string, contexts: readonly ContextSummary[] = []): ContextState {
  const cluster = { name: context, server, insecureSkipTlsVerify: false };
  const target = { context, namespace: 'default', cluster, user: { name: 'admin' }, files: [] };
  return { kind: 'ready', target, contexts, namespace: null, generation: 1 };
}

describe('the context of a run', () => {
  it('is the present one where name and server are the same', () => {
    const state = ready('lab', ORIGIN.server);
    assert.deepEqual(contextOfRun(ORIGIN, state), { kind: 'present', context: state });
  });

  it('can be switched to where the kubeconfig has it', () => {
    const lab = summary('lab', 'https://api.lab:6443/', true);
    const state = ready('prod', 'https://api.prod:6443', [lab, summary('prod', 'https://api.prod:6443')]);
    assert.deepEqual(contextOfRun(ORIGIN, state), {
      kind: 'other',
      name: 'lab',
      present: 'prod',
      current: true,
    });
    const broken: ContextState = { kind: 'broken', error: new Error('odd'), contexts: [lab] };
    assert.equal(contextOfRun(ORIGIN, broken).kind, 'other');
  });

  it('is not the one of its name that leads elsewhere by now', () => {
    const contexts = [summary('lab', 'https://api.new-lab:6443')];
    for (const state of [
      ready('lab', 'https://api.new-lab:6443', contexts),
      ready('prod', 'https://api.prod:6443', contexts),
    ]) {
      assert.deepEqual(contextOfRun(ORIGIN, state), {
        kind: 'missing',
        name: 'lab',
        server: ORIGIN.server,
        leadsTo: 'https://api.new-lab:6443',
      });
    }
  });

  it('may be missing, or never have been told', () => {
    assert.equal(contextOfRun(ORIGIN, ready('prod', 'https://api.prod:6443')).kind, 'missing');
    assert.equal(contextOfRun(ORIGIN, { kind: 'loading' }).kind, 'missing');
    const nameless = [summary('lab', undefined)];
    assert.equal(contextOfRun(ORIGIN, { kind: 'none', message: '', contexts: nameless }).kind, 'missing');
    assert.equal(contextOfRun(null, ready('lab', ORIGIN.server)).kind, 'unknown');
  });
});

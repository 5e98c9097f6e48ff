import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContextState } from '../../../src/host/contexts/contexts.ts';
import type { HeldPlan } from '../../../src/host/dry-run/dry-runs.ts';
import { contextLine, dryRunLine } from '../../../src/host/status-line.ts';
import type { ListProgress, RunProgress } from '../../../src/shared/dry-run/view.ts';

const ready = (context: string, namespace: string | null): ContextState =>
  ({
    kind: 'ready',
    namespace,
    generation: 1,
    contexts: [],
    target: { context, cluster: { server: 'https://api.ocp:6443' }, user: { name: 'kube-admin' } },
  }) as unknown as ContextState;

const list = (state: ListProgress['state']): ListProgress => ({
  resource: 'images',
  state,
  items: 0,
  total: null,
  wireBytes: 0,
});

const progress: RunProgress = {
  since: '2026-05-04T12:00:00Z',
  lists: [list('done'), list('missing'), list('listing'), list('waiting')],
  deciding: false,
  cancelling: false,
};

const plan = (complete: boolean, differing: object = {}): HeldPlan =>
  ({
    summary: {
      bytes: { freed: 13_314_398_618 },
      counts: { images: 214, tagItems: 611 },
      options: { namespace: null },
      complete,
      ...differing,
    },
  }) as unknown as HeldPlan;

describe('the status bar', () => {
  const here = ready('ocp-lab', null);

  it('names context and scope once they are known', () => {
    assert.equal(contextLine({ kind: 'loading' }), undefined);
    assert.equal(contextLine(ready('ocp-lab', null))?.text, '$(server-environment) ocp-lab · all namespaces');
    assert.equal(contextLine(ready('ocp-lab', 'shop'))?.text, '$(server-environment) ocp-lab · shop');
    assert.match(contextLine(ready('ocp-lab', 'shop'))?.tooltip ?? '', /api\.ocp:6443 as kube-admin/);
    assert.match(
      contextLine(ready('$(flame)', null))?.text ?? '',
      /^\$\(server-environment\) \$ \(flame\) ·/,
    );
  });

  it('warns only of trouble', () => {
    const none = contextLine({ kind: 'none', message: 'There is no kubeconfig.', contexts: [] });
    assert.equal(none?.trouble, false);
    const broken = contextLine({ kind: 'broken', error: new Error('bad YAML'), contexts: [] });
    assert.equal(broken?.trouble, true);
    assert.match(broken?.tooltip ?? '', /bad YAML/);
    const options = { prune: {}, registry: {} } as never;
    const failed = dryRunLine({ kind: 'failed', options, error: new Error('x') }, progress, plan(true), here);
    assert.deepEqual([failed?.text, failed?.trouble], ['$(warning) Dry run failed', true]);
  });

  it('says how far a dry run is', () => {
    const options = { prune: {}, registry: {} } as never;
    const running = { kind: 'running', options, context: undefined } as const;
    const text = (more: Partial<RunProgress>) =>
      dryRunLine(running, { ...progress, ...more }, undefined, here)?.text;
    assert.equal(text({}), '$(sync~spin) Dry run: 2 of 4 lists');
    assert.equal(text({ deciding: true }), '$(sync~spin) Dry run: deciding');
    assert.equal(text({ deciding: true, cancelling: true }), '$(sync~spin) Dry run: cancelling');
  });

  it('says what a dry run came to, and whether it saw everything', () => {
    const none = { kind: 'none', why: 'never' } as const;
    const nowhere = { kind: 'loading' } as const;
    assert.equal(dryRunLine(none, progress, undefined, nowhere), undefined);
    assert.equal(dryRunLine(none, progress, undefined, here)?.text, '$(play) Dry run');
    const complete = dryRunLine(none, progress, plan(true), here);
    assert.equal(complete?.text, '$(trash) 12.4 GiB can go');
    assert.equal(complete?.spoken, 'Image Hygiene: 12.4 GiB can go, open the dry run');
    assert.match(complete?.tooltip ?? '', new RegExp(`${(13_314_398_618).toLocaleString()} bytes`));
    const text = (differing: object) => dryRunLine(none, progress, plan(true, differing), here)?.text;
    const options = { namespace: 'shop' };
    assert.equal(text({ options }), '$(trash) 12.4 GiB can go in shop');
    assert.equal(text({ options, bytes: { freed: 0 } }), '$(trash) 611 tag revisions can go in shop');
    const counts = { images: 0, tagItems: 0 };
    assert.equal(text({ counts, bytes: { freed: 0 } }), '$(trash) Nothing can go');
    const incomplete = dryRunLine(none, progress, plan(false), here);
    assert.equal(incomplete?.text, '$(info) 12.4 GiB can go, incomplete');
    assert.match(incomplete?.tooltip ?? '', /more may be in use/);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { carryOutWithProgress } from '../../src/host/commands/prune.ts';
import { offerRollout } from '../../src/host/commands/rollout.ts';
import { DryRunPageHost } from '../../src/host/dry-run/page-host.ts';
import type { Services } from '../../src/host/services.ts';
import { eventually, type OwnScene, startOwnScene } from './registry-scene.ts';

describe('the rollout after a prune', () => {
  let own: OwnScene;
  let services: Services;
  before(async () => {
    own = await startOwnScene();
    ({ services } = own);
  });
  after(async () => {
    await setting(undefined);
    await own?.close();
  });

  const setting = async (value: string | undefined) => {
    const configuration = vscode.workspace.getConfiguration('imageHygiene');
    await configuration.update('rolloutAfterPrune', value, vscode.ConfigurationTarget.Workspace);
  };
  /** Prunes down to so many revisions of each tag: there is something to prune each time. */
  const pruneTo = async (keepTagRevisions: number) => {
    const { dryRuns, pruning } = services;
    pruning.acknowledge();
    const held = dryRuns.plan;
    const planned = eventually(
      dryRuns.onDidChange,
      () => dryRuns.plan !== undefined && dryRuns.plan !== held,
    );
    const registry = { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 };
    await dryRuns.run({ prune: { keepTagRevisions }, registry });
    await planned;
    const { plan } = dryRuns;
    assert.ok(plan && plan.summary.counts.blobs > 0, `nothing goes with ${keepTagRevisions} revisions`);
    const ended = carryOutWithProgress({ ...services, isDryRunVisible: () => false }, plan);
    await eventually(pruning.onDidChange, () => pruning.state.kind === 'pruned');
    return { ended };
  };
  const rollout = () => {
    const { state } = services.pruning;
    assert.ok(state.kind === 'pruned', state.kind);
    assert.equal(state.report.state, 'done');
    return state.rollout.kind;
  };
  const restarts = () =>
    own.scene.cluster.requests.filter(
      ({ method, path }) => method === 'PATCH' && path.includes('/deployments/image-registry'),
    ).length;

  it('is made at once by "always"', async function () {
    this.timeout(60_000);
    await setting('always');
    await (await pruneTo(3)).ended;
    assert.equal(rollout(), 'done');
    assert.equal(restarts(), 1);
  });

  it('is never made by "never": the run owes it', async function () {
    this.timeout(60_000);
    await setting('never');
    await (await pruneTo(2)).ended;
    assert.equal(rollout(), 'owed');
    assert.equal(restarts(), 1);
  });

  it('is of the cluster that was pruned, and no other one is shown with its report', async function () {
    this.timeout(60_000);
    const { contexts, pruning } = services;
    const page = new DryRunPageHost(services);
    try {
      const { state } = pruning;
      assert.ok(state.kind === 'pruned' && state.plan, state.kind);
      await contexts.chooseContext('nobody');
      const elsewhere = await page.view();
      assert.equal(elsewhere.cluster?.context, 'nobody');
      assert.deepEqual(elsewhere.state, { kind: 'empty', why: 'contextChanged' });
      await setting('always');
      // Nobody may not: it is admin who rolls out.
      await offerRollout(services, state.plan.context);
      assert.equal(rollout(), 'done');
      assert.equal(restarts(), 2);
      await contexts.chooseContext('admin');
      const back = await page.view();
      assert.equal(back.cluster?.context, 'admin');
      assert.equal(back.state.kind, 'pruned');
    } finally {
      page.dispose();
    }
  });

  it('waits for an answer by "ask"', async function () {
    this.timeout(60_000);
    await setting(undefined);
    // Nobody answers here, so that this has no end.
    void (await pruneTo(1)).ended;
    assert.equal(rollout(), 'owed');
    assert.equal(restarts(), 2);
  });
});

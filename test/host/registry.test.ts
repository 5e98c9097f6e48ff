import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/manifest.ts';
import { exposeAndCheck, exposeQuestion } from '../../src/host/registry/registry-commands.ts';
import { RegistryTree } from '../../src/host/registry/registry-tree.ts';
import type { RegistryRow } from '../../src/host/registry/row.ts';
import type { Services } from '../../src/host/services.ts';
import { roleBinding } from '../cluster/seeds/roles.ts';
import type { Scene } from '../scene.ts';
import { eventually, type OwnScene, planOf, startOwnScene } from './registry-scene.ts';

describe('the Registry view', () => {
  let own: OwnScene;
  let scene: Scene;
  let services: Services;
  let tree: RegistryTree;

  before(async () => {
    own = await startOwnScene();
    ({ scene, services } = own);
    tree = new RegistryTree(services);
  });
  after(async () => {
    tree?.dispose();
    await own?.close();
  });

  const row = async (id: string): Promise<RegistryRow | undefined> =>
    (await tree.getChildren()).find((each) => each.id === id);
  const deletions = () => scene.registry.requests.filter(({ method }) => method === 'DELETE');

  it('says at first that nothing was checked', async () => {
    const [only, ...others] = await tree.getChildren();
    assert.deepEqual(others, []);
    assert.equal(only?.label, 'Not checked yet');
    assert.equal(tree.getTreeItem(only).command?.command, COMMANDS.checkRegistry);
  });

  it('sends no credential to a registry that nobody asked about, and still says who may prune', async () => {
    scene.registry.requests.length = 0;
    const { state, right } = await services.registry.check({ glance: true });
    assert.ok(state.kind === 'reached', JSON.stringify(state));
    assert.equal(state.address, scene.registry.host);
    assert.deepEqual(right, { may: true, saidBy: 'cluster' });
    assert.ok(scene.registry.requests.length > 0);
    assert.deepEqual(deletions(), []);
  });

  it('asks the registry itself once its address was shown', async () => {
    await vscode.commands.executeCommand(COMMANDS.checkRegistry);
    assert.deepEqual(services.registry.report.right, { may: true, saidBy: 'registry' });
    assert.equal(deletions().length, 1);
    const right = await row('right');
    assert.equal(right?.label, 'May prune');
    assert.equal(right?.description, 'admin · says the registry');
  });

  it('shows each row with icon, words and actions', async () => {
    const items = (await tree.getChildren()).map((each) => tree.getTreeItem(each));
    assert.deepEqual(
      items.map(({ id }) => id),
      ['address', 'reached', 'tls', 'right', 'route', 'deployment', 'cache'],
    );
    for (const item of items) {
      assert.ok(item.iconPath instanceof vscode.ThemeIcon, item.id);
      assert.ok(item.label && item.description && item.tooltip, item.id);
    }
    assert.deepEqual(items.map(({ contextValue }) => contextValue).filter(Boolean), [
      'address',
      'noRoute',
      'deployment',
    ]);
  });

  it('copies the address, or what a row holds', async () => {
    await vscode.commands.executeCommand(COMMANDS.copyRegistryAddress);
    assert.equal(await vscode.env.clipboard.readText(), scene.registry.host);
    await vscode.commands.executeCommand(COMMANDS.copyRegistryAddress, await row('address'));
    assert.equal(await vscode.env.clipboard.readText(), scene.registry.host);
    await vscode.commands.executeCommand(COMMANDS.copyRegistryAddress, { copies: 'oc whoami' });
    assert.equal(await vscode.env.clipboard.readText(), 'oc whoami');
  });

  it('asks for an exposure by the exact patch', () => {
    const { message, detail } = exposeQuestion('admin', scene.cluster.url);
    assert.match(message, /admin/);
    assert.ok(detail.includes(scene.cluster.url));
    assert.ok(detail.includes('configs.imageregistry.operator.openshift.io/cluster'));
    assert.ok(detail.includes('PATCH /apis/imageregistry.operator.openshift.io/v1/configs/cluster'));
    assert.ok(detail.includes('{"spec":{"defaultRoute":true}}'));
  });

  it('exposes the registry, and checks again', async () => {
    const host = await exposeAndCheck(services);
    assert.equal(host, 'default-route-openshift-image-registry.apps.cluster.example');
    assert.equal(services.registry.report.route, host);
    const route = await row('route');
    assert.equal(route?.description, host);
    assert.equal(route?.kind, undefined);
  });

  it('says what a prune left owing, and follows the rollout that pays it', async function () {
    this.timeout(60_000);
    const plan = await planOf(services);
    const report = await services.pruning.prune(plan);
    assert.equal(report?.state, 'done', JSON.stringify(services.pruning.state));
    await eventually(tree.onDidChangeTreeData, async () => (await row('owed')) !== undefined);
    assert.equal((await row('owed'))?.description, 'by 1 run');

    const seen = new Set<string | undefined>();
    const watching = tree.onDidChangeTreeData(async () => seen.add((await row('deployment'))?.description));
    await services.pruning.rollOut(await services.connection.context());
    await eventually(tree.onDidChangeTreeData, async () => {
      const deployment = await row('deployment');
      return !(await row('owed')) && /restarted/.test(deployment?.description ?? '');
    });
    watching.dispose();
    assert.ok(
      [...seen].some((said) => said?.startsWith('rolling out: ')),
      [...seen].join('\n'),
    );
  });

  it('says to a developer that they may not prune, and what would help', async () => {
    scene.cluster.seed([roleBinding('shop', 'view', 'developer')]);
    await services.contexts.chooseContext('developer');
    const everywhere = await services.registry.check({ glance: true });
    assert.equal(
      everywhere.source,
      'streamRepository',
      'the image streams of the user’s own projects name it',
    );
    await services.contexts.chooseNamespace('shop');
    assert.equal(services.registry.report.state.kind, 'unchecked', 'what was known was of another user');
    await services.registry.check({ glance: true });
    const right = await row('right');
    assert.equal(right?.label, 'May not prune');
    assert.deepEqual(
      right?.children?.map(({ label }) => label),
      ['oc adm policy add-cluster-role-to-user system:image-pruner developer'],
    );
    assert.match((await row('deployment'))?.description ?? '', /can’t be seen/);
  });

  it('says what it met where the registry can’t be reached, and what was tried', async function () {
    this.timeout(60_000);
    await services.contexts.chooseContext(undefined);
    await scene.registry.kill('refuse');
    try {
      await services.registry.check();
      const problem = await row('problem');
      assert.equal(problem?.label, 'The registry can’t be pruned');
      const children = problem?.children ?? [];
      assert.ok(children.some(({ label }) => label === scene.registry.host));
      assert.equal(children.at(-1)?.command?.id, COMMANDS.openLog);
      assert.ok(await row('deployment'), 'what the API tells is still there');
    } finally {
      await scene.registry.restart();
    }
    const { state } = await services.registry.check();
    assert.equal(state.kind, 'reached');
  });

  it('lets the later of two checks answer both', async () => {
    const [first, second] = await Promise.all([services.registry.check(), services.registry.check()]);
    assert.equal(first.state.kind, 'reached');
    assert.deepEqual(first, second);
  });

  describe('is empty, so that a welcome text says why,', () => {
    const api = 'image.openshift.io';
    const troubled = async () => {
      const { trouble } = await services.registry.check();
      assert.deepEqual(await tree.getChildren(), []);
      return trouble;
    };

    it('where the user may see no image stream', async () => {
      await services.contexts.chooseContext('nobody');
      assert.equal(await troubled(), 'forbidden');
      await vscode.commands.executeCommand(COMMANDS.copyGrant);
      assert.equal(
        await vscode.env.clipboard.readText(),
        'oc adm policy add-cluster-role-to-user system:image-pruner nobody',
      );
    });

    it('where it is no OpenShift cluster', async () => {
      await services.contexts.chooseContext(undefined);
      scene.cluster.disabledGroups.add(api);
      assert.equal(await troubled(), 'notOpenShift');
      scene.cluster.disabledGroups.delete(api);
    });

    it('where the cluster can’t be reached', async () => {
      const fault = scene.cluster.faults.add({ path: /imagestreams/, action: { kind: 'reset' } });
      assert.equal(await troubled(), 'unreachable');
      fault.remove();
      assert.equal((await services.registry.check()).state.kind, 'reached');
      assert.ok((await tree.getChildren()).length > 0);
    });

    it('where there is no context', async () => {
      process.env.KUBECONFIG = `${scene.folder}/nothing-here`;
      await services.contexts.reload();
      assert.deepEqual(await tree.getChildren(), []);
    });
  });
});

// Runs in a workspace that isn't trusted, and that tries to lead the user's token elsewhere.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, RESTRICTED_SETTINGS } from '../../../src/host/manifest.ts';
import type { Services } from '../../../src/host/services.ts';
import { type OwnScene, planOf, startOwnScene } from '../registry-scene.ts';

describe('in a workspace that is not trusted', () => {
  let own: OwnScene;
  let services: Services;
  /** Where the workspace would have the token sent. */
  let lure: Server;
  let lured = 0;

  before(async () => {
    own = await startOwnScene();
    ({ services } = own);
    lure = createServer((socket) => {
      lured++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => lure.listen(0, '127.0.0.1', resolve));
    await writeSettings({
      kubeconfig: join(own.scene.folder, 'of-the-workspace'),
      registryUrl: `http://127.0.0.1:${(lure.address() as AddressInfo).port}`,
      certificateAuthority: join(own.scene.folder, 'authority-of-the-workspace'),
      forceInsecure: true,
      asServiceAccount: 'default/somebody',
      keepTagRevisions: 1,
    });
  });
  after(async () => {
    lure?.close();
    await own?.close();
  });

  const configuration = () => vscode.workspace.getConfiguration('imageHygiene');
  /** Writes the workspace's settings, and waits until the editor has them: the last one isn't restricted. */
  const writeSettings = async (settings: Readonly<Record<string, unknown>>) => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open');
    const read = new Promise<void>((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration(() => {
        if (configuration().get('keepTagRevisions') !== settings.keepTagRevisions) return;
        subscription.dispose();
        resolve();
      });
    });
    const named = Object.entries(settings).map(([name, value]) => [`imageHygiene.${name}`, value]);
    await mkdir(join(folder, '.vscode'), { recursive: true });
    await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify(Object.fromEntries(named)));
    await read;
  };
  it('its settings hold, but for those that could lead a token elsewhere', () => {
    assert.equal(vscode.workspace.isTrusted, false);
    assert.equal(configuration().get('keepTagRevisions'), 1);
    for (const name of RESTRICTED_SETTINGS) {
      const { defaultValue } = configuration().inspect(name) ?? {};
      assert.equal(configuration().get(name), defaultValue, name);
    }
  });

  it('the registry is the cluster’s own, and verified', async () => {
    const context = await services.contexts.ready();
    assert.ok(context.kind === 'ready', JSON.stringify(context));
    const { state, source, authority } = await services.registry.check();
    assert.ok(state.kind === 'reached', JSON.stringify(state));
    assert.equal(state.address, own.scene.registry.host);
    assert.deepEqual([state.tls, source, authority], ['verified', 'streamRepository', 'kubeconfig']);
    assert.equal(lured, 0, 'something spoke to the address of the workspace');
  });

  it('a dry run is made by the settings that hold', async () => {
    const plan = await planOf(services);
    assert.equal(plan.summary.options.keepTagRevisions, 1);
    assert.deepEqual(plan.options.registry, {
      registryUrl: null,
      certificateAuthority: null,
      forceInsecure: false,
      numWorkers: 5,
    });
    assert.ok(plan.summary.counts.images > 0);
  });

  it('nothing is deleted, and nothing of the cluster is changed', async () => {
    const stored = await own.scene.registry.storeBytes();
    const tag = { kind: 'tag', namespace: 'shop', stream: 'web', tag: 'latest' };
    // Each of them says why not, by a message that nobody closes here.
    void vscode.commands.executeCommand(COMMANDS.prune);
    void vscode.commands.executeCommand(COMMANDS.deleteTag, tag);
    void vscode.commands.executeCommand(COMMANDS.exposeRegistry);
    void vscode.commands.executeCommand(COMMANDS.rollOut);
    // They were called before these, which take many requests.
    await services.registry.check();
    await planOf(services);
    const changes = own.scene.cluster.requests.filter(({ method }) => /^(PUT|PATCH|DELETE)$/.test(method));
    assert.deepEqual(changes, []);
    assert.equal(await own.scene.registry.storeBytes(), stored);
    assert.equal(lured, 0);
  });
});

import assert from 'node:assert/strict';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openSession } from '../../src/cluster/session/open-session.ts';
import type { ReadyContext } from '../../src/host/contexts/contexts.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import { restoreWithProgress } from '../../src/host/runs/restore-run.ts';
import { resumeWithProgress } from '../../src/host/runs/resume-run.ts';
import { contextOfRun } from '../../src/host/runs/run-context.ts';
import { RUN_SCHEME, RunDocuments, uriOf } from '../../src/host/runs/run-documents.ts';
import type { RunFacts } from '../../src/host/runs/run-facts.ts';
import type { RunNode } from '../../src/host/runs/run-nodes.ts';
import { Runs } from '../../src/host/runs/runs.ts';
import { RunsTree } from '../../src/host/runs/runs-tree.ts';
import type { Services } from '../../src/host/services.ts';
import type { Scene } from '../scene.ts';
import { eventually, type OwnScene, planOf, startOwnScene } from './registry-scene.ts';

describe('the Runs view', () => {
  let own: OwnScene;
  let scene: Scene;
  let services: Services;
  let runs: Runs;
  let tree: RunsTree;

  before(async () => {
    own = await startOwnScene();
    ({ scene, services } = own);
    runs = new Runs(services);
    tree = new RunsTree(runs, services);
  });
  after(async () => {
    tree?.dispose();
    runs?.dispose();
    await own?.close();
  });

  const factsOf = (node: RunNode | undefined): RunFacts =>
    node?.kind === 'run' ? node.facts : assert.fail(`no run: ${JSON.stringify(node)}`);
  const newest = async () => (await tree.getChildren())[0];
  const present = async () => {
    const context = await services.contexts.ready();
    return context.kind === 'ready' ? context : assert.fail(context.kind);
  };
  const reportText = async (id: string) => (await vscode.workspace.openTextDocument(uriOf(id))).getText();

  it('is empty where no prune was confirmed, so that the welcome text is seen', async () => {
    assert.deepEqual(await tree.getChildren(), []);
  });

  it('shows a run that failed in parts, with what can be done about it', async function () {
    this.timeout(60_000);
    scene.registry.faults.push({
      method: 'DELETE',
      path: /^\/v2\/shop\/web\/manifests\//,
      effect: 'status',
      status: 403,
    });
    const report = await services.pruning.prune(await planOf(services));
    assert.equal(report?.state, 'failed', JSON.stringify(services.pruning.state));
    await eventually(tree.onDidChangeTreeData, async () => (await newest()) !== undefined);
    const node = await newest();
    assert.equal(factsOf(node).id, report.run);
    const item = tree.getTreeItem(node ?? assert.fail());
    assert.equal(item.id, report.run);
    assert.match(String(item.label), /^just now$| ago$/);
    assert.match(String(item.description), /^failed in parts, rollout owed · admin · \d of 4 images · /);
    assert.equal(item.contextValue, 'run resumable restorable owing');
    assert.deepEqual(item.command?.arguments, [report.run]);
  });

  it('opens its report as a read-only document in the Markdown preview', async () => {
    const { id } = factsOf(await newest());
    await vscode.commands.executeCommand(COMMANDS.openRunReport, id);
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await eventually(vscode.window.tabGroups.onDidChangeTabs, () =>
      tabs().some(({ input }) => input instanceof vscode.TabInputWebview && /markdown/.test(input.viewType)),
    );
    const document = await vscode.workspace.openTextDocument(uriOf(id));
    assert.equal(document.languageId, 'markdown');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(RUN_SCHEME), undefined);
    assert.match(document.getText(), /^# Prune of admin: failed in parts, rollout owed$/m);
    assert.match(document.getText(), /403 Forbidden/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('opens nothing that is no run', async () => {
    const text = await reportText('20200101T000000Z-0000');
    assert.match(text, /^# This run can’t be shown$/m);
    const outside = vscode.Uri.from({ scheme: RUN_SCHEME, path: '/x.md', query: '../../etc' });
    assert.match((await vscode.workspace.openTextDocument(outside)).getText(), /not the name of a run/);
  });

  it('goes on with the run in its own context, and the view follows', async function () {
    this.timeout(60_000);
    scene.registry.faults.length = 0;
    const facts = factsOf(await newest());
    const { origin } = facts;
    await services.contexts.chooseContext('developer');
    const elsewhere = contextOfRun(origin, services.contexts.state);
    assert.ok(elsewhere.kind === 'other', elsewhere.kind);
    assert.equal(elsewhere.name, 'admin');
    await services.contexts.chooseContext(elsewhere.current ? undefined : elsewhere.name);
    assert.equal(contextOfRun(origin, services.contexts.state).kind, 'present');

    const done = await resumeWithProgress(services, facts, await present());
    assert.equal(done?.state, 'done', JSON.stringify(services.pruning.state));
    await eventually(tree.onDidChangeTreeData, async () => factsOf(await newest()).state === 'done');
    assert.deepEqual(factsOf(await newest()).done, done.done);
    await eventually(vscode.workspace.onDidChangeTextDocument, async () =>
      /^# Prune of admin: done, rollout owed$/m.test(await reportText(facts.id)),
    );
  });

  it('owes nothing any more after the rollout', async () => {
    await services.pruning.rollOut(await services.connection.context());
    await eventually(tree.onDidChangeTreeData, async () => !factsOf(await newest()).rolloutOwed);
    const item = tree.getTreeItem((await newest()) ?? assert.fail());
    assert.equal(item.contextValue, 'run restorable');
  });

  it('notices a run of another process, and what becomes of it', async () => {
    const { id, folder } = factsOf(await newest());
    const other = id.replace(/^\d{4}/, '2099');
    // A run comes whole, by one change of name.
    const aside = join(scene.folder, 'aside');
    await cp(folder, aside, { recursive: true });
    const order = join(aside, 'plan.jsonl');
    await writeFile(order, (await readFile(order, 'utf8')).replaceAll(id, other));
    const appeared = eventually(tree.onDidChangeTreeData, async () => factsOf(await newest()).id === other);
    await rename(aside, join(services.pruning.runs, other));
    await appeared;

    const log = join(services.pruning.runs, other, 'log.jsonl');
    const interrupted = eventually(
      tree.onDidChangeTreeData,
      async () => factsOf(await newest()).state === 'interrupted',
    );
    await writeFile(log, (await readFile(log, 'utf8')).replace(/^.*"event":"ended".*$\n/gm, ''));
    await interrupted;

    const gone = eventually(tree.onDidChangeTreeData, async () => factsOf(await newest()).id === id);
    await rm(join(services.pruning.runs, other), { recursive: true });
    await gone;
  });

  it('cancels a run that goes on, which can be gone on with again', async function () {
    this.timeout(60_000);
    await own.close();
    own = await startOwnScene({ more: { streams: 10, revisions: 8 } });
    ({ scene, services } = own);
    scene.registry.faults.push({ method: 'DELETE', effect: 'latency', milliseconds: 20 });
    const pruning = services.pruning.prune(await planOf(services));
    await eventually(services.pruning.onDidProgress, () => {
      const { state } = services.pruning;
      return state.kind === 'pruning' && state.progress.done.tagItems > 0;
    });
    services.pruning.cancel();
    const report = await pruning;
    assert.equal(report?.state, 'cancelled', JSON.stringify(services.pruning.state));
    scene.registry.faults.length = 0;
    const facts = factsOf(await newest());
    assert.equal(facts.id, report.run);
    assert.deepEqual([facts.state, facts.resumable], ['cancelled', true]);
    const resumed = await resumeWithProgress(services, facts, await present());
    assert.equal(resumed?.state, 'done', JSON.stringify(services.pruning.state));
    assert.equal(resumed.done.images, resumed.planned.images);
  });

  it('puts API objects back, and tells of it in the report', async function () {
    this.timeout(60_000);
    await own.close();
    own = await startOwnScene();
    ({ scene, services } = own);
    const settings = vscode.workspace.getConfiguration('imageHygiene');
    await settings.update('pruneRegistry', false, vscode.ConfigurationTarget.Global);
    const documents = new RunDocuments(runs, services);
    try {
      const report = await services.pruning.prune(await planOf(services));
      assert.equal(report?.state, 'done', JSON.stringify(services.pruning.state));
      assert.equal(report.done.images, 4);
      const facts = factsOf(await newest());
      const digest = scene.pushed.get('orphan')?.digest ?? assert.fail();
      const image = () => scene.cluster.object('images', 'image.openshift.io', undefined, digest);
      assert.equal(image(), undefined);
      // Classes of errors are told apart: the session must be of this bundle, as is what puts things back.
      const open = ({ target }: ReadyContext) => openSession(target, { version: 'test', env: {} });
      const parts = { log: services.log, connection: { open } };
      const restored = await restoreWithProgress(parts, facts, await present());
      assert.deepEqual([restored.images, restored.impossible], [4, []]);
      assert.ok(image(), 'the image is there again');
      documents.restored(restored);
      const text = await documents.provideTextDocumentContent(uriOf(facts.id));
      assert.match(text, /## Put back\n\n- Image objects: 4\n- Tag revisions: 3 \(image streams: 2\)/);
      assert.match(text, /^- Registry: left alone$/m);
      const after = factsOf(await newest());
      assert.deepEqual([after.restored, after.resumable], [true, false]);
    } finally {
      documents.dispose();
      await settings.update('pruneRegistry', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

// The packaged extension in a real editor, used as a person would, against a cluster with a registry.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../cluster/client.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import type { Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';

describe('the extension, from its package', { timeout: 300_000 }, () => {
  let demo: Demo;
  let opened: OpenedExtension;
  let workbench: Workbench;

  before(async () => {
    demo = await startDemo();
    opened = await openExtension(demo);
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await demo?.close();
  });

  /** How many rows the filter left, in words. */
  let filtered: string | null;

  it('shows image streams down to a revision', async () => {
    await workbench.openView('Image Hygiene');
    const tree = workbench.tree('Image Streams');
    await workbench.expand(workbench.treeItem(/^Namespace shop\b/, tree));
    await workbench.expand(workbench.treeItem(/^Image stream storefront\b/, tree));
    await workbench.expand(workbench.treeItem(/^Tag latest\b/, tree));
    await workbench.treeItem(/^Revision 0\b/, tree).waitFor();
    await opened.look('1-streams');
  });

  it('makes a dry run with one click and shows what can go', async () => {
    await workbench.runCommand('Image Hygiene: Dry Run');
    const page = workbench.webview();
    await page.getByText('Where the bytes are').waitFor();
    await page.getByText(/^\d+ of \d+ rows$/).waitFor();
    await opened.look('2-dry-run');
  });

  const search = () => workbench.webview().getByRole('textbox', { name: 'Search tags, digests and users' });

  it('filters the table', async () => {
    const rows = workbench.webview().getByText(/^\d+ of \d+ rows$/);
    const before = await rows.textContent();
    await search().fill('storefront');
    await until(
      () => rows.textContent(),
      (text) => text !== before,
    );
    filtered = await rows.textContent();
    await opened.look('3-filtered');
  });

  it('comes back with its result and its filter when the window is loaded again', async () => {
    await workbench.reload();
    await workbench
      .webview()
      .getByText(filtered ?? '?')
      .waitFor();
    assert.equal(await search().inputValue(), 'storefront');
  });

  it('leads from a row to the tree, to the object and to the clipboard', async () => {
    const page = workbench.webview();
    const row = page.getByRole('row', { name: /shop\/storefront:latest/ }).first();
    await row.click();
    const digest = (await page.locator('.digest').textContent()) ?? '';
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    await page.getByRole('button', { name: 'Copy digest' }).click();
    await until(
      () => workbench.clipboard(),
      (text) => text === digest,
    );
    await page.getByRole('button', { name: 'Reveal in tree' }).click();
    const revealed = workbench.tree('Image Streams').locator('[role=treeitem][aria-selected=true]');
    await revealed.filter({ hasText: digest.slice('sha256:'.length).slice(0, 12) }).waitFor();
    await opened.look('4-revealed');
    await page.getByRole('button', { name: 'Open as YAML' }).click();
    const tab = workbench.page.getByRole('tab', { name: /\.yaml/, selected: true });
    await tab.waitFor();
    await workbench.page.locator('.view-lines').getByText('kind: Image').waitFor();
    await workbench.runCommand('View: Close Editor');
    await tab.waitFor({ state: 'detached' });
    await search().fill('');
  });

  it('marks the tree with verdicts, and explains a tag', async () => {
    const tree = workbench.tree('Image Streams');
    const item = workbench.treeItem(/goes/, tree).first();
    await item.waitFor();
    await opened.look('5-verdicts');
    const tag = workbench.treeItem(/^Tag latest\b/, tree).first();
    await workbench.chooseFromMenu(tag, 'Explain Image…');
    await workbench
      .webview()
      .getByText(/position \d+ out of \d+/)
      .first()
      .waitFor();
    await opened.look('6-explained');
  });

  it('asks before it prunes, naming cluster and registry, and shows the report', async () => {
    await workbench.runCommand('Image Hygiene: Open Dry Run');
    await workbench.webview().getByText('Where the bytes are').waitFor();
    await workbench.webview().getByRole('button', { name: 'Prune…' }).click();
    const modal = workbench.modal('Prune images of admin?');
    await modal.waitFor();
    const text = (await modal.textContent()) ?? '';
    assert.match(text, new RegExp(`Cluster: ${demo.cluster.url}`));
    assert.match(text, new RegExp(`Registry: ${demo.registry.host}, certificate verified`));
    assert.match(text, /From the registry: \d+ blobs, \d+ layer links, \d+ manifest links/);
    assert.match(text, /can’t be restored/);
    await opened.look('7-question');
    const stored = await demo.registry.storeBytes();
    await modal.getByRole('button', { name: 'Prune', exact: true }).click();
    await workbench.webview().getByText('Next: roll out the registry.').waitFor();
    assert.ok((await demo.registry.storeBytes()) < stored);
    await opened.look('8-report');
  });

  it('rolls the registry out', async () => {
    const restarts = demo.registry.requests.length;
    await workbench.webview().getByRole('button', { name: 'Roll out the registry' }).click();
    await workbench
      .webview()
      .getByText(/rolled out/i)
      .first()
      .waitFor();
    assert.ok(demo.registry.requests.length >= restarts);
    await opened.look('9-rolled-out');
  });

  it('asks before a rollout that nothing has led to', async () => {
    const changes = () => demo.cluster.requests.filter(({ method }) => method === 'PATCH').length;
    const before = changes();
    await workbench.runCommand('Image Hygiene: Roll Out the Registry');
    const modal = workbench.modal('Roll out the registry of admin?');
    await modal.waitFor();
    assert.match((await modal.textContent()) ?? '', /deployment\/image-registry/);
    await workbench.screenshot('9-rollout-question');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await modal.waitFor({ state: 'hidden' });
    assert.equal(changes(), before);
  });

  it('shows the run among the runs, and the registry as reached', async () => {
    const runs = workbench.tree('Runs');
    await workbench.treeItem(/done/, runs).first().waitFor();
    const registry = workbench.tree('Registry');
    await workbench
      .treeItem(/verified/, registry)
      .first()
      .waitFor();
    await opened.look('10-registry-and-runs');
  });

  it('has logged what was asked of whom, and no secret', async () => {
    const logs = opened.editor.logs();
    assert.match(logs, new RegExp(`context admin, server ${demo.cluster.url}`));
    assert.match(logs, /dry run of admin/);
    for (const { token } of Object.values(USERS)) assert.ok(!logs.includes(token), 'a token is in the log');
  });
});

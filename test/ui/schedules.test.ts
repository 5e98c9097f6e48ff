// What prunes in the cluster, in a real editor: the view, the form, a failed Job’s explanation, a run followed to its end.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import type { Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';

describe('the prunes in the cluster, in the editor', { timeout: 300_000 }, () => {
  let demo: Demo;
  let opened: OpenedExtension;
  let workbench: Workbench;

  before(async () => {
    demo = await startDemo();
    opened = await openExtension(demo, { height: 1000 });
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await demo?.close();
  });

  it('shows what prunes, with its last outcomes and why one failed', async () => {
    await workbench.openView('Image Hygiene');
    const tree = workbench.tree('Schedules');
    // Only rows on screen exist.
    for (const name of ['Image Streams', 'Registry', 'Runs']) {
      await workbench.page.getByRole('button', { name: `${name} Section` }).click();
    }
    await workbench.treeItem(/^Automatic pruning\b/, tree).waitFor();
    const failed = workbench.treeItem(/failed/, tree).first();
    await failed.waitFor();
    await workbench.expand(failed);
    await opened.look('schedules-1-view');
  });

  it('explains a failed Job', async () => {
    const tree = workbench.tree('Schedules');
    const job = workbench.treeItem(/^\d+ \w+ ago: failed/, tree).first();
    await job.waitFor();
    await workbench.chooseFromMenu(job, 'Explain Failure');
    await workbench.webview().getByRole('heading', { name: 'What next' }).waitFor();
    await opened.look('schedules-2-explained');
  });

  it('opens the form, which says what may be made and when it runs', async () => {
    await workbench.runCommand('Image Hygiene: Schedule Pruning…');
    const page = workbench.webview();
    await page.getByText('every day at 00:00 (UTC)').waitFor();
    await opened.look('schedules-3-form');
    await page.locator('[data-option=name] input').fill('by-hand');
    await page.locator('[data-option="options.keepTagRevisions"] input').fill('3');
    await page.locator('[data-option="options.keepYoungerThan"] input').fill('60m');
  });

  it('opens the objects as YAML, to be read and saved', async () => {
    await workbench.webview().getByRole('button', { name: 'Open as YAML' }).click();
    await workbench.page.locator('.view-lines').getByText('ServiceAccount').first().waitFor();
    await workbench.screenshot('schedules-3b-yaml');
    await workbench.page.getByRole('tab', { name: /^Schedule Pruning/ }).click();
    const name = workbench.webview().locator('[data-option=name] input');
    await name.waitFor();
    assert.equal(await name.inputValue(), 'by-hand');
  });

  it('asks before it makes the objects, naming cluster and objects', async () => {
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Create…' }).click();
    const modal = workbench.modal('Make these objects in admin?');
    await modal.waitFor();
    const text = (await modal.textContent()) ?? '';
    assert.ok(text.includes(demo.cluster.url));
    assert.match(text, /CronJob openshift-image-registry\/by-hand: is made/);
    await workbench.screenshot('schedules-4-question');
    await modal.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('Done. The Schedules view shows it.').waitFor();
    await opened.look('schedules-5-made');
  });

  it('shows what is there beside what it would be, and writes nothing over it unasked', async () => {
    const applied = () =>
      demo.cluster.requests.filter(
        ({ method, query }) => method === 'PATCH' && !new URLSearchParams(query).has('dryRun'),
      ).length;
    const before = applied();
    const page = workbench.webview();
    await page.locator('[data-option="options.keepTagRevisions"] input').fill('4');
    await page.getByRole('button', { name: 'Create…' }).click();
    await workbench.page
      .getByText(/^There is already cronjob\/by-hand/)
      .first()
      .waitFor();
    await workbench.page.locator('.monaco-diff-editor').first().waitFor();
    await opened.look('schedules-5b-differences');
    await workbench.page.getByRole('button', { name: 'Leave as It Is' }).first().click();
    assert.equal(applied(), before);
  });

  it('runs it now, and follows the log to its end, with the rollout as the next step', async () => {
    const item = workbench.treeItem(/^by-hand\b/, workbench.tree('Schedules')).first();
    await item.waitFor();
    await workbench.chooseFromMenu(item, 'Run Now…');
    const modal = workbench.modal('Run a prune of admin in the cluster now?');
    await modal.waitFor();
    await modal.getByRole('button', { name: 'Run Now', exact: true }).click();
    const page = workbench.webview();
    await page
      .getByText(/^It deleted: /)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByText('Next: roll out the registry.').waitFor();
    await opened.look('schedules-6-run');
    await page.getByRole('button', { name: 'Roll out the registry' }).click();
    await page.getByText('The registry is rolled out').waitFor({ timeout: 60_000 });
    await opened.look('schedules-7-rolled-out');
  });

  it('shows the ImagePruner in the form', async () => {
    const tree = workbench.tree('Schedules');
    await workbench.chooseFromMenu(workbench.treeItem(/^Automatic pruning\b/, tree), 'Edit…');
    const page = workbench.webview();
    await page.getByText('What changes').waitFor();
    await opened.look('schedules-8-pruner');
  });

  it('survives a reload of the window', async () => {
    await workbench.reload();
    // The editor in a browser may not have stored which of the two pages was in front.
    const title = workbench
      .webview()
      .getByRole('heading', { name: /^(Schedule pruning of admin|Prune by-hand-)/ });
    await title.waitFor();
    await workbench.screenshot('schedules-9-reloaded');
  });

  it('makes a dry run with the options of a schedule', async () => {
    await workbench.openView('Image Hygiene');
    const item = workbench.treeItem(/^by-hand\b/, workbench.tree('Schedules')).first();
    await item.waitFor();
    await workbench.chooseFromMenu(item, 'Dry Run With These Options');
    await workbench.webview().getByRole('heading', { name: 'Dry run of admin' }).waitFor();
    await workbench.webview().getByText('Where the bytes are').waitFor();
    await workbench.screenshot('schedules-10-dry-run');
  });
});

// The hard prune in a real editor: explained, looked at, confirmed by the registry's name, done, and writable again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { resourceNamed } from '../cluster/resources.ts';
import type { Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';
import { type Scene, startScene } from '../scene.ts';

const CONFIG = '/apis/imageregistry.operator.openshift.io/v1/configs/cluster';
const IMAGES = resourceNamed('images', 'image.openshift.io');

describe('the hard prune, in the editor', { timeout: 240_000 }, () => {
  let scene: Scene;
  let orphan: string;
  let opened: OpenedExtension;
  let workbench: Workbench;
  /** What must be typed. */
  let registry: string;

  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http' });
    // As after a prune with --prune-registry=false: the object is gone, its data is not.
    orphan = scene.pushed.get('orphan')?.digest ?? assert.fail('the seed has no orphan');
    scene.cluster.store.remove(IMAGES, undefined, orphan);
    registry = `image-registry@${new URL(scene.cluster.url).host}`;
    opened = await openExtension({ kubeconfig: scene.kubeconfig, runs: scene.env.IMAGE_HYGIENE_RUNS });
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await scene?.close();
  });

  const hasOrphan = async () => (await scene.registry.blobs()).some(({ digest }) => digest === orphan);
  const box = () => workbench.page.locator('.quick-input-widget:visible');

  it('says first what it is, for which cluster, and that pushes fail meanwhile', async () => {
    await workbench.runCommand('Image Hygiene: Hard Prune Registry…');
    const modal = workbench.modal('Hard prune of the registry of');
    await modal.waitFor();
    const text = (await modal.textContent()) ?? '';
    assert.ok(text.includes(scene.cluster.url), text);
    assert.match(text, /pushes and builds fail meanwhile/);
    await opened.look('hard-prune-1-question');
    await modal.getByRole('button', { name: 'Look What Would Go', exact: true }).click();
  });

  it('shows what would go, and has changed nothing', async () => {
    const offer = workbench.notification(`A hard prune of ${registry} would delete`);
    await offer.waitFor({ timeout: 60_000 });
    const report = workbench.webview();
    await report.getByRole('heading', { name: `Hard prune of ${registry}: what would go` }).waitFor();
    await report.getByText(orphan).first().waitFor();
    assert.ok(await hasOrphan());
    await opened.look('hard-prune-2-report');
    await offer.getByRole('button', { name: 'Delete…' }).click();
  });

  it('doesn’t take another name', async () => {
    await box().getByText('Type the registry’s name to delete').waitFor();
    await workbench.quickPick.enter('image-registry');
    await box()
      .getByText(/^This is not the name of the registry\..*can’t be restored/)
      .waitFor();
    assert.ok(await hasOrphan());
    assert.equal(scene.registry.readOnly, false);
    await opened.look('hard-prune-3-name');
  });

  it('deletes once the name is typed, and the registry takes pushes again', async () => {
    await workbench.quickPick.enter(registry);
    const report = workbench.webview();
    await report
      .getByRole('heading', { name: `Hard prune of ${registry}: what went` })
      .waitFor({ timeout: 60_000 });
    await report.getByText(orphan).first().waitFor();
    await report.getByText('The registry is as it was before.').waitFor();
    assert.equal(await hasOrphan(), false);
    // There and back.
    const switched = scene.cluster.requests.filter(
      ({ method, path }) => method === 'PATCH' && path === CONFIG,
    );
    assert.equal(switched.length, 2);
    assert.equal(scene.registry.readOnly, false);
    await opened.look('hard-prune-4-done');
  });

  it('says where the registry could not be made writable again, and makes it so on request', async () => {
    const [, another] = [...scene.pushed.values()].map(({ digest }) => digest);
    scene.cluster.store.remove(IMAGES, undefined, another ?? assert.fail('the seed has one image'));
    // To read-only it may be switched; back it may not.
    const refused = scene.cluster.faults.add({
      method: 'PATCH',
      path: /configs\/cluster/,
      skip: 1,
      action: { kind: 'forbidden' },
    });
    await workbench.runCommand('Image Hygiene: Hard Prune Registry…');
    await workbench
      .modal('Hard prune of the registry of')
      .getByRole('button', { name: 'Look What Would Go', exact: true })
      .click();
    const offer = workbench.notification(`A hard prune of ${registry} would delete`);
    await offer.getByRole('button', { name: 'Delete…' }).click({ timeout: 60_000 });
    await box().getByText('Type the registry’s name to delete').waitFor();
    await workbench.quickPick.enter(registry);
    const owed = workbench.notification(/read-only/).filter({ hasText: 'Make It Writable Again' });
    await owed.waitFor({ timeout: 60_000 });
    assert.equal(scene.registry.readOnly, true);
    await workbench.openView('Image Hygiene');
    const row = workbench.treeItem(/^The registry is read-only/, workbench.tree('Schedules'));
    await row.waitFor();
    await opened.look('hard-prune-5-owed');
    refused.remove();
    await owed.getByRole('button', { name: 'Make It Writable Again' }).click();
    await row.waitFor({ state: 'detached' });
    await workbench.notification('The registry takes pushes again.').waitFor();
    assert.equal(scene.registry.readOnly, false);
    await opened.look('hard-prune-6-writable');
  });
});

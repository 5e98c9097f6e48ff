// The packaged extension in an editor that is Japanese: its own words stand there in Japanese, and none in English. The pictures are for looking at: Japanese is wider than English, and clips elsewhere.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import bundle from '../../l10n/bundle.l10n.ja.json' with { type: 'json' };
import nls from '../../package.nls.ja.json' with { type: 'json' };
import { textAt } from '../../src/engine/shape.ts';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import type { Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';
import { createAuthority } from '../pki.ts';
import { type FaultyServer, httpServer, registryAnswers } from '../registry/diagnosis-servers.ts';

/** Two words of English in a row, but for names: of the product, of commands, of objects. */
const ENGLISH = /\b[A-Za-z]{3,} [a-z]{3,}\b/;
const NAMES =
  /get configmaps|[\w-]+ "[^"]+" not found|x509: .*|Image Hygiene|image registry|API server|kube[a-z]+|\b(oc|image-hygiene) [a-z].*|\b[A-Z]\w+[a-z] [a-z0-9]+(-[a-z0-9]+)+|ServiceAccount pruner/g;
/** What programs and servers say, and what is typed into a terminal. */
const QUOTED = 'pre, code, .mono';

/** What stands in Japanese for a text of the sources. */
function ja(english: string, ...values: readonly string[]): string {
  const text = textAt(bundle, english);
  assert.notEqual(text, '', `no Japanese for “${english}”`);
  return text.replaceAll(/\{(\d)\}/g, (_, place) => values[Number(place)] ?? '');
}

/** The same for a text of the manifest. */
function manifest(key: string): string {
  const text = textAt(nls, key);
  assert.notEqual(text, '', `no Japanese for ${key}`);
  return text;
}

describe('the extension in Japanese', { timeout: 300_000 }, () => {
  let folder: string;
  let demo: Demo;
  let opened: OpenedExtension;
  let workbench: Workbench;
  let faulty: FaultyServer;
  /** A file with an authority that is not the faulty server’s. */
  let authority: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-japanese-'));
    demo = await startDemo('embedded');
    authority = join(folder, 'registry-ca.crt');
    await writeFile(authority, (await createAuthority('registry authority')).certificate);
    const another = await createAuthority('another');
    const serving = await another.issue({ commonName: 'registry', hosts: ['127.0.0.1'] });
    faulty = await httpServer(registryAnswers(), { serving });
    opened = await openExtension(demo, { locale: 'ja' });
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await faulty?.close();
    await demo?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const page = () => workbench.webview();
  const run = (key: string) => workbench.runCommand(`Image Hygiene: ${manifest(key)}`);
  const button = (english: string) => page().getByRole('button', { name: ja(english), exact: true });
  const rowsOf = async (tree: Locator) => (await tree.getByRole('treeitem').allInnerTexts()).join('\n');
  /** Fails where a part of the window says something in English, other than a name. */
  const isJapanese = (text: string) => {
    assert.match(text, /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u);
    for (const line of text.split('\n')) assert.doesNotMatch(line.replaceAll(NAMES, ''), ENGLISH);
  };
  const pageIsJapanese = async () => {
    let text = (await page().locator('body').innerText()).replaceAll(NAMES, '');
    const quotes = await page().locator(QUOTED).allInnerTexts();
    for (const quoted of quotes.sort((one, other) => other.length - one.length)) {
      text = text.replaceAll(quoted.replaceAll(NAMES, ''), '');
    }
    isJapanese(text);
  };
  /** Folds views, so that there is room for the others, or unfolds them. */
  const fold = async (...views: readonly string[]) => {
    for (const view of views) {
      await workbench.page.getByRole('button', { name: `${manifest(view)} Section` }).click();
    }
  };

  it('names its views, its rows and who uses them', async () => {
    await workbench.openView('Image Hygiene');
    const tree = workbench.tree(manifest('view.streams'));
    await workbench.expand(workbench.treeItem(/^名前空間 shop/, tree));
    await workbench.expand(workbench.treeItem(/^イメージストリーム storefront/, tree));
    await workbench.screenshot('ja-1-streams');
    isJapanese(await rowsOf(tree));
  });

  it('shows a dry run', async () => {
    await run('command.dryRun');
    await page().getByText(ja('Where the bytes are')).waitFor();
    await page()
      .getByText(/^\d+ 行中 \d+ 行$/)
      .waitFor();
    await page()
      .getByRole('row', { name: /storefront/ })
      .first()
      .click();
    await workbench.screenshot('ja-2-dry-run');
    await pageIsJapanese();
  });

  it('explains a tag', async () => {
    const tree = workbench.tree(manifest('view.streams'));
    const tag = workbench.treeItem(/^タグ latest/, tree).first();
    await workbench.chooseFromMenu(tag, manifest('command.explain'));
    await page()
      .locator('.markdown-body')
      .getByText(/の位置 \d+/)
      .first()
      .waitFor();
    await workbench.screenshot('ja-3-explained');
    await pageIsJapanese();
  });

  it('asks before it prunes', async () => {
    await run('command.openDryRun');
    await button('Prune…').click();
    const modal = workbench.modal(ja('Prune images of {0}?', 'admin'));
    await modal.waitFor();
    await workbench.screenshot('ja-4-question');
    isJapanese(await modal.innerText());
    await modal.getByRole('button', { name: ja('Prune'), exact: true }).click();
  });

  it('reports what a prune did, on the page and as a document', async () => {
    await page().getByText(ja('Next: roll out the registry.')).waitFor();
    await workbench.screenshot('ja-5-pruned');
    await pageIsJapanese();
    await button('Open the report').click();
    await page().locator('.markdown-body').waitFor();
    await workbench.screenshot('ja-6-report');
    await pageIsJapanese();
  });

  it('shows the registry and the runs', async () => {
    await fold('view.streams', 'view.schedules');
    const [registry, runs] = [
      workbench.tree(manifest('view.registry')),
      workbench.tree(manifest('view.runs')),
    ];
    await registry.getByRole('treeitem').nth(4).waitFor();
    await workbench.expand(runs.getByRole('treeitem').first());
    await workbench.screenshot('ja-7-registry-and-runs');
    isJapanese(await rowsOf(registry));
    isJapanese(await rowsOf(runs));
  });

  it('shows what prunes in the cluster, and why it failed', async () => {
    await fold('view.registry', 'view.runs', 'view.schedules');
    const tree = workbench.tree(manifest('view.schedules'));
    const failed = workbench.treeItem(new RegExp(ja('failed')), tree).first();
    await failed.waitFor();
    await workbench.expand(failed);
    await workbench.screenshot('ja-8-schedules');
    isJapanese(await rowsOf(tree));
  });

  it('shows the form of a schedule', async () => {
    await run('command.createSchedule');
    await button('Create…').waitFor();
    await workbench.screenshot('ja-9-schedule');
    await pageIsJapanese();
    await button('Create…').scrollIntoViewIfNeeded();
    await workbench.screenshot('ja-9-schedule-foot');
    await page()
      .getByRole('radio', { name: ja('The operator’s ImagePruner') })
      .click();
    await button('Change…').waitFor();
    await workbench.screenshot('ja-9-schedule-pruner');
    await pageIsJapanese();
  });

  it('diagnoses a registry that can’t be verified', async () => {
    opened.editor.changeSettings({
      'imageHygiene.registryUrl': `https://127.0.0.1:${faulty.port}`,
      'imageHygiene.certificateAuthority': authority,
    });
    await run('command.diagnoseRegistry');
    await page().locator('pre').first().waitFor();
    await workbench.screenshot('ja-10-diagnosis');
    await pageIsJapanese();
  });

  it('describes its settings', async () => {
    await run('command.openSettings');
    const settings = workbench.page.locator('.settings-editor .setting-item-description:visible');
    await settings.first().waitFor();
    await workbench.screenshot('ja-11-settings');
    isJapanese((await settings.allInnerTexts()).join('\n'));
    // They lie over the window.
    await workbench.page.keyboard.press('Escape');
    await settings.first().waitFor({ state: 'detached' });
  });

  it('leads through the first steps', async () => {
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.quickPick.choose(manifest('walkthrough.title'));
    for (const step of ['connect', 'look', 'dryRun', 'prune', 'diagnose', 'schedule']) {
      const title = workbench.page.getByRole('button', { name: manifest(`walkthrough.${step}.title`) });
      await title.first().click();
      await page().locator('svg').first().waitFor();
      await workbench.screenshot(`ja-12-walkthrough-${step}`);
    }
  });

  it('says that the cluster can’t be reached', async () => {
    const dead = join(folder, 'dead.kubeconfig');
    await writeFile(
      dead,
      JSON.stringify({
        'current-context': 'gone',
        contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'gone' } }],
        clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'gone', user: { token: 'none' } }],
      }),
    );
    opened.editor.changeSettings({ 'imageHygiene.kubeconfig': dead });
    await workbench.openView('Image Hygiene');
    await fold('view.streams');
    const welcome = workbench.page.locator('.welcome-view-content:visible');
    await welcome
      .filter({ hasText: manifest('welcome.unreachable').split('\n')[0] })
      .first()
      .waitFor();
    await workbench.screenshot('ja-13-unreachable');
    isJapanese((await welcome.allInnerTexts()).join('\n'));
    await run('command.dryRun');
    await page().getByRole('alert').waitFor();
    await workbench.screenshot('ja-14-unreachable-page');
    await pageIsJapanese();
  });
});

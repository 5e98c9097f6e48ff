// The packaged extension in an editor that is Japanese: its own words stand there in Japanese, and none in English. The pictures are for looking at: Japanese is wider than English, and clips elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { type DemoEditor, openDemoEditor } from '../../tools/demo/editor.ts';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import { openBrowser, openWorkbench, type Workbench } from '../editor/browser.ts';

/** Two words of English in a row, but for names: of the product, of commands, of objects. */
const ENGLISH = /\b[A-Za-z]{3,} [a-z]{3,}\b/;
const NAMES = /Image Hygiene|image registry|oc adm|API server|kube[a-z]+/g;

describe('the extension in Japanese', { timeout: 240_000 }, () => {
  let demo: Demo;
  let opened: DemoEditor;
  let browser: Browser;
  let workbench: Workbench;
  before(async () => {
    demo = await startDemo();
    opened = await openDemoEditor(demo, '');
    const editor = opened.inBrowser ?? assert.fail('the demo found a VS Code');
    browser = await openBrowser();
    workbench = await openWorkbench(browser, editor, { locale: 'ja', width: 1400, height: 900 });
  });
  after(async () => {
    await browser?.close();
    await opened?.close();
    await demo?.close();
  });

  const page = () => workbench.webview();
  const rowsOf = async (tree: Locator) => (await tree.getByRole('treeitem').allInnerTexts()).join('\n');
  /** What a part of the window says, without names. */
  const said = (text: string) => text.replaceAll(NAMES, '');

  it('names its views, its rows and who uses them', async () => {
    await workbench.openView('Image Hygiene');
    const tree = workbench.tree('イメージストリーム');
    await workbench.expand(workbench.treeItem(/^名前空間 shop/, tree));
    await workbench.expand(workbench.treeItem(/^イメージストリーム storefront/, tree));
    await workbench.screenshot('ja-1-streams');
    assert.doesNotMatch(said(await rowsOf(tree)), ENGLISH);
  });

  it('shows a dry run', async () => {
    await workbench.runCommand('Image Hygiene: ドライラン');
    await page().getByText('容量の内訳').waitFor();
    await page()
      .getByText(/^\d+ 行中 \d+ 行$/)
      .waitFor();
    await page()
      .getByRole('row', { name: /storefront/ })
      .first()
      .click();
    await workbench.screenshot('ja-2-dry-run');
    const words = await page().locator('body').innerText();
    assert.doesNotMatch(said(words), ENGLISH);
    assert.match(words, /解放|削除/);
  });

  it('explains a tag', async () => {
    const tree = workbench.tree('イメージストリーム');
    const tag = workbench.treeItem(/^タグ latest/, tree).first();
    await workbench.chooseFromMenu(tag, 'イメージを説明…');
    await page()
      .getByText(/の位置 \d+/)
      .first()
      .waitFor();
    await workbench.screenshot('ja-3-explained');
  });
});

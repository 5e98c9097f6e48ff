// The harness itself, tried on an extension that has one of each thing.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { until } from '../cluster/client.ts';
import { openBrowser, openWorkbench, type Workbench } from './browser.ts';
import { runHostTests } from './host-run.ts';
import { type RunningEditor, startEditor } from './server.ts';

const here = import.meta.dirname;
const extension = join(here, 'fixture-extension');
const vsce = join(here, '../../node_modules/@vscode/vsce/vsce');
const suite = (name: string) => join(here, 'fixture-suites', `${name}.ts`);

/** Whether any process has the folder in its environment, as everything that an editor starts. */
function inUse(folder: string): boolean {
  return globSync('/proc/[0-9]*/environ').some((file) => {
    try {
      return readFileSync(file, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}

// Most of an editor's start is waiting, so two go at a time.
describe('tests in the extension host', { concurrency: 2 }, () => {
  const env = { FRUIT_BASKET: 'wicker' };

  it('pass where they pass', async () => {
    const run = await runHostTests({ files: [suite('passing')], extensionDevelopmentPath: extension, env });
    assert.deepEqual(
      run.tests.map(({ title, state }) => [title.join(' › '), state]),
      [
        ['the extension host › has the extension under test', 'passed'],
        ['the extension host › passes the environment on', 'passed'],
      ],
      run.logs,
    );
    assert.equal(run.passed, true);
    assert.equal(run.problem, undefined);
  });

  it('fail where they fail, each with its line in the sources', async () => {
    const run = await runHostTests({
      files: [suite('failing'), suite('unloadable'), suite('exclusive')],
      extensionDevelopmentPath: extension,
    });
    assert.deepEqual(
      run.tests.map(({ title, state }) => [title.join(' › '), state]),
      [
        ['unloadable.ts › loads', 'failed'],
        ['exclusive.ts › loads', 'failed'],
        ['a suite that fails › passes once', 'passed'],
        ['a suite that fails › fails by assertion', 'failed'],
        ['a suite that fails › is skipped', 'skipped'],
        ['a suite whose hook fails › "before all" hook for "is never reached"', 'failed'],
      ],
      run.logs,
    );
    assert.equal(run.passed, false);
    const errors = run.tests.map((test) => test.error ?? '');
    assert.match(errors[0] ?? '', /not while it is loaded.*fixture-suites\/unloadable\.ts:4:/s);
    assert.match(errors[1] ?? '', /`\.only` forbidden/);
    assert.match(errors[3] ?? '', /'no such name'.*fixture-suites\/failing\.ts:8:/s);
    assert.match(errors[5] ?? '', /the hook broke.*fixture-suites\/failing\.ts:14:/s);
  });

  it('fail where the host dies, and say in which test', async () => {
    const run = await runHostTests({ files: [suite('dying')], extensionDevelopmentPath: extension });
    assert.equal(run.passed, false);
    assert.equal(run.finished, false);
    assert.deepEqual(
      run.tests.map((test) => test.state),
      ['passed'],
      run.logs,
    );
    assert.match(run.problem ?? '', /ended before its tests did.*a host that dies › ends the process/);
  });

  it('fail where none was run', async () => {
    const run = await runHostTests({
      files: [suite('passing')],
      extensionDevelopmentPath: extension,
      grep: 'no such title',
    });
    assert.equal(run.passed, false);
    assert.equal(run.problem, 'No test was run.');
  });
});

describe('a workbench in the browser', () => {
  let folder: string;
  let browser: Browser;
  let editor: RunningEditor;
  let workbench: Workbench;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-workspace-'));
    browser = await openBrowser();
    editor = await startEditor({ folder, extensionDevelopmentPath: extension });
    workbench = await openWorkbench(browser, editor, { width: 1000, height: 700 });
  });
  after(async () => {
    await browser?.close();
    await editor?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the tree of a view', async () => {
    await workbench.openView('Harness Fixture');
    await workbench.openView('Harness Fixture');
    await workbench.expand(workbench.treeItem('Ripe', workbench.tree('Fruit')));
    await workbench.treeItem(/^Pear 3 kg/).waitFor();
    await workbench.expand(workbench.treeItem('Ripe'));
    assert.equal(await workbench.treeItem('Pear').count(), 1);
  });

  it('runs a command, and the page it opens answers a click', async () => {
    await workbench.runCommand('Harness Fixture: Open Page');
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Press me' }).click();
    await page.getByRole('button', { name: 'Press me' }).click();
    await until(
      () => page.getByRole('status').textContent(),
      (text) => text === '2',
    );
  });

  it('takes pictures in every theme', async () => {
    const pictures: Buffer[] = [];
    for (const theme of ['light', 'hc-dark', 'hc-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      const path = await workbench.screenshot(`harness-${theme}`);
      assert.ok(statSync(path).size > 5_000, path);
      pictures.push(readFileSync(path));
    }
    assert.deepEqual(
      pictures.map((picture) => [picture.readUInt32BE(16), picture.readUInt32BE(20)]),
      Array(4).fill([1000, 700]),
    );
    assert.equal(new Set(pictures.map((picture) => picture.toString('base64'))).size, 4);
  });

  it('asks, and tells', async () => {
    await workbench.chooseFromMenu(workbench.treeItem('Apple'), 'Remove Fruit…');
    await workbench.modal('Remove Apple?').getByRole('button', { name: 'Cancel' }).click();
    await workbench.modal('Remove Apple?').waitFor({ state: 'detached' });
    assert.equal(await workbench.notification('Apple is gone.').count(), 0);

    await workbench.runCommand('Harness Fixture: Remove Fruit…');
    await workbench.quickPick.choose('Apple');
    await workbench.modal('Remove Apple?').getByRole('button', { name: 'Remove' }).click();
    await workbench.notification('Apple is gone.').waitFor();
  });

  it('follows settings that change, and gives what was copied', async () => {
    const note = workbench.page.getByText('Restricted to fruit');
    editor.changeSettings({ 'window.title': 'Restricted to fruit' });
    await note.first().waitFor();
    editor.changeSettings({ 'window.title': undefined });
    await note.first().waitFor({ state: 'detached' });

    await workbench.runCommand('Harness Fixture: Copy Fruit');
    await until(
      () => workbench.clipboard(),
      (text) => text === 'Apple, Pear, Quince',
    );
  });

  it('speaks the language of the extension', async () => {
    const japanese = await openWorkbench(browser, editor, { locale: 'ja' });
    await japanese.openView('ハーネス');
    await japanese.treeItem('熟した', japanese.tree('果物')).waitFor();
    await japanese.close();
  });
});

describe('an editor', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-workspace-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('installs a package, restricts what it does not trust, and leaves nothing behind', async () => {
    const vsix = join(folder, 'fixture.vsix');
    const options = ['--allow-missing-repository', '--skip-license', '--out', vsix];
    const packed = spawnSync(process.execPath, [vsce, 'package', ...options], {
      cwd: extension,
      encoding: 'utf8',
    });
    assert.equal(packed.status, 0, packed.stderr);
    const browser = await openBrowser();
    const editor = await startEditor({ folder, vsix, trusted: false });
    try {
      const workbench = await openWorkbench(browser, editor, { theme: 'hc-light' });
      await workbench.page.getByText('Restricted Mode', { exact: true }).first().waitFor();
      await workbench.runCommand('Harness Fixture: Open Page');
      await workbench.webview().getByRole('button', { name: 'Press me' }).waitFor();
      assert.match(editor.logs(), /Extension host with pid/);
      assert.ok(inUse(editor.dataFolder));
    } finally {
      await browser.close();
      await editor.close();
    }
    await until(
      () => inUse(editor.dataFolder),
      (used) => !used,
    );
    assert.throws(() => statSync(editor.dataFolder), { code: 'ENOENT' });
  });

  it('says what is wrong with a package', async () => {
    const vsix = join(folder, 'none.vsix');
    await assert.rejects(startEditor({ folder, vsix }), /did not install .*none\.vsix/);
  });

  it('ends with the process that started it', async () => {
    const program = `
      const { startEditor } = await import(${JSON.stringify(join(here, 'server.ts'))});
      const editor = await startEditor({ folder: ${JSON.stringify(folder)} });
      console.log(editor.dataFolder);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const dataFolder = String(line).trim();
    assert.ok(inUse(dataFolder));
    child.kill('SIGKILL');
    await until(
      () => inUse(dataFolder),
      (used) => !used,
    );
    rmSync(dataFolder, { recursive: true, force: true });
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { packageExtension, sizeOf } from '../../tools/package.ts';
import { PAGES } from '../../webview/pages.ts';

const root = join(import.meta.dirname, '../..');

/** What an esbuild chunk is called; its hash changes with its content. */
const CHUNK = /^dist\/chunks\/[\w-]+-[A-Z0-9]{8}\.js$/;

describe('the package', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-package-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is made, and is small', () => {
    assert.ok(sizeOf(packageExtension(folder)) > 100_000);
  });

  it('holds these files and no others', async () => {
    // The types don't know it, but it is read.
    const options = { cwd: root, packageManager: PackageManager.None, readmePath: 'dist/README.md' };
    const files = await listFiles(options);
    const others = files.filter((file) => !CHUNK.test(file));
    assert.ok(others.length < files.length);
    const pages = PAGES.flatMap((page) =>
      ['css', 'js', 'js.LEGAL.txt'].map((type) => `dist/webview/${page}.${type}`),
    );
    const expected = [
      ...pages,
      'CHANGELOG.md',
      'LICENSE',
      'dist/README.md',
      'dist/ThirdPartyNotices.txt',
      'dist/chunks/shared.js',
      'dist/cli.js',
      'dist/extension.js',
      'dist/planner-thread.js',
      'dist/webview/codicon.ttf',
      'l10n/bundle.l10n.ja.json',
      'l10n/bundle.l10n.json',
      'media/icon.png',
      'media/view-light.svg',
      'media/view.svg',
      'media/walkthrough/connect.svg',
      'media/walkthrough/diagnose.svg',
      'media/walkthrough/dry-run.svg',
      'media/walkthrough/look.svg',
      'media/walkthrough/prune.svg',
      'media/walkthrough/schedule.svg',
      'package.json',
      'package.nls.ja.json',
      'package.nls.json',
    ];
    assert.deepEqual(others.sort(), expected.sort());
  });
});

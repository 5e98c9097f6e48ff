import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import manifest from '../../package.json' with { type: 'json' };
import { openBrowser, openWorkbench } from '../../test/editor/browser.ts';
import { startEditor } from '../../test/editor/server.ts';
import { packageExtension } from '../package.ts';

/** Odd, so that one of them is the median. */
const EDITORS = 7;

/**
 * Prints what the extension's activation takes by the editor's own account (“Developer: Show Running Extensions”): loading
 * its code, `activate()` and what that returns. Each editor is a new one with the packaged extension, and no cluster.
 */
export async function activation(folder: string): Promise<void> {
  const vsix = packageExtension(folder);
  const browser = await openBrowser();
  try {
    const times: number[] = [];
    for (let i = 0; i < EDITORS; i++) times.push(await activationIn(browser, vsix, folder));
    times.sort((a, b) => a - b);
    const [fastest, median, slowest] = [0, (EDITORS - 1) / 2, EDITORS - 1].map((i) => times[i]);
    console.log(`\nActivation in ${EDITORS} new editors, no cluster`);
    console.log(`median ${median} ms, fastest ${fastest} ms, slowest ${slowest} ms`);
  } finally {
    await browser.close();
  }
}

/** @returns milliseconds */
async function activationIn(browser: Browser, vsix: string, folder: string): Promise<number> {
  const editor = await startEditor({
    folder: mkdtempSync(join(folder, 'workspace-')),
    vsix,
    env: { KUBECONFIG: join(folder, 'no-kubeconfig') },
  });
  try {
    const workbench = await openWorkbench(browser, editor);
    await workbench.openView('Image Hygiene');
    await workbench.page.getByText('There is no kubeconfig, or').first().waitFor();
    await workbench.runCommand('Developer: Show Running Extensions');
    const row = workbench.page.locator('.runtime-extensions-editor .extension', {
      hasText: manifest.displayName,
    });
    await row.waitFor();
    const said = (await row.textContent()) ?? '';
    await workbench.close();
    const time = /Activation: (\d+)ms/.exec(said)?.[1];
    if (time === undefined)
      throw new Error(`The editor says of the extension “${said}”, but not what its activation took.`);
    return Number(time);
  } finally {
    await editor.close();
  }
}

// The packaged extension in an editor of its own, as the tests of its looks and clicks need it.
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openDemoEditor } from '../../tools/demo/editor.ts';
import { openBrowser, openWorkbench, type Theme, type Workbench, type WorkbenchOptions } from './browser.ts';
import type { RunningEditor, Settings } from './server.ts';

export interface OpenedExtension {
  readonly editor: RunningEditor;
  readonly workbench: Workbench;
  /** Takes a picture in every theme, as `<name>-<theme>`, and puts the dark one on again. */
  look(name: string, themes?: readonly Theme[]): Promise<void>;
  /** Closes browser and editor. */
  close(): Promise<void>;
}

/** What the extension finds. */
export interface Surroundings {
  kubeconfig: string;
  /** Where its runs are kept. The editor's package and workspace lie beside it, and go with that folder. */
  runs: string;
}

const LOOKS: readonly Theme[] = ['dark', 'light', 'hc-dark'];

/**
 * Makes the package, installs it in an editor and opens that, as `npm run demo` does where there is no VS Code.
 * @param options default 1400 × 900; `settings` are in force before the extension is
 */
export async function openExtension(
  surroundings: Surroundings,
  { settings = {}, ...options }: WorkbenchOptions & { settings?: Settings } = {},
): Promise<OpenedExtension> {
  // Without a PATH there is no VS Code on it.
  const opened = await openDemoEditor(surroundings, '');
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await opened.close();
  };
  try {
    const editor = opened.inBrowser ?? assert.fail('the demo found a VS Code');
    assert.ok(opened.words.includes(editor.url), opened.words);
    editor.changeSettings(settings);
    browser = await openBrowser();
    const workbench = await openWorkbench(browser, editor, { width: 1400, height: 900, ...options });
    return {
      editor,
      workbench,
      async look(name, themes = LOOKS) {
        for (const theme of themes) {
          await workbench.setTheme(theme);
          await workbench.screenshot(`${name}-${theme}`);
        }
        await workbench.setTheme('dark');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

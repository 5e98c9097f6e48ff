// A browser on an editor, and what a person does there, by the words they see.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import type { RunningEditor } from './server.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Whatever asks for the network gets an answer at once, and the same one everywhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const WEBVIEW = 'iframe.webview.ready:visible';
const SCREENSHOTS = join(import.meta.dirname, '../../test-results/screenshots');

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

/** The themes that VS Code comes up with, and how workbench and webviews say that they wear one. */
const THEMES: Record<Theme, { setting: string; className: string; kind: string }> = {
  dark: { setting: 'Dark 2026', className: 'vs-dark', kind: 'vscode-dark' },
  light: { setting: 'Light 2026', className: 'vs', kind: 'vscode-light' },
  'hc-dark': { setting: 'Default High Contrast', className: 'hc-black', kind: 'vscode-high-contrast' },
  'hc-light': {
    setting: 'Default High Contrast Light',
    className: 'hc-light',
    kind: 'vscode-high-contrast-light',
  },
};

export interface WorkbenchOptions {
  /** Default dark. It is a user setting: all pages of an editor wear the same. */
  theme?: Theme;
  /** What `vscode.env.language` says, as `ja`; default: the editor's. The workbench's own words stay English. */
  locale?: string;
  /** CSS pixels; default 1280 × 800. */
  width?: number;
  height?: number;
}

export interface Workbench {
  readonly page: Page;
  /** What page and extension host wrote to the console, and what the page failed with, so far. */
  console(): string;
  /** Settles with the exit code once the extension tests have ended. */
  readonly testsEnded: Promise<number>;

  /** Runs a command from the palette; `title` as it stands there, with its category: `Image Hygiene: Refresh`. */
  runCommand(title: string): Promise<void>;
  /** Opens a view container of the activity bar, unless it is open. */
  openView(name: string): Promise<void>;
  tree(name: string): Locator;
  /**
   * A row of any tree, or of the tree given. A text is its label, in full; an expression is tried on what a screen reader
   * says: label and description. Only rows on screen exist.
   */
  treeItem(name: string | RegExp, within?: Locator): Locator;
  /** Unfolds a row, unless it is unfolded. */
  expand(item: Locator): Promise<void>;
  /** Chooses from the context menu of what is given. */
  chooseFromMenu(target: Locator, label: string): Promise<void>;
  /** The page inside the visible webview: of an editor, or of a view in a side bar or panel. */
  webview(kind?: 'editor' | 'view'): FrameLocator;
  readonly quickPick: {
    readonly input: Locator;
    /** A row by its label. */
    item(label: string): Locator;
    choose(label: string): Promise<void>;
    /** Replaces what is in the input. */
    type(text: string): Promise<void>;
    /** Enters text in an input box. */
    enter(text: string): Promise<void>;
  };
  /** A message at the lower right, by a part of its text. Its buttons: `getByRole('button', { name })`. */
  notification(text: string | RegExp): Locator;
  /** A modal question, by a part of its text. Its buttons likewise. */
  modal(text: string | RegExp): Locator;
  /** Puts another theme on, for all pages of the editor, and waits for it. */
  setTheme(theme: Theme): Promise<void>;
  /** What was copied last. */
  clipboard(): Promise<string>;
  /** Writes `test-results/screenshots/<name>.png` and gives its path. */
  screenshot(name: string): Promise<string>;
  /** Loads the window again, and waits as when it was opened. Which of its tabs is then in front isn’t certain. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Chromium: Debian's, or the one that the environment variable CHROMIUM names. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no Chromium at ${CHROMIUM}. Install it (apt-get install chromium), or say in CHROMIUM where it is.`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * Opens an editor in a browser profile of its own and waits until the window and its extensions are there; where the page
 * runs extension tests, it doesn't wait. Throws where the window doesn't come up, with what it logged.
 */
export async function openWorkbench(
  browser: Browser,
  editor: RunningEditor,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  const { theme = 'dark', locale = editor.options.locale ?? 'en', width = 1280, height = 800 } = options;
  editor.addLanguage(locale);
  editor.changeSettings({ 'workbench.colorTheme': THEMES[theme].setting });
  const context = await browser.newContext({
    viewport: { width, height },
    // A page as large as its screen is taken for full screen, where the workbench looks different.
    screen: { width: 2 * width, height: 2 * height },
    colorScheme: theme.endsWith('light') ? 'light' : 'dark',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await context.addCookies([{ name: 'vscode.nls.locale', value: locale, url: editor.url }]);
  const page = await context.newPage();

  let written = '';
  page.on('console', (message) => {
    // Its own messages come with colours: `%c INFO color: #33f Something`.
    written += `${message.type()}: ${message.text().replace(/^%c *\w+ color: #\w+ /, '')}\n`;
  });
  page.on('pageerror', (error) => {
    written += `uncaught: ${error.stack ?? error.message}\n`;
  });
  const ended = Promise.withResolvers<number>();
  await page.exposeFunction('codeAutomationExit', (code: unknown) => ended.resolve(Number(code)));

  const wearing = async (wanted: Theme) => {
    const { className, kind } = THEMES[wanted];
    await page.locator(`.monaco-workbench.${className}`).waitFor();
    for (const webview of await page.locator(WEBVIEW).all()) {
      const body = within(webview).locator(`body[data-vscode-theme-kind="${kind}"]`);
      await body.waitFor({ state: 'attached' });
    }
  };
  /** The label of a row, in full: what was typed stands in an element of its own within it. */
  const labelled = (label: string) => {
    const literally = label.replaceAll(/[^\p{L}\p{N}\s]/gu, '\\$&');
    return page.locator('.label-name').filter({ hasText: new RegExp(`^\\s*${literally}\\s*$`) });
  };
  const focusedInput = page.locator('.quick-input-widget:visible input');
  const quickPick: Workbench['quickPick'] = {
    input: focusedInput,
    item: (label) =>
      page.locator('.quick-input-widget:visible .monaco-list-row').filter({ has: labelled(label) }),
    choose: (label) => quickPick.item(label).first().click(),
    type: (text) => focusedInput.fill(text),
    async enter(text) {
      await focusedInput.fill(text);
      await focusedInput.press('Enter');
    },
  };

  const complete = async () => {
    for (const mark of ['code/didCreateWorkbenchContributions/3', 'code/didLoadExtensions']) {
      const passed = `performance.getEntriesByName('${mark}').length > 0`;
      await page.waitForFunction(passed, undefined, { timeout: 120_000 });
    }
  };
  try {
    await page.goto(addressOf(editor), { waitUntil: 'commit' });
    // Tests may end, and the window with them, before it is complete.
    if (editor.options.extensionTests === undefined) {
      await complete();
      await wearing(theme);
    }
  } catch (error) {
    await context.close();
    throw new Error(`The workbench did not open at ${editor.url}:\n${written}${editor.logs()}`, {
      cause: error,
    });
  }

  /** What is being loaded may take the keyboard, and the palette is gone with it: then it is opened again. */
  const runCommand = async (title: string, attempts = 6): Promise<void> => {
    await page.keyboard.press('F1');
    try {
      await focusedInput.fill(`>${title}`, { timeout: 5000 });
      await quickPick.item(title).first().click({ timeout: 5000 });
    } catch (error) {
      if (attempts === 1) throw error;
      await runCommand(title, attempts - 1);
    }
  };
  return {
    page,
    console: () => written,
    testsEnded: ended.promise,
    runCommand: (title) => runCommand(title),
    async openView(name) {
      const tab = page.getByRole('tab', { name, exact: true });
      if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
      await page.locator('.part.sidebar').getByRole('heading', { name }).first().waitFor();
    },
    tree: (name) => page.getByRole('tree', { name }),
    treeItem: (name, within = page.locator('body')) =>
      typeof name === 'string'
        ? within.getByRole('treeitem').filter({ has: labelled(name) })
        : within.getByRole('treeitem', { name }),
    async expand(item) {
      await item.waitFor();
      if ((await item.getAttribute('aria-expanded')) === 'false') await item.click();
    },
    async chooseFromMenu(target, label) {
      await target.click({ button: 'right' });
      const item = page.getByRole('menuitem', { name: label, exact: true });
      // A click within the first tenth of a second is taken for the end of the one that opened the menu; a key is not.
      await item.hover();
      await item.press('Enter');
    },
    webview(kind = 'editor') {
      // They all lie in one layer above the workbench, not inside the part they are shown in.
      const view = '[src*="purpose=webviewView"]';
      return within(page.locator(WEBVIEW + (kind === 'view' ? view : `:not(${view})`)));
    },
    quickPick,
    notification: (text) => page.locator('.notification-toast').filter({ hasText: text }),
    modal: (text) => page.locator('.monaco-dialog-box').filter({ hasText: text }),
    async setTheme(wanted) {
      editor.changeSettings({ 'workbench.colorTheme': THEMES[wanted].setting });
      await wearing(wanted);
    },
    async clipboard() {
      return String(await page.evaluate('navigator.clipboard.readText()'));
    },
    async screenshot(name) {
      const path = join(SCREENSHOTS, `${name}.png`);
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      return path;
    },
    async reload() {
      await Promise.all([page.waitForEvent('load'), runCommand('Developer: Reload Window')]);
      await complete();
    },
    close: () => context.close(),
  };
}

/** What an extension put into a webview, inside what VS Code put around it. */
function within(webview: Locator): FrameLocator {
  return webview.contentFrame().frameLocator('#active-frame');
}

function addressOf(editor: RunningEditor): string {
  const { folder, extensionDevelopmentPath, extensionTests } = editor.options;
  const query = new URLSearchParams({ folder });
  if (extensionTests !== undefined) {
    const remote = (path: string) => `vscode-remote://127.0.0.1:${editor.port}${path}`;
    const payload = [['extensionTestsPath', remote(extensionTests)]];
    // Tests run only where there is an extension to be tested.
    if (extensionDevelopmentPath !== undefined) {
      payload.push(['extensionDevelopmentPath', remote(extensionDevelopmentPath)]);
    }
    query.set('payload', JSON.stringify(payload));
  }
  return `${editor.url}/?${query}`;
}

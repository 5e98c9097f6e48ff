// A browser on a page by itself, and what a test needs to see of it.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isObject, listAt, textAt } from '../../../src/engine/shape.ts';
import type { ThemeName } from './harness/theme-names.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../test-results/pages');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** As long as a test waits for what should come at once: a busy machine takes its time over a hundred thousand rows. */
const PATIENCE_MS = 60_000;

export interface PageOptions {
  theme?: ThemeName;
  /** English where absent. */
  language?: 'ja';
  /** CSS pixels. */
  width?: number;
  height?: number;
  /** The page's timers can be hurried by `page.clock`. */
  clock?: boolean;
}

export interface DrivenPage {
  readonly page: Page;
  /** What the page has asked for by that name. */
  asked(name: string): Promise<unknown[]>;
  /** Resolves once an expression is true in the page. */
  until(expression: string): Promise<void>;
  /** What axe-core finds wrong, as `rule: element`. */
  violations(): Promise<string[]>;
  /** @param whole also what is below the window’s edge */
  screenshot(name: string, whole?: boolean): Promise<void>;
  /** @throws where the page broke its policy, failed, or complained on the console */
  close(): Promise<void>;
}

/**
 * Opens a page with its stand-in for the host, which answers to `mock` in the page.
 * @param query what the stand-in is to begin with
 */
export async function openPage(
  browser: Browser,
  url: string,
  name: string,
  query: Readonly<Record<string, string>>,
  options: PageOptions = {},
): Promise<DrivenPage> {
  const { theme = 'dark', language = 'en', width = 1200, height = 900 } = options;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
  });
  if (options.clock) await page.clock.install();
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))",
  );
  await page.goto(`${url}/${name}?${new URLSearchParams({ theme, language, ...query })}`);
  await page.locator('main').waitFor();
  return {
    page,
    async asked(wanted) {
      const requests: unknown = await page.evaluate('mock.requests');
      return (Array.isArray(requests) ? requests : [])
        .filter((request) => textAt(request, 'name') === wanted)
        .map((request: unknown) => (isObject(request) ? request.ask : undefined));
    },
    async until(expression) {
      // By the debugger, since the page's policy forbids to evaluate text in it.
      const asked = `new Promise((answer) => requestAnimationFrame(() => answer(Boolean(${expression}))))`;
      const giveUp = performance.now() + PATIENCE_MS;
      while (!(await page.evaluate(asked))) {
        if (performance.now() > giveUp) throw new Error(`This never became true: ${expression}`);
      }
    },
    async violations() {
      // Evaluated, not loaded: the page's policy allows no script but its own.
      if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(AXE);
      const found: unknown = await page.evaluate('axe.run(document, { preload: false })');
      return listAt(found, 'violations').flatMap((violation) =>
        listAt(violation, 'nodes').map(
          (node) => `${textAt(violation, 'id')}: ${textAt(node, 'html')} ${textAt(node, 'failureSummary')}`,
        ),
      );
    },
    async screenshot(picture, whole = false) {
      await mkdir(SCREENSHOTS, { recursive: true });
      const path = join(SCREENSHOTS, `${picture}-${theme}-${width}.png`);
      await page.screenshot({ path, fullPage: whole, animations: 'disabled', caret: 'hide' });
    },
    async close() {
      await context.close();
      if (troubles.length > 0) throw new Error(`The page complained:\n${troubles.join('\n')}`);
    },
  };
}

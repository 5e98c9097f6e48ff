// A browser on the page by itself, and what a test needs to see of it.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import type { PlanRow, RowQuery } from '../../../src/engine/plan-rows.ts';
import { isObject, listAt, textAt } from '../../../src/engine/shape.ts';
import type { PageView } from '../../../src/shared/page/view.ts';
import type { StateName } from './harness/mock-views.ts';
import type { ThemeName } from './harness/theme-names.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../test-results/pages');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** As long as a test waits for what should come at once. */
const PATIENCE_MS = 15_000;

export interface PageOptions {
  theme?: ThemeName;
  state?: StateName;
  size?: 'small' | 'large' | 'none';
  /** CSS pixels. */
  width?: number;
  height?: number;
  /** The page's timers can be hurried by `page.clock`. */
  clock?: boolean;
}

export interface DryRunPage {
  readonly page: Page;
  readonly grid: Locator;
  /** The rows in the document, in the order of the table. */
  rows(): Promise<{ label: string; index: number }[]>;
  /** What the page has asked for by that name. */
  asked(name: string): Promise<unknown[]>;
  /** What the engine finds. */
  find(query: Partial<RowQuery>): Promise<{ total: number; first: PlanRow[] }>;
  summary(): Promise<PlanSummary>;
  go(state: StateName): Promise<void>;
  show(view: Partial<PageView>): Promise<void>;
  /** Resolves once an expression is true in the page. */
  until(expression: string): Promise<void>;
  /** What axe-core finds wrong, as `rule: element`. */
  violations(): Promise<string[]>;
  screenshot(name: string): Promise<void>;
  /** @throws where the page broke its policy, failed, or complained on the console */
  close(): Promise<void>;
}

/** Opens the page with its stand-in for the host. */
export async function openDryRun(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<DryRunPage> {
  const { theme = 'dark', state = 'result', size = 'small', width = 1200, height = 900 } = options;
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
  await page.goto(`${url}/?${new URLSearchParams({ theme, state, size })}`);
  await page.locator('main').waitFor();

  const until = async (expression: string) => {
    // By the debugger, since the page's policy forbids to evaluate text in it.
    const asked = `new Promise((answer) => requestAnimationFrame(() => answer(Boolean(${expression}))))`;
    const giveUp = performance.now() + PATIENCE_MS;
    while (!(await page.evaluate(asked))) {
      if (performance.now() > giveUp) throw new Error(`This never became true: ${expression}`);
    }
  };
  return {
    page,
    grid: page.getByRole('grid'),
    until,
    async rows() {
      const rows: unknown = await page.evaluate(
        "[...document.querySelectorAll('.grid-place')].map((place) => ({ label: place.firstElementChild.getAttribute('aria-label') ?? '', index: Number(place.dataset.index) }))",
      );
      return listOf(rows).map((row) => ({
        label: textAt(row, 'label'),
        index: Number(isObject(row) && row.index),
      }));
    },
    async asked(name) {
      const requests: unknown = await page.evaluate('mock.requests');
      return listOf(requests)
        .filter((request) => textAt(request, 'name') === name)
        .map((request) => (isObject(request) ? request.ask : undefined));
    },
    async find(query) {
      const whole = {
        search: '',
        verdict: null,
        namespace: null,
        stream: null,
        reason: null,
        sort: null,
        ...query,
      };
      return page.evaluate(
        `(() => { const { total, rows } = mock.table().window(${JSON.stringify(whole)}, 0, 50); return { total, first: rows } })()`,
      );
    },
    summary: () => page.evaluate('mock.summary()'),
    async go(wanted) {
      await page.evaluate(`mock.go(${JSON.stringify(wanted)})`);
    },
    async show(view) {
      await page.evaluate(`mock.show(${JSON.stringify(view)})`);
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
    async screenshot(name) {
      await mkdir(SCREENSHOTS, { recursive: true });
      const path = join(SCREENSHOTS, `${name}-${theme}-${width}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    },
    async close() {
      await context.close();
      if (troubles.length > 0) throw new Error(`The page complained:\n${troubles.join('\n')}`);
    },
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

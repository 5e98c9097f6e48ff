// A browser on the dry-run page, and what a test needs to see of it.
import type { Browser, Locator } from 'playwright-core';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import type { PlanRow, RowQuery } from '../../../src/engine/plan-rows.ts';
import { isObject, textAt } from '../../../src/engine/shape.ts';
import type { PageView } from '../../../src/shared/dry-run/view.ts';
import type { StateName } from './harness/mock-views.ts';
import { type DrivenPage, openPage, type PageOptions } from './page-driver.ts';

export interface DryRunOptions extends PageOptions {
  state?: StateName;
  size?: 'small' | 'large' | 'none';
}

export interface DryRunPage extends DrivenPage {
  readonly grid: Locator;
  /** The rows in the document, in the order of the table. */
  rows(): Promise<{ label: string; index: number }[]>;
  /** What the engine finds. */
  find(query: Partial<RowQuery>): Promise<{ total: number; first: PlanRow[] }>;
  summary(): Promise<PlanSummary>;
  go(state: StateName): Promise<void>;
  show(view: Partial<PageView>): Promise<void>;
}

/** Opens the dry-run page with its stand-in for the host. */
export async function openDryRun(
  browser: Browser,
  url: string,
  { state = 'result', size = 'small', ...options }: DryRunOptions = {},
): Promise<DryRunPage> {
  const driven = await openPage(browser, url, 'dry-run', { state, size }, options);
  const { page } = driven;
  return {
    ...driven,
    grid: page.getByRole('grid'),
    async rows() {
      const rows: unknown = await page.evaluate(
        "[...document.querySelectorAll('.grid-place')].map((place) => ({ label: place.firstElementChild.getAttribute('aria-label') ?? '', index: Number(place.dataset.index) }))",
      );
      return (Array.isArray(rows) ? rows : []).map((row: unknown) => ({
        label: textAt(row, 'label'),
        index: Number(isObject(row) && row.index),
      }));
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
  };
}

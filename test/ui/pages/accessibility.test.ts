// What axe-core can't see: motion, colours that the system chooses, and whether a keyboard gets everywhere. axe-core itself
// runs over every state of every page in the tests of their looks.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { STATES as DIAGNOSIS_STATES, openDiagnosis } from './diagnosis-driver.ts';
import { openDryRun } from './dry-run-driver.ts';
import { JOB_LOG_STATES } from './harness/mock-job-logs.ts';
import { SCHEDULE_STATES } from './harness/mock-schedules.ts';
import { STATES as DRY_RUN_STATES } from './harness/mock-views.ts';
import { openJobLog } from './job-log-driver.ts';
import { openSchedule } from './schedule-driver.ts';
import { served } from './served.ts';

const dryRun = served(openDryRun);
const diagnosis = served(openDiagnosis);
const jobLog = served(openJobLog);
const schedule = served(openSchedule);

const SPINNER = "getComputedStyle(document.querySelector('.codicon-modifier-spin')).animationName";

/** Remembers what has the focus, and says whether it was there before or the page is left. */
const REMEMBER = `(() => {
  globalThis.visited ??= new Set();
  let element = document.activeElement;
  if (element === null || element === document.body) return false;
  const before = globalThis.visited.size;
  for (; element; element = element.shadowRoot?.activeElement) globalThis.visited.add(element);
  return globalThis.visited.size > before;
})()`;

/** Controls on screen that had no focus. Inside a grid, a tree and the like the arrows get to them. */
const UNVISITED = `[...document.querySelectorAll('vscode-button, button, input, textarea, vscode-text-field, vscode-checkbox, a[href], summary, [role=grid], [role=tree], [role=radiogroup]')]
  .filter((element) => element.checkVisibility() && !element.disabled && element.getAttribute('aria-disabled') !== 'true')
  .filter((element) => !element.parentElement.closest('[role=grid], [role=tree], [role=radiogroup], [role=tablist], [role=toolbar], [role=listbox], [role=menu]'))
  .filter((element) => ![...globalThis.visited].some((seen) => element === seen || element.contains(seen)))
  .map((element) => element.outerHTML.slice(0, 160))`;

const MOST_STOPS = 200;

/** What Tab doesn't get to. */
async function unreachable(page: Page): Promise<unknown> {
  // From the top: where a click was, the next Tab would go on from there.
  await page.evaluate("document.querySelector('h1').focus(); globalThis.visited = new Set()");
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate(REMEMBER))) break;
  }
  return page.evaluate(UNVISITED);
}

describe('the pages and the habits of their readers', { timeout: 300_000 }, () => {
  it('stand still for whoever asked for less motion, and move for the others', () =>
    dryRun.withPage({ state: 'running' }, async ({ page }) => {
      assert.equal(await page.evaluate(SPINNER), 'none');
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      assert.notEqual(await page.evaluate(SPINNER), 'none');
      // What VS Code says where its own setting asks for it.
      await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
      assert.equal(await page.evaluate(SPINNER), 'none');
    }));

  it('keep the bars where the system chooses the colours', () =>
    dryRun.withPage({}, async ({ page, screenshot }) => {
      await page.emulateMedia({ forcedColors: 'active' });
      const colour = (selector: string) =>
        page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
      const around = await colour('body');
      for (const part of ['.meter-goes', '.meter-stays', '.legend-goes']) {
        assert.notEqual(await colour(part), around, part);
      }
      assert.notEqual(await colour('.meter-goes'), await colour('.meter-stays'));
      await screenshot('forced-colors');
    }));

  it('give each verdict a sign and a word, not a colour alone', () =>
    dryRun.withPage({}, async ({ grid, rows }) => {
      await grid.locator('.grid-row[aria-label]').first().waitFor();
      const labels = (await rows()).map(({ label }) => label).filter((label) => label !== '');
      assert.ok(labels.length > 5);
      for (const label of labels) assert.match(label, /goes|stays|missing|protected/i);
      const signs = grid.locator(
        '.grid-row[aria-label] :is(.codicon-trash, .codicon-check, .codicon-warning, .codicon-shield)',
      );
      assert.ok((await signs.count()) >= labels.length);
    }));

  for (const state of DRY_RUN_STATES) {
    it(`dry run, ${state}: Tab gets to everything`, () =>
      dryRun.withPage({ state }, async ({ page }) => assert.deepEqual(await unreachable(page), [])));
  }
  it('dry run, with its options and a row open: Tab gets to everything', () =>
    dryRun.withPage({}, async ({ page }) => {
      await page.getByRole('button', { name: /^Options/ }).click();
      await page.locator('[data-option=keepYoungerThan] input').fill('3 days');
      await page.locator('.grid-row[aria-label]').first().click();
      await page.getByText('Nothing holds it').waitFor();
      assert.deepEqual(await unreachable(page), []);
    }));
  for (const state of DIAGNOSIS_STATES) {
    it(`diagnosis, ${state}: Tab gets to everything`, () =>
      diagnosis.withPage({ state }, async ({ page }) => assert.deepEqual(await unreachable(page), [])));
  }
  for (const state of SCHEDULE_STATES) {
    it(`schedule, ${state}: Tab gets to everything`, () =>
      schedule.withPage({ state }, async ({ page }) => assert.deepEqual(await unreachable(page), [])));
  }
  for (const state of JOB_LOG_STATES) {
    it(`job log, ${state}: Tab gets to everything`, () =>
      jobLog.withPage({ state }, async ({ page }) => assert.deepEqual(await unreachable(page), [])));
  }
});

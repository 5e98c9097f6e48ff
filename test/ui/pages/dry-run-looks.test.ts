import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDryRun } from './dry-run-driver.ts';
import { STATES } from './harness/mock-views.ts';
import { THEMES } from './harness/theme-names.ts';
import { looksOf } from './looks.ts';
import { served } from './served.ts';

const pages = served(openDryRun);
const MOST_SCRIPT_BYTES = 250_000;

/** In each theme: nothing that axe-core objects to, and pictures of everything to look at. */
describe('how the dry-run page looks', { timeout: 300_000 }, () => {
  it('loads less than 250 kB of script', () => {
    const bytes = pages.scriptBytes('dry-run');
    assert.ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes`);
  });

  for (const theme of THEMES) {
    for (const width of [1200, 400]) {
      it(`${theme}, ${width} pixels wide`, () =>
        pages.withPage({ theme, width, state: 'empty' }, async (driven) => {
          const { page, go, until } = driven;
          const looks = looksOf(driven, (name) => name);
          const look = async (name: string) => {
            await until("document.querySelector('[aria-busy=true]') === null");
            await looks.look(name);
          };
          for (const state of STATES) {
            await go(state);
            await until("document.querySelector('main')?.dataset.state !== undefined");
            await look(state);
          }
          await go('result');
          await page.locator('.grid-row[aria-label]').first().click();
          await page.getByText('Nothing holds it').waitFor();
          await look('open-row');
          await page.getByRole('button', { name: /^Reason:/ }).click();
          await look('filter');
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: /^Options/ }).click();
          await page.locator('[data-option=keepYoungerThan] input').fill('3 days');
          await page.evaluate('window.scrollTo(0, 0)');
          await look('options');
          assert.deepEqual(looks.found, []);
        }));
    }
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SCHEDULE_STATES } from './harness/mock-schedules.ts';
import { THEMES } from './harness/theme-names.ts';
import { looksOf } from './looks.ts';
import { openSchedule } from './schedule-driver.ts';
import { served } from './served.ts';

const pages = served(openSchedule);
const MOST_SCRIPT_BYTES = 250_000;

/** In each theme: nothing that axe-core objects to, and pictures of everything to look at. */
describe('how the page of schedules looks', { timeout: 300_000 }, () => {
  it('loads less than 250 kB of script', () => {
    const bytes = pages.scriptBytes('schedule');
    assert.ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes`);
  });

  for (const theme of THEMES) {
    for (const width of [1200, 400]) {
      it(`${theme}, ${width} pixels wide`, () =>
        pages.withPage({ theme, width }, async (driven) => {
          const { page, go, until } = driven;
          const { look, found } = looksOf(driven, (name) => `schedule-${name}`);
          for (const state of SCHEDULE_STATES) {
            await go(state);
            await until("document.querySelector('main')?.dataset.state !== undefined");
            // What may be done is asked for after a pause.
            if (state === 'no-rights') await page.getByText('You may not; the role').waitFor();
            if (state === 'pruner-no-rights') await page.getByText('but not change it').waitFor();
            await look(state);
          }
          await go('cron-job');
          await page.locator('[data-option=schedule] input').fill('61 0 * * *');
          await page.locator('[data-option=cpuRequest] input').fill('lots');
          await look('problems');
          await page.getByRole('button', { name: 'Open as YAML' }).scrollIntoViewIfNeeded();
          await look('problems-foot');
          await go('pruner');
          await page.locator('[data-option=keepTagRevisions] input').fill('2');
          await page.getByRole('button', { name: 'Change…' }).click();
          await page.getByText('Done. The Schedules view shows it.').waitFor();
          await page.getByRole('button', { name: 'Change…' }).scrollIntoViewIfNeeded();
          await look('pruner-changed');
          assert.deepEqual(found, []);
        }));
    }
  }
});

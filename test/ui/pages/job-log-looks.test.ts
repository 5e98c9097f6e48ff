import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JOB_LOG_STATES } from './harness/mock-job-logs.ts';
import { THEMES } from './harness/theme-names.ts';
import { openJobLog } from './job-log-driver.ts';
import { looksOf } from './looks.ts';
import { served } from './served.ts';

const pages = served(openJobLog);
const MOST_SCRIPT_BYTES = 200_000;

/** In each theme: nothing that axe-core objects to, and pictures of everything to look at. */
describe('how the page of a Job’s log looks', { timeout: 300_000 }, () => {
  it('loads less than 200 kB of script', () => {
    const bytes = pages.scriptBytes('job-log');
    assert.ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes`);
  });

  for (const theme of THEMES) {
    for (const width of [1200, 400]) {
      it(`${theme}, ${width} pixels wide`, () =>
        pages.withPage({ theme, width }, async (driven) => {
          const { go, until } = driven;
          const { look, found } = looksOf(driven, (name) => `job-log-${name}`);
          for (const state of JOB_LOG_STATES) {
            await go(state);
            await until("document.querySelector('main')?.dataset.state !== undefined");
            await look(state);
          }
          assert.deepEqual(found, []);
        }));
    }
  }
});

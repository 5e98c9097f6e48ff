import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDiagnosis, STATES } from './diagnosis-driver.ts';
import { THEMES } from './harness/theme-names.ts';
import { looksOf } from './looks.ts';
import { served } from './served.ts';

const pages = served(openDiagnosis);
const MOST_SCRIPT_BYTES = 250_000;

/** In each theme: nothing that axe-core objects to, and pictures of everything to look at. */
describe('how the diagnosis page looks', { timeout: 300_000 }, () => {
  it('loads less than 250 kB of script', () => {
    const bytes = pages.scriptBytes('diagnosis');
    assert.ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes`);
  });

  for (const theme of THEMES) {
    // 600 pixels: 1200 at 200 %.
    for (const width of [1200, 600, 400]) {
      it(`${theme}, ${width} pixels wide`, () =>
        pages.withPage({ theme, width, state: 'empty' }, async (driven) => {
          const { page, go, until } = driven;
          const { look, found } = looksOf(driven, (name) => `diagnosis-${name}`, true);
          for (const state of STATES) {
            await go(state);
            await until("document.querySelector('main')?.dataset.state !== undefined");
            await look(state);
          }
          await page
            .getByRole('textbox', { name: 'Text of a failed run' })
            .fill(
              'error: [Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"]',
            );
          await page.getByRole('button', { name: 'Explain', exact: true }).click();
          await page.getByText('Documented: Insecure client, secure registry').first().waitFor();
          await look('explained');
          assert.deepEqual(found, []);
        }));
    }
  }
});

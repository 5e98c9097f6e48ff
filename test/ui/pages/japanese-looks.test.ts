import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDryRun } from './dry-run-driver.ts';
import { served } from './served.ts';

const pages = served(openDryRun);

/** The lines that an element’s text is set in, as an expression of the page. */
const LINES = `(element) => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const lines = [];
  let bottom = -1;
  for (let place = 0; place < text.length; place++) {
    const range = document.createRange();
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    const box = range.getBoundingClientRect();
    if (box.top >= bottom) lines.push('');
    lines[lines.length - 1] += text.data[place];
    bottom = Math.max(bottom, box.bottom - 1);
  }
  return lines;
}`;

describe('the dry-run page in Japanese', { timeout: 300_000 }, () => {
  for (const width of [1200, 800, 400]) {
    it(`breaks its labels where a phrase ends, ${width} pixels wide`, () =>
      pages.withPage({ language: 'ja', width, state: 'result' }, async ({ page, until, screenshot }) => {
        await until("document.querySelector('[aria-busy=true]') === null");
        await page.evaluate('document.fonts.ready');
        await screenshot('japanese');
        const labels: unknown = await page.evaluate(
          `[...document.querySelectorAll('.tile-label')].map(${LINES})`,
        );
        assert.ok(Array.isArray(labels) && labels.length >= 5);
        // No word of katakana is cut in two.
        for (const lines of labels) assert.doesNotMatch(lines.join('|'), /[ァ-ヶー]\|[ァ-ヶー]/);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), true);
      }));
  }
});

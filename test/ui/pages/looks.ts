// How a page is looked at in one theme and width, state after state.
import assert from 'node:assert/strict';
import type { DrivenPage } from './page-driver.ts';

export interface Looks {
  /** Takes a picture of what is shown; it may not be wider than the window, and axe-core is asked what it thinks of it. */
  look(name: string): Promise<void>;
  /** What axe-core has objected to so far, with the names. */
  readonly found: readonly string[];
}

/**
 * @param picture what a picture is called, by what it shows
 * @param whole also what would have to be scrolled to
 */
export function looksOf(
  { page, violations, screenshot }: Pick<DrivenPage, 'page' | 'violations' | 'screenshot'>,
  picture: (name: string) => string,
  whole = false,
): Looks {
  const found: string[] = [];
  return {
    found,
    async look(name) {
      await page.evaluate('document.fonts.ready');
      await screenshot(picture(name), whole);
      assert.equal(
        await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'),
        true,
        `${name} is wider than the window`,
      );
      found.push(...(await violations()).map((violation) => `${name}: ${violation}`));
    },
  };
}

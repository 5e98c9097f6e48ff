// The served pages and a browser, once for the tests of a file.
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../editor/browser.ts';
import { type ServedPages, servePages } from './harness/serve.ts';
import type { DrivenPage } from './page-driver.ts';

export interface Served<Options, Driven> {
  /** Opens the page; it is closed after `use`, and whatever it complained of fails the test. */
  withPage(options: Options, use: (driven: Driven) => Promise<void>): Promise<void>;
  scriptBytes(page: string): number;
}

/**
 * To be called once, outside all tests.
 * @param open opens the page that the tests are about
 */
export function served<Options, Driven extends DrivenPage>(
  open: (browser: Browser, url: string, options: Options) => Promise<Driven>,
): Served<Options, Driven> {
  let pages: ServedPages | undefined;
  let browser: Browser | undefined;
  before(async () => {
    [pages, browser] = await Promise.all([servePages(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
  });
  return {
    async withPage(options, use) {
      if (!pages || !browser) throw new Error('the page is not served yet');
      const driven = await open(browser, pages.url, options);
      try {
        await use(driven);
      } catch (error) {
        await driven.close().catch(() => {});
        throw error;
      }
      await driven.close();
    },
    scriptBytes: (page) => pages?.scriptBytes(page) ?? 0,
  };
}

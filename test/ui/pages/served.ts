// The served page and a browser, once for the tests of a file.
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../editor/browser.ts';
import { type ServedPages, servePages } from './harness/serve.ts';
import { type DryRunPage, openDryRun, type PageOptions } from './page-driver.ts';

export interface Served {
  /** Opens the page; it is closed after `use`, and whatever it complained of fails the test. */
  withPage(options: PageOptions, use: (dryRun: DryRunPage) => Promise<void>): Promise<void>;
  readonly scriptBytes: number;
}

/** To be called once, outside all tests. */
export function served(): Served {
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
      const dryRun = await openDryRun(browser, pages.url, options);
      try {
        await use(dryRun);
      } catch (error) {
        await dryRun.close().catch(() => {});
        throw error;
      }
      await dryRun.close();
    },
    get scriptBytes() {
      return pages?.scriptBytes ?? 0;
    },
  };
}

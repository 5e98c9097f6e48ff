// A browser on the page of a Job's log, and what a test needs to see of it.
import type { Browser } from 'playwright-core';
import type { NewLines } from '../../../src/shared/job-log/protocol.ts';
import type { JobLogStateName } from './harness/mock-job-logs.ts';
import { type DrivenPage, openPage, type PageOptions } from './page-driver.ts';

export interface JobLogOptions extends PageOptions {
  state?: JobLogStateName;
}

export interface JobLogPage extends DrivenPage {
  go(state: JobLogStateName): Promise<void>;
  lines(lines: NewLines): Promise<void>;
}

/** Opens the page of a Job's log with its stand-in for the host. */
export async function openJobLog(
  browser: Browser,
  url: string,
  { state = 'running', ...options }: JobLogOptions = {},
): Promise<JobLogPage> {
  const driven = await openPage(browser, url, 'job-log', { state }, options);
  const { page } = driven;
  return {
    ...driven,
    async go(wanted) {
      await page.evaluate(`mock.go(${JSON.stringify(wanted)})`);
    },
    async lines(lines) {
      await page.evaluate(`mock.send('lines', ${JSON.stringify(lines)})`);
    },
  };
}

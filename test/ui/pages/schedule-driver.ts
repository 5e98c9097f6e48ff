// A browser on the page of schedules, and what a test needs to see of it.
import type { Browser } from 'playwright-core';
import type { ScheduleOutcome, ScheduleView } from '../../../src/shared/schedule/view.ts';
import type { ScheduleStateName } from './harness/mock-schedules.ts';
import { type DrivenPage, openPage, type PageOptions } from './page-driver.ts';

export interface ScheduleOptions extends PageOptions {
  state?: ScheduleStateName;
}

export interface SchedulePage extends DrivenPage {
  go(state: ScheduleStateName): Promise<void>;
  show(view: Partial<ScheduleView>): Promise<void>;
  /** What the next change comes to. */
  setOutcome(outcome: ScheduleOutcome): Promise<void>;
}

/** Opens the page of schedules with its stand-in for the host. */
export async function openSchedule(
  browser: Browser,
  url: string,
  { state = 'cron-job', ...options }: ScheduleOptions = {},
): Promise<SchedulePage> {
  const driven = await openPage(browser, url, 'schedule', { state }, options);
  const { page } = driven;
  return {
    ...driven,
    async go(wanted) {
      await page.evaluate(`mock.go(${JSON.stringify(wanted)})`);
    },
    async show(view) {
      await page.evaluate(`mock.show(${JSON.stringify(view)})`);
    },
    async setOutcome(outcome) {
      await page.evaluate(`mock.outcome = ${JSON.stringify(outcome)}`);
    },
  };
}

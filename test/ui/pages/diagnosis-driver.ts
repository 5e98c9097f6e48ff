// A browser on the diagnosis page, and what a test needs to see of it.
import type { Browser } from 'playwright-core';
import type { DiagnosisView } from '../../../src/shared/diagnosis/view.ts';
import type { DiagnosisName } from './harness/mock-diagnoses.ts';
import { type DrivenPage, openPage, type PageOptions } from './page-driver.ts';

export const STATES = [
  'empty',
  'no-cluster',
  'starting',
  'running',
  'failed',
  'good',
  'unasked',
  'untrusted',
  'restricted',
  'stale',
  'expired',
  'refused',
  'insecure',
  'forbidden',
  'unnamed',
] as const satisfies readonly (
  | DiagnosisName
  | 'empty'
  | 'no-cluster'
  | 'starting'
  | 'running'
  | 'failed'
  | 'restricted'
  | 'stale'
)[];
export type StateName = (typeof STATES)[number];

export interface DiagnosisPage extends DrivenPage {
  go(state: StateName): Promise<void>;
  show(view: Partial<DiagnosisView>): Promise<void>;
}

/** Opens the diagnosis page with its stand-in for the host. */
export async function openDiagnosis(
  browser: Browser,
  url: string,
  { state = 'untrusted', ...options }: PageOptions & { state?: StateName } = {},
): Promise<DiagnosisPage> {
  const driven = await openPage(browser, url, 'diagnosis', { state }, options);
  return {
    ...driven,
    async go(wanted) {
      await driven.page.evaluate(`mock.go(${JSON.stringify(wanted)})`);
    },
    async show(view) {
      await driven.page.evaluate(`mock.show(${JSON.stringify(view)})`);
    },
  };
}

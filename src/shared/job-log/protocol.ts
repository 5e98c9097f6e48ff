import type { Deleted } from '../../engine/steps.ts';
import type { NextStep } from '../dry-run/view.ts';
import type { CommonEvents, CommonRequests, Protocol } from '../page/protocol.ts';
import type { JobLogView, JobName } from './view.ts';

/** What the page of a Job's log can ask. */
export interface JobLogRequests extends CommonRequests<JobLogView> {
  follow: { ask: JobName; answer: null };
  /** Stops following; the Job goes on. */
  stop: { ask: null; answer: null };
  /** Asks the user, and deletes the Job with its pods. */
  deleteJob: { ask: null; answer: null };
  rollOut: { ask: null; answer: null };
  explain: { ask: null; answer: null };
  diagnose: { ask: null; answer: null };
  step: { ask: { step: NextStep }; answer: null };
}

/** Lines that came since. */
export interface NewLines {
  lines: readonly string[];
  counts: Deleted;
  dryRun: boolean;
}

export interface JobLogEvents extends CommonEvents<JobLogView> {
  /** While the view's state is `job`. */
  lines: NewLines;
}

export interface JobLogProtocol extends Protocol {
  requests: JobLogRequests;
  events: JobLogEvents;
}

// What the page of a Job's log shows, as the host tells it. Plain JSON.

import type { Deleted } from '../../engine/steps.ts';
import type { PruneJobState } from '../../schedules/schedules.ts';
import type { ClusterLabel, Problem, RolloutState } from '../dry-run/view.ts';

export interface JobLogView {
  /** null: no context is chosen, or there is no kubeconfig. */
  cluster: ClusterLabel | null;
  state: JobLogState;
  /** The workspace isn't trusted: nothing is changed from it. */
  restricted: boolean;
}

/** A Job's name. */
export interface JobName {
  namespace: string;
  name: string;
}

export type JobLogState =
  /** No Job is followed: after the window was loaded again, the page asks for its own. */
  | { kind: 'none' }
  /** The Job is looked for. */
  | { kind: 'starting'; job: JobName }
  | { kind: 'failed'; job: JobName; problem: Problem }
  | { kind: 'job'; job: JobFacts; following: boolean; log: LogSoFar; rollout: RolloutState };

export interface JobFacts extends JobName {
  /** The CronJob that it is of; null for none. */
  cronJob: string | null;
  state: PruneJobState;
  /** What became of it, in a sentence. */
  outcome: string;
  /** Why its pod doesn't run yet; empty where it does. */
  waiting: string;
  /** RFC 3339. */
  startedAt: string | null;
  endedAt: string | null;
  /** What it prunes by, in phrases. */
  options: readonly string[];
  /** Why it failed, as far as its log gives away; the decisive first. */
  causes: readonly { title: string; cause: string }[];
}

/** What the log has told so far. */
export interface LogSoFar {
  counts: Deleted;
  /** It deletes nothing. */
  dryRun: boolean;
  /** How many lines stood before the first of `lines`: those are not kept. */
  first: number;
  lines: readonly string[];
}

/** More lines are not kept for the page. */
export const MOST_LINES = 5_000;

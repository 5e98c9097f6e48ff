// What the page of schedules shows, as the host tells it. Plain JSON.

import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { ImagePruner } from '../../schedules/schedules.ts';
import type { ClusterLabel, Problem } from '../dry-run/view.ts';

export interface ScheduleView {
  /** null: no context is chosen, or there is no kubeconfig. */
  cluster: ClusterLabel | null;
  state: ScheduleState;
  /** The workspace isn't trusted: nothing is changed from it. */
  restricted: boolean;
  /** What the form is to begin with; null: with what the page remembers. */
  start: FormStart | null;
}

export type ScheduleState =
  /** What is there, and what this user may do, is being read. */
  { kind: 'loading' } | { kind: 'failed'; problem: Problem } | { kind: 'ready'; pruner: PrunerPart };

/** What is made or changed: a CronJob, one Job that runs at once, or the operator's own. */
export type ScheduleWhat = 'CronJob' | 'Job' | 'pruner';
export const SCHEDULE_WHATS: readonly ScheduleWhat[] = ['CronJob', 'Job', 'pruner'];

export interface FormStart {
  /** Another one for every time that somebody opens the form. */
  id: string;
  what: ScheduleWhat;
  /** For a CronJob or a Job. */
  request: ScheduleRequest;
  /** An object that is there is being edited. */
  editing: boolean;
}

/** The ImagePruner, as far as the user may see it. */
export type PrunerPart =
  | { kind: 'there'; pruner: ImagePruner }
  /** There is none: not OpenShift, or a registry without the operator. */
  | { kind: 'none' }
  | { kind: 'unseen'; message: string; role: string };

/** What this user may do, asked of the API server. */
export interface ScheduleRights {
  /** The namespace that was asked about. */
  namespace: string;
  /** To make or change each of them. */
  ServiceAccount: RightInWords;
  ClusterRoleBinding: RightInWords;
  CronJob: RightInWords;
  Job: RightInWords;
  ImagePruner: RightInWords;
}
export type RightName = Exclude<keyof ScheduleRights, 'namespace'>;

export interface RightInWords {
  /** null: the API server doesn't tell. */
  may: boolean | null;
  /** A role that allows it. */
  role: string;
  /** The command that grants the role. */
  command: string;
}

/** What came of making or changing something. */
export type ScheduleOutcome =
  | { kind: 'done'; objects: readonly DoneObject[] }
  /** The user said no, or looked at the differences only. */
  | { kind: 'cancelled' }
  /** Everything is so already. */
  | { kind: 'unchanged' };

export interface DoneObject {
  kind: string;
  namespace: string | null;
  name: string;
  what: 'created' | 'changed' | 'unchanged';
}

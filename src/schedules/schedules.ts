// The prunes that a cluster runs by itself, as plain data: what tree, page and command line show.
import type { ImagePrunerSpec } from './image-pruner.ts';
import type { Problem } from './problem.ts';
import type { PruneCommand } from './prune-arguments.ts';
import type { PruneLog } from './prune-log.ts';

/** Everything that prunes in a cluster, so far as the user may see it. */
export interface Schedules {
  /** RFC 3339. */
  readAt: string;
  /** The operator's own; null where there is none, or where `unread` says that it couldn't be read. */
  pruner: ImagePruner | null;
  /** By namespace and name; without the operator's own, which belongs to `pruner`. */
  cronJobs: readonly PruneCronJob[];
  /** Jobs of no CronJob that is there, the newest first. */
  jobs: readonly PruneJob[];
  /** What couldn't be read, and what would help. */
  unread: readonly UnreadPart[];
}

/** A part of the cluster that couldn't be looked at. */
export interface UnreadPart {
  what: 'imagepruners' | 'cronjobs' | 'jobs' | 'pods' | 'logs';
  /** null: in every namespace. */
  namespace: string | null;
  /** The server's words. */
  message: string;
  forbidden: boolean;
  /** The role that would allow it, and where it must be granted; empty where no role would help. */
  role: string;
}

/** `imagepruners.imageregistry.operator.openshift.io/cluster` (REFERENCE section 8). */
export interface ImagePruner {
  resourceVersion: string;
  generation: number;
  /** As written; what is absent there is absent here. */
  spec: ImagePrunerSpec;
  conditions: readonly PrunerCondition[];
  /** The generation that the conditions speak of. */
  observedGeneration: number;
  /** The CronJob that the operator makes of it; null where it isn't there or can't be seen. */
  cronJob: PruneCronJob | null;
  /** RFC 3339; empty where it is suspended, or the schedule can't be understood. */
  nextRuns: readonly string[];
}

export interface PrunerCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  /** RFC 3339; empty where the API gives none. */
  since: string;
}

export interface PruneCronJob {
  namespace: string;
  name: string;
  uid: string;
  /** Who made it: the registry's operator, this program, or somebody else. */
  madeBy: 'operator' | 'image-hygiene' | 'other';
  schedule: string;
  /** What keeps the schedule from being understood. */
  problem: Problem | null;
  /** null: the cluster's, which is UTC on OpenShift. */
  timeZone: string | null;
  suspended: boolean;
  command: PruneCommand;
  image: string;
  serviceAccount: string;
  /** RFC 3339; null for never. */
  lastScheduled: string | null;
  lastSuccessful: string | null;
  /** RFC 3339; empty where it is suspended, or the schedule can't be understood. */
  nextRuns: readonly string[];
  /** Its Jobs that are still there, the newest first. */
  jobs: readonly PruneJob[];
}

/** `waiting`: its pod doesn't run yet. */
export type PruneJobState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'suspended';

export interface PruneJob {
  namespace: string;
  name: string;
  uid: string;
  /** The CronJob that owns it; null for none. */
  cronJob: string | null;
  /** Started by hand: `cronjob.kubernetes.io/instantiate: manual`. */
  manual: boolean;
  command: PruneCommand;
  image: string;
  state: PruneJobState;
  /** RFC 3339. */
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  /** Milliseconds; until now where it runs; null where it hasn't begun. */
  durationMs: number | null;
  /** Pods that failed; a Job tries again. */
  failedPods: number;
  /** What the Job's condition says, such as `BackoffLimitExceeded`; empty where it has none. */
  reason: string;
  message: string;
  /** What its pod's log tells; null where it was not looked at. */
  outcome: PruneOutcome | null;
}

/** What a Job's pod says of its prune. */
export interface PruneOutcome {
  /** Empty where there is no pod any more. */
  pod: string;
  /** `terminationMessage`: the log couldn't be read, but its end stands in the pod's status. */
  from: 'log' | 'terminationMessage' | 'none';
  /** Why there is no log, in the server's words; empty where there is. */
  missing: string;
  log: PruneLog;
}

/** Whether the registry's cache may believe in what a Job's prune removed: a CronJob never restarts it. */
export function mayOweRollout({ command, outcome }: PruneJob): boolean {
  if (!command.confirm || command.prune.pruneRegistry === false) return false;
  const { counts, summary } = outcome?.log ?? {};
  if (!counts) return false;
  return Math.max(counts.blobs, summary?.blobs ?? 0) > 0;
}

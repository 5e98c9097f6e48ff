import { setTimeout as delay } from 'node:timers/promises';
import { said } from '../../engine/said.ts';
import { isObject } from '../../engine/shape.ts';
import { emptyLog, type PruneLog, withLine } from '../../schedules/prune-log.ts';
import type { PruneJob } from '../../schedules/schedules.ts';
import { DEFAULT_RETRY, isWorthRetrying, type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { type JobPod, jobOutcome, jobPod } from './job-outcome.ts';
import { batchPath } from './paths.ts';
import { logRefusal, podLog } from './pod-log.ts';
import { readJob } from './read-job.ts';
import { ScheduleError } from './schedule-error.ts';

/** What happens to a Job that is followed. */
export type JobEvent =
  /** Its state has changed, or its pod's: `waiting` says why it doesn’t run yet. */
  | { kind: 'job'; job: PruneJob; pod: string; waiting: string }
  /** Another pod, or the same one's container once more, begins from the start: what was counted counts no more. */
  | { kind: 'again'; pod: string }
  | { kind: 'lines'; lines: readonly string[]; log: PruneLog }
  /** It has ended; the job has its outcome. */
  | { kind: 'ended'; job: PruneJob };

export interface FollowJobOptions {
  signal: AbortSignal;
  retry?: RetryPolicy;
  /** Between two looks at what doesn't run yet: milliseconds; 1 s where absent. */
  pollMs?: number;
}

/**
 * Follows a Job to its end: its pod's log as it is written, each line once, and counted. Ending the iteration, or the
 * signal, ends the following; the Job goes on in the cluster.
 * @throws ScheduleError where it is gone; what the session throws, where it fails for good
 */
export async function* followJob(
  session: ApiSession,
  which: { namespace: string; name: string },
  { signal, retry = DEFAULT_RETRY, pollMs = 1000 }: FollowJobOptions,
): AsyncGenerator<JobEvent> {
  const follower = new LogFollower(session, which.namespace, signal);
  let told = '';
  while (true) {
    const job = await readAgain(session, which, signal, retry);
    const pod = await podOrNone(session, which, signal, retry);
    const state = `${job.state} ${pod?.name} ${pod?.waiting}`;
    if (state !== told) yield { kind: 'job', job, pod: pod?.name ?? '', waiting: pod?.waiting ?? '' };
    told = state;
    if (pod && hasBegun(pod)) yield* follower.follow(pod);
    if (job.state === 'succeeded' || job.state === 'failed') {
      const outcome = await jobOutcome(session, job, { signal, retry });
      // The pod of a Job that has failed for good is taken away at once, and its log with it.
      const kept = { pod: follower.pod, from: 'log', missing: '', log: follower.log } as const;
      const isKept = outcome.from !== 'log' && follower.pod !== '';
      yield { kind: 'ended', job: { ...job, outcome: isKept ? kept : outcome } };
      return;
    }
    await delay(pollMs, undefined, { signal });
  }
}

function hasBegun({ phase, waiting }: JobPod): boolean {
  return phase !== 'Pending' && (waiting === '' || phase !== 'Unknown');
}

/** Hands each line of a Job's logs over once, whatever breaks in between. */
class LogFollower {
  readonly #session: ApiSession;
  readonly #namespace: string;
  readonly #signal: AbortSignal;
  /** Lines of the present log that were handed over. */
  #seen = 0;
  /** Of which start of the container. */
  #restarts = 0;
  log: PruneLog = emptyLog();
  pod = '';

  constructor(session: ApiSession, namespace: string, signal: AbortSignal) {
    this.#session = session;
    this.#namespace = namespace;
    this.#signal = signal;
  }

  /** Until the log ends or breaks off; what is new in it. */
  async *follow({ name, container, restarts }: JobPod): AsyncGenerator<JobEvent> {
    if (this.pod !== name || this.#restarts !== restarts) {
      const isAnother = this.pod !== '';
      this.pod = name;
      this.#restarts = restarts;
      this.#seen = 0;
      this.log = emptyLog();
      if (isAnother) yield { kind: 'again', pod: name };
    }
    const request = { namespace: this.#namespace, pod: name, container, follow: true, signal: this.#signal };
    let at = 0;
    try {
      for await (const lines of podLog(this.#session, request)) {
        const fresh = lines.slice(Math.max(0, this.#seen - at));
        at += lines.length;
        if (fresh.length === 0) continue;
        this.#seen = at;
        for (const line of fresh) this.log = withLine(this.log, line);
        yield { kind: 'lines', lines: fresh, log: this.log };
      }
    } catch (error) {
      if (this.#signal.aborted) throw error;
      if (!logRefusal(error) && !isWorthRetrying(error)) throw error;
    }
  }
}

async function readAgain(
  session: ApiSession,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
  retry: RetryPolicy,
): Promise<PruneJob> {
  try {
    const get = () => session.json({ path: batchPath('jobs', namespace, name), signal });
    const object = await withRetry(get, signal, retry);
    const job = isObject(object) ? readJob(object, Date.now()) : undefined;
    if (job) return job;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    throw new ScheduleError(
      'not-found',
      said(
        'There is no Job {0} in the namespace {1} (any more). What its log said can’t be had.',
        name,
        namespace,
      ),
      { cause: error },
    );
  }
  throw new ScheduleError('invalid', said('The Job {0} prunes no images.', `${namespace}/${name}`));
}

async function podOrNone(
  session: ApiSession,
  which: { namespace: string; name: string },
  signal: AbortSignal,
  retry: RetryPolicy,
): Promise<JobPod | undefined> {
  try {
    return await jobPod(session, which, { signal, retry });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { emptyLog, type PruneLog, readPruneLog, withLine } from '../../schedules/prune-log.ts';
import type { PruneJob, PruneOutcome } from '../../schedules/schedules.ts';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { logRefusal, podLog } from './pod-log.ts';
import { pruningContainer } from './pruning-pod.ts';

export interface OutcomeOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
}

/** A Job's newest pod. */
export interface JobPod {
  name: string;
  phase: string;
  /** How often its container was started again. */
  restarts: number;
  /** The container that prunes. */
  container: string;
  /** The end of its log, where the pod's status has it (`FallbackToLogsOnError`). */
  terminationMessage: string;
  /** Why its container doesn't run yet, such as `ImagePullBackOff: …`; empty where it does. */
  waiting: string;
}

/** The newest pod of a Job; undefined where there is none. Throws what the session throws. */
export async function jobPod(
  session: ApiSession,
  { namespace, name }: Pick<PruneJob, 'namespace' | 'name'>,
  { signal, retry }: OutcomeOptions = {},
): Promise<JobPod | undefined> {
  const list = () =>
    session.json({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
      query: { labelSelector: `job-name=${name}` },
      signal,
    });
  const pods = listAt(await withRetry(list, signal, retry), 'items').filter(isObject);
  const created = (pod: JsonObject) => textAt(objectAt(pod, 'metadata'), 'creationTimestamp');
  const [newest] = [...pods].sort((a, b) => (created(a) < created(b) ? 1 : -1));
  return newest === undefined ? undefined : readPod(newest);
}

function readPod(pod: JsonObject): JobPod {
  const status = objectAt(pod, 'status');
  const container =
    pruningContainer(pod)?.name ?? textAt(listAt(objectAt(pod, 'spec'), 'containers')[0], 'name');
  const own = listAt(status, 'containerStatuses').find((one) => textAt(one, 'name') === container);
  const ended = (key: string) => textAt(objectAt(objectAt(own, key), 'terminated'), 'message');
  const waiting = objectAt(objectAt(own, 'state'), 'waiting');
  const why = textAt(waiting, 'message');
  const reason = textAt(waiting, 'reason');
  return {
    name: textAt(objectAt(pod, 'metadata'), 'name'),
    phase: textAt(status, 'phase'),
    restarts: numberAt(own, 'restartCount') ?? 0,
    container,
    terminationMessage: ended('state') || ended('lastState'),
    waiting: why === '' ? reason : `${reason}: ${why}`,
  };
}

/**
 * What a Job's pod says of its prune: from its log, or where that can't be had, from its status.
 * @throws what the session throws, but for refusals
 */
export async function jobOutcome(
  session: ApiSession,
  job: PruneJob,
  options: OutcomeOptions = {},
): Promise<PruneOutcome> {
  let pod: JobPod | undefined;
  try {
    pod = await jobPod(session, job, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { pod: '', from: 'none', missing: error.serverMessage, log: emptyLog() };
  }
  if (pod === undefined) return { pod: '', from: 'none', missing: 'its pod is gone', log: emptyLog() };
  if (pod.waiting !== '' && pod.phase === 'Pending') {
    return { pod: pod.name, from: 'none', missing: pod.waiting, log: emptyLog() };
  }
  try {
    const log = await wholeLog(session, job.namespace, pod, options);
    return { pod: pod.name, from: 'log', missing: '', log };
  } catch (error) {
    const refusal = logRefusal(error);
    if (refusal === undefined) throw error;
    return pod.terminationMessage === ''
      ? { pod: pod.name, from: 'none', missing: refusal.serverMessage, log: emptyLog() }
      : {
          pod: pod.name,
          from: 'terminationMessage',
          missing: refusal.serverMessage,
          log: readPruneLog(pod.terminationMessage),
        };
  }
}

function wholeLog(
  session: ApiSession,
  namespace: string,
  { name, container }: JobPod,
  { signal, retry }: OutcomeOptions,
): Promise<PruneLog> {
  const read = async () => {
    let log = emptyLog();
    for await (const lines of podLog(session, { namespace, pod: name, container, signal })) {
      for (const line of lines) log = withLine(log, line);
    }
    return log;
  };
  return withRetry(read, signal, retry);
}

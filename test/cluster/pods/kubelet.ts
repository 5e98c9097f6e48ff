// The kubelet, in small: runs the pods of jobs, and says how their containers fare.
import { setTimeout as delay } from 'node:timers/promises';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from '../api-object.ts';
import { resourceNamed } from '../resources.ts';
import type { Change, Store } from '../store.ts';
import type { PodLogs } from './pod-logs.ts';
import { NoSuchProgramError, type Programs, runCommand } from './programs.ts';

const PODS = resourceNamed('pods');
/** What a container's last lines are cut to (kubelet, MaxPodTerminationMessageLogLines and -Length). */
const MESSAGE_LINES = 80;
const MESSAGE_BYTES = 2048;

export interface KubeletOptions {
  /** Before a container that failed starts again. Default 20 ms, where a real one waits ten seconds and more. */
  restartMilliseconds?: number;
}

/** The command that a container names; empty where it leaves that to its image. */
export function commandOf(container: unknown): string[] {
  const command = listAt(container, 'command').map(String);
  return command.length === 0 ? [] : [...command, ...listAt(container, 'args').map(String)];
}

/** Runs the first container of every pod that a job makes. */
export class Kubelet {
  readonly options: KubeletOptions;
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #logs: PodLogs;
  readonly #programs: Programs;
  /** By the pod's uid. */
  readonly #running = new Map<string, AbortController>();
  readonly #ends = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;

  constructor(parts: {
    store: Store;
    clock: () => Date;
    logs: PodLogs;
    programs: Programs;
    options: KubeletOptions;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logs = parts.logs;
    this.#programs = parts.programs;
    this.options = parts.options;
    this.#unsubscribe = this.#store.onChange((change) => this.#changed(change));
  }

  /** Ends everything that runs; resolves when it has. */
  async close(): Promise<void> {
    this.#unsubscribe();
    for (const abort of this.#running.values()) abort.abort();
    await Promise.all(this.#ends);
  }

  #changed({ resource, type, object }: Change): void {
    if (resource !== PODS) return;
    const { uid = '' } = object.metadata;
    if (type === 'DELETED') {
      this.#running.get(uid)?.abort();
      return;
    }
    const ofJob = listAt(object.metadata, 'ownerReferences').some((one) => textAt(one, 'kind') === 'Job');
    if (!ofJob || type !== 'ADDED' || textAt(object.status, 'phase') !== 'Pending') return;
    const abort = new AbortController();
    this.#running.set(uid, abort);
    // A pod that goes while it runs ends in silence.
    const end = this.#run(object, abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) throw error;
      })
      .finally(() => {
        this.#running.delete(uid);
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  async #run(pod: ApiObject, signal: AbortSignal): Promise<void> {
    const [container] = listAt(pod.spec, 'containers').filter(isObject);
    if (container === undefined) return;
    const name = textAt(container, 'name');
    const base = { name, image: textAt(container, 'image'), imageID: '' };
    for (let restarts = 0; ; restarts += 1) {
      const last = objectAt(this.#statusOf(pod), 'state');
      const previous = restarts === 0 ? {} : { lastState: last };
      if (restarts > 0) {
        const waiting = { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' };
        const lastState = last;
        this.#put(pod, 'Running', {
          ...base,
          ready: false,
          restartCount: restarts,
          state: { waiting },
          lastState,
        });
        await delay(this.options.restartMilliseconds ?? 20, undefined, { signal });
      }
      const startedAt = timestampOf(this.#clock());
      const running = {
        ready: true,
        started: true,
        restartCount: restarts,
        state: { running: { startedAt } },
      };
      const log = this.#logs.begin(pod.metadata.namespace ?? '', pod.metadata.name, name);
      this.#put(pod, 'Running', { ...base, ...running, ...previous });
      const ended = await this.#execute(pod, container, log, signal);
      log.end();
      signal.throwIfAborted();
      const terminated = { ...ended, startedAt, finishedAt: timestampOf(this.#clock()) };
      const status = {
        ...base,
        ready: false,
        started: false,
        restartCount: restarts,
        state: { terminated },
        ...previous,
      };
      const again = ended.exitCode !== 0 && textAt(pod.spec, 'restartPolicy') === 'OnFailure';
      this.#put(pod, again ? 'Running' : ended.exitCode === 0 ? 'Succeeded' : 'Failed', status);
      if (!again) return;
    }
  }

  async #execute(
    pod: ApiObject,
    container: JsonObject,
    log: { write(text: string): void; text: string },
    signal: AbortSignal,
  ): Promise<{ exitCode: number; reason: string; message?: string }> {
    const write = (text: string) => log.write(text);
    try {
      const io = { pod, container, stdout: write, stderr: write, signal };
      const exitCode = await runCommand(this.#programs, commandOf(container), io);
      if (exitCode === 0) return { exitCode, reason: 'Completed' };
      const falls = textAt(container, 'terminationMessagePolicy') === 'FallbackToLogsOnError';
      const message = falls ? endOf(log.text) : '';
      return { exitCode, reason: 'Error', ...(message === '' ? {} : { message }) };
    } catch (error) {
      if (!(error instanceof NoSuchProgramError)) throw error;
      return { exitCode: 128, reason: 'StartError', message: error.message };
    }
  }

  #statusOf({ metadata }: ApiObject): unknown {
    return listAt(this.#store.get(PODS, metadata.namespace, metadata.name)?.status, 'containerStatuses')[0];
  }

  #put({ metadata }: ApiObject, phase: string, containerStatus: JsonObject): void {
    const pod = this.#store.get(PODS, metadata.namespace, metadata.name);
    if (pod === undefined || pod.metadata.uid !== metadata.uid) return;
    const ready = containerStatus.ready === true ? 'True' : 'False';
    this.#store.put(PODS, {
      ...pod,
      status: {
        phase,
        startTime: textAt(pod.status, 'startTime') || timestampOf(this.#clock()),
        conditions: [
          { type: 'Ready', status: ready, ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) },
          { type: 'PodScheduled', status: 'True' },
        ],
        containerStatuses: [containerStatus],
      },
    });
  }
}

/** The last lines of a log, as they become a termination message. */
function endOf(text: string): string {
  const lines = text
    .split('\n')
    .slice(-MESSAGE_LINES - 1)
    .join('\n');
  return Buffer.from(lines).subarray(-MESSAGE_BYTES).toString();
}

import type { Duplex } from 'node:stream';
import { said, wordsOf } from '../../engine/said.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { openPodStream } from './pod-stream.ts';
import { type PodPort, readyPods, type ServicePort } from './service-pods.ts';
import { forbidden, TunnelError } from './tunnel-error.ts';

/** Streams to a service: to one of its pods as long as that works, then to another. */
export class ServiceStreams {
  readonly #session: ApiSession;
  readonly #way: ServicePort;
  readonly #silenceMs: number | undefined;
  #current?: PodPort;
  /** The pod that failed last: ready or not, another is better. */
  #failed = '';

  constructor(session: ApiSession, way: ServicePort, silenceMs?: number) {
    this.#session = session;
    this.#way = way;
    this.#silenceMs = silenceMs;
  }

  /** Name of the pod that the last stream led to; empty before the first. */
  get pod(): string {
    return this.#current?.pod ?? this.#failed;
  }

  /**
   * Opens a stream. Where the pod has gone, the pods are looked up again and the others tried.
   * Throws {@link TunnelError}, `ClusterUnreachableError` or `CredentialError`.
   */
  async open(signal: AbortSignal): Promise<Duplex> {
    const tried = new Set<string>();
    let failure: unknown;
    for (let pod = this.#current; ; pod = undefined) {
      pod ??= await this.#untried(tried, signal);
      if (pod === undefined) throw explained(failure, this.#way);
      tried.add(pod.pod);
      try {
        return await this.#openTo(pod, signal);
      } catch (error) {
        if (!isThePods(error)) throw explained(error, this.#way);
        failure = error;
        this.#giveUp(pod);
      }
    }
  }

  async #openTo(pod: PodPort, signal: AbortSignal): Promise<Duplex> {
    const stream = await openPodStream(this.#session, pod, { signal, silenceMs: this.#silenceMs });
    this.#current = pod;
    return stream.once('error', () => this.#giveUp(pod));
  }

  async #untried(tried: ReadonlySet<string>, signal: AbortSignal): Promise<PodPort | undefined> {
    const pods = await readyPods(this.#session, this.#way, signal);
    const untried = pods.filter(({ pod }) => !tried.has(pod));
    return untried.find(({ pod }) => pod !== this.#failed) ?? untried[0];
  }

  #giveUp({ pod }: PodPort): void {
    this.#failed = pod;
    if (this.#current?.pod === pod) this.#current = undefined;
  }
}

/** Whether another pod may be better: not where the user or the API server is what stands in the way. */
function isThePods(error: unknown): boolean {
  return error instanceof ApiError && ![401, 403, 429].includes(error.status);
}

function explained(error: unknown, way: ServicePort): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 403) return forbidden(error, way.namespace);
  return new TunnelError(
    'failed',
    said('No tunnel to the service {0} in {1} was opened. {2}', way.service, way.namespace, wordsOf(error)),
    { cause: error },
  );
}

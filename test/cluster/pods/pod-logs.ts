// What containers have written, line by line, for as long as their pods are there.
import { resourceNamed } from '../resources.ts';
import type { Store } from '../store.ts';

export interface LogLine {
  at: Date;
  /** Without the line's end. */
  text: string;
}

/** One run of a container: a restart begins another. */
export class ContainerLog {
  readonly lines: LogLine[] = [];
  #ended = false;
  #rest = '';
  readonly #followers = new Set<() => void>();
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What has been written, whole lines of it. */
  get text(): string {
    return this.lines.map(({ text }) => `${text}\n`).join('');
  }

  write(text: string): void {
    const parts = `${this.#rest}${text}`.split('\n');
    this.#rest = parts.pop() ?? '';
    const at = this.#clock();
    for (const part of parts) this.lines.push({ at, text: part });
    if (parts.length > 0) this.#tell();
  }

  end(): void {
    if (this.#rest !== '') this.write('\n');
    this.#ended = true;
    this.#tell();
  }

  /** Calls for every change until it is ended. @returns what ends it */
  follow(told: () => void): () => void {
    this.#followers.add(told);
    return () => this.#followers.delete(told);
  }

  #tell(): void {
    for (const told of [...this.#followers]) told();
  }
}

export class PodLogs {
  /** By pod, then container; the last run is the present one. */
  readonly #logs = new Map<string, Map<string, ContainerLog[]>>();
  readonly #clock: () => Date;

  constructor(store: Store, clock: () => Date) {
    this.#clock = clock;
    const pods = resourceNamed('pods');
    store.onChange(({ resource, type, object }) => {
      if (resource !== pods || type !== 'DELETED') return;
      const { namespace, name } = object.metadata;
      const key = `${namespace}/${name}`;
      for (const log of [...(this.#logs.get(key)?.values() ?? [])].flat()) log.end();
      this.#logs.delete(key);
    });
  }

  /** The log of a container that starts now. */
  begin(namespace: string, pod: string, container: string): ContainerLog {
    const key = `${namespace}/${pod}`;
    const containers = this.#logs.get(key) ?? new Map<string, ContainerLog[]>();
    this.#logs.set(key, containers);
    const log = new ContainerLog(this.#clock);
    containers.set(container, [...(containers.get(container) ?? []), log]);
    return log;
  }

  /** @param previous the run before the present one */
  of(namespace: string, pod: string, container: string, previous = false): ContainerLog | undefined {
    return this.#logs
      .get(`${namespace}/${pod}`)
      ?.get(container)
      ?.at(previous ? -2 : -1);
  }

  /** What the only container of a pod has written in its present run. */
  text(namespace: string, pod: string): string {
    const [runs] = this.#logs.get(`${namespace}/${pod}`)?.values() ?? [];
    return runs?.at(-1)?.text ?? '';
  }

  /** For seeds: a container that has ended, and what it wrote. */
  written(namespace: string, pod: string, container: string, text: string): void {
    const log = this.begin(namespace, pod, container);
    log.write(text);
    log.end();
  }
}

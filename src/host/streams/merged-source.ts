import type { NamespaceEntry, StreamEntry, StreamsSource, TagEntry } from './entries.ts';

/**
 * A plan that doesn't know every namespace, and the cluster as it is for the others: what a plan of one namespace, or of
 * somebody who may not list all streams, leaves out is still there to be looked at.
 */
export class MergedSource implements StreamsSource {
  readonly #plan: StreamsSource;
  readonly #live: () => Promise<StreamsSource>;
  #others: StreamsSource | undefined;

  /** @param live gives the other source when it is first needed */
  constructor(plan: StreamsSource, live: () => Promise<StreamsSource>) {
    this.#plan = plan;
    this.#live = live;
  }

  async namespaces(): Promise<readonly NamespaceEntry[]> {
    const planned = await this.#plan.namespaces();
    const known = new Set(planned.map(({ namespace }) => namespace));
    try {
      this.#others ??= await this.#live();
      const others = await this.#others.namespaces();
      return [...planned, ...others.filter(({ namespace }) => !known.has(namespace))];
    } catch (error) {
      // What is known is shown, also without a cluster.
      if (planned.length > 0) return planned;
      throw error;
    }
  }

  async streams(namespace: string): Promise<readonly StreamEntry[]> {
    return (await this.#sourceOf(namespace)).streams(namespace);
  }

  async tags(namespace: string, stream: string): Promise<readonly TagEntry[]> {
    return (await this.#sourceOf(namespace)).tags(namespace, stream);
  }

  async ages(namespace: string): Promise<ReadonlyMap<string, string | null>> {
    return (await this.#sourceOf(namespace)).ages(namespace);
  }

  async bytesOf(namespace: string, stream: string): Promise<number | null> {
    return (await this.#sourceOf(namespace)).bytesOf(namespace, stream);
  }

  bytesOfAll(namespace: string): number | null {
    return this.#others?.bytesOfAll(namespace) ?? null;
  }

  tagDeleted(namespace: string, stream: string, tag: string): void {
    this.#plan.tagDeleted(namespace, stream, tag);
    this.#others?.tagDeleted(namespace, stream, tag);
  }

  async #sourceOf(namespace: string): Promise<StreamsSource> {
    const planned = await this.#plan.namespaces();
    if (planned.some((entry) => entry.namespace === namespace)) return this.#plan;
    this.#others ??= await this.#live();
    return this.#others;
  }
}

import type { HostApi } from './host-api.ts';

/** Keeps what a page remembers of itself where it survives hiding and reloading. */
export class SavedState<Memory> {
  readonly #api: HostApi;
  #memory: Memory;

  /** @param read makes sense of what an earlier version may have written; what can’t be read is forgotten */
  constructor(api: HostApi, read: (state: unknown) => Memory) {
    this.#api = api;
    this.#memory = read(api.getState());
  }

  get memory(): Memory {
    return this.#memory;
  }

  remember(changes: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...changes };
    this.#api.setState(this.#memory);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets as much work through to one server at a time as the server bears: it begins with a given number, grows while all
 * goes well, halves when the server is overloaded, and holds everything back for as long as the server asks.
 */
export class Gate {
  readonly #most: number;
  readonly #hurry: AbortSignal | undefined;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #inside = 0;
  #hasBeenFull = false;
  #holding: Promise<void> | undefined;
  #holdUntil = 0;

  /**
   * @param most never more than this at a time
   * @param hurry once it is aborted, nothing is held back any more: whatever still waits has to come to its end
   */
  constructor(start: number, most: number, hurry?: AbortSignal) {
    this.#limit = Math.min(start, most);
    this.#most = most;
    this.#hurry = hurry;
  }

  /** How many may be inside now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Runs the work when there is room for it. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      const result = await work();
      this.#grow();
      return result;
    } finally {
      this.#inside--;
      this.#letIn();
    }
  }

  /** The server has too much to do: fewer at a time from now on, and nothing for as long as it asks. */
  cut(waitMs: number): void {
    const now = performance.now();
    // Requests that were under way together complain together: that counts once.
    if (now >= this.#holdUntil) this.#limit = Math.max(1, this.#limit / 2);
    this.#hasBeenFull = true;
    if (this.#hurry?.aborted) return;
    this.#holdUntil = Math.max(this.#holdUntil, now + waitMs);
    this.#holding ??= this.#hold();
  }

  async #enter(): Promise<void> {
    while (this.#holding || this.#inside >= this.limit) {
      if (this.#holding) await this.#holding;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#inside++;
  }

  /** Fast until the server has once had too much, then slowly. */
  #grow(): void {
    if (this.#inside < this.limit) return;
    this.#limit = Math.min(this.#most, this.#limit + (this.#hasBeenFull ? 1 / this.#limit : 0.5));
  }

  #letIn(): void {
    for (let room = this.limit - this.#inside; room > 0; room--) this.#waiting.shift()?.();
  }

  async #hold(): Promise<void> {
    for (let wait = 1; wait > 0 && !this.#hurry?.aborted; wait = this.#holdUntil - performance.now()) {
      await delay(wait, undefined, { signal: this.#hurry }).catch(() => {});
    }
    this.#holding = undefined;
    this.#letIn();
  }
}

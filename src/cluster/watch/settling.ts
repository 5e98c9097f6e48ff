/** After connecting, what was missed comes without a pause: once nothing has come for so long, it is all here. */
const QUIET_MS = 100;
/** On a busy cluster there is no quiet; by then what was missed is here too. */
const LONGEST_MS = 2_000;

/** Tells, once, when a stream that begins with what was missed has caught up with the present. */
export class Settling {
  readonly #onSettled: () => void;
  #quiet: NodeJS.Timeout;
  readonly #longest: NodeJS.Timeout;
  #over = false;

  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
    this.#quiet = setTimeout(() => this.#settle(), QUIET_MS);
    this.#longest = setTimeout(() => this.#settle(), LONGEST_MS);
  }

  /** Something has come. */
  again(): void {
    if (this.#over) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#settle(), QUIET_MS);
  }

  /** The stream has ended: nothing is told any more. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#quiet);
    clearTimeout(this.#longest);
  }

  #settle(): void {
    this.stop();
    this.#onSettled();
  }
}

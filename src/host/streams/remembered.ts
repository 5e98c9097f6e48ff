/** Answers by key, each asked for once and then kept. A failure isn't kept: the next one who asks tries again. */
export class Remembered<Answer> {
  readonly #asked = new Map<string, Promise<Answer>>();
  readonly #known = new Map<string, Answer>();

  get(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const before = this.#asked.get(key);
    if (before) return before;
    const asked = ask();
    this.#asked.set(key, asked);
    asked.then(
      (answer) => {
        if (this.#asked.get(key) === asked) this.#known.set(key, answer);
      },
      () => {
        if (this.#asked.get(key) === asked) this.#asked.delete(key);
      },
    );
    return asked;
  }

  /** An answer that has come. */
  known(key: string): Answer | undefined {
    return this.#known.get(key);
  }

  forget(key: string): void {
    this.#asked.delete(key);
    this.#known.delete(key);
  }
}

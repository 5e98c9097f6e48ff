import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A token, password, key or anything that may hold one. It prints as `[redacted]`, in JSON too, so that the object
 * around it can be logged; a structured clone of it (a message to a worker) is empty.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

import { SaidError, said } from '../../engine/said.ts';

const NEWLINE = 0x0a;
/** More than any API object can take (etcd stores a few megabytes at most). */
const LONGEST_LINE = 64 * 1024 * 1024;

/** A line that no end is in sight of: what comes is no stream of API objects. */
export class LineTooLongError extends SaidError {
  override name = 'LineTooLongError';
}

/**
 * Cuts a stream of bytes into lines of UTF-8 text. Where the pieces of the stream end doesn't matter, not even inside
 * a character. Blank lines are left out.
 */
export class LineSplitter {
  readonly #longest: number;
  #begun: Buffer[] = [];
  #pending = 0;

  /** @param longest bytes that a line may take */
  constructor(longest = LONGEST_LINE) {
    this.#longest = longest;
  }

  /** Bytes of a line that has begun and not ended. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Takes the next piece of the stream.
   * @returns the lines that end in it, without their ends
   * @throws LineTooLongError
   */
  push(piece: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#append(piece.subarray(start, end));
      const line = Buffer.concat(this.#begun).toString('utf8').trimEnd();
      if (line !== '') lines.push(line);
      this.#begun = [];
      this.#pending = 0;
      start = end + 1;
    }
    this.#append(piece.subarray(start));
    return lines;
  }

  #append(part: Buffer): void {
    if (part.length === 0) return;
    this.#pending += part.length;
    if (this.#pending > this.#longest) {
      throw new LineTooLongError(
        said('a line is longer than {0} bytes, so it is no API object', this.#longest),
      );
    }
    this.#begun.push(part);
  }
}

import { type FileHandle, open } from 'node:fs/promises';

/**
 * Appends lines to a file. A line's promise resolves when it is on the disk; lines that come meanwhile go together, so
 * that many writers cost one flush.
 */
export class Appender {
  readonly #file: FileHandle;
  #pending = '';
  #flush: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** A write has failed, perhaps in the middle of a line. */
  #isCut = false;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens the file, or makes it, readable by its owner alone. A line cut off by a crash is closed first. */
  static async open(path: string): Promise<Appender> {
    const file = await open(path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const appender = new Appender(file);
      if (size > 0) {
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
        if (buffer[0] !== NEWLINE) await appender.append('');
      }
      return appender;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** @param line without its line end */
  append(line: string): Promise<void> {
    this.#pending += `${line}\n`;
    if (!this.#flush) {
      this.#flush = this.#write();
      return this.#flush;
    }
    // What is written now doesn't hold this line: it goes with the next.
    this.#next ??= this.#flush.then(
      () => this.#continue(),
      () => this.#continue(),
    );
    return this.#next;
  }

  /** Ends it once everything is written; what could not be written was told to those who wrote it. */
  async close(): Promise<void> {
    await (this.#next ?? this.#flush)?.catch(() => {});
    await this.#file.close();
  }

  #continue(): Promise<void> {
    this.#next = undefined;
    this.#flush = this.#write();
    return this.#flush;
  }

  async #write(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    try {
      await this.#file.appendFile(this.#isCut ? `\n${text}` : text);
      await this.#file.datasync();
      this.#isCut = false;
    } catch (error) {
      this.#isCut = true;
      throw error;
    } finally {
      if (this.#pending === '') this.#flush = undefined;
    }
  }
}

const NEWLINE = 10;

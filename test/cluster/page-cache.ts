// Compressed pages of a bulk base, each made once. The oldest go when there are too many.
import { gzipSync } from 'node:zlib';

const BYTES_KEPT = 256 * 1024 * 1024;

export class PageCache {
  readonly #pages = new Map<string, Buffer>();
  #bytes = 0;

  /** The compressed page of this name, made now where it is not held. */
  page(name: string, make: () => string): Buffer {
    const held = this.#pages.get(name);
    if (held !== undefined) return held;
    const page = gzipSync(make(), { level: 1 });
    this.#pages.set(name, page);
    this.#bytes += page.length;
    for (const [oldest, bytes] of this.#pages) {
      if (this.#bytes <= BYTES_KEPT) break;
      this.#pages.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return page;
  }
}

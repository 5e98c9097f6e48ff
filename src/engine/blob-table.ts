/** What is not known of a blob's size (a manifest's, mostly: the API states it only for members of an index). */
export const UNKNOWN_SIZE = -1;

/** Every blob that any image names, each once, under a small number. */
export class BlobTable {
  readonly digests: string[] = [];
  /** Bytes by number, or UNKNOWN_SIZE. */
  readonly sizes: number[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a digest, given one now where it has none; a size that was unknown is filled in. */
  add(digest: string, size: number = UNKNOWN_SIZE): number {
    const known = this.#numbers.get(digest);
    if (known !== undefined) {
      const before = this.sizes[known] ?? UNKNOWN_SIZE;
      if (size > before) this.sizes[known] = size;
      return known;
    }
    const number = this.digests.length;
    this.digests.push(digest);
    this.sizes.push(size);
    this.#numbers.set(digest, number);
    return number;
  }

  numberOf(digest: string): number | undefined {
    return this.#numbers.get(digest);
  }

  digestOf(number: number): string {
    const digest = this.digests[number];
    if (digest === undefined) throw new RangeError(`blob number ${number} is not in the table`);
    return digest;
  }

  /** Bytes, or UNKNOWN_SIZE. */
  sizeOf(number: number): number {
    return this.sizes[number] ?? UNKNOWN_SIZE;
  }
}

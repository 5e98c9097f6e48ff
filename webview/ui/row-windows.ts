/** A part of a long list, and how long the list is. */
export interface Window<Row> {
  total: number;
  rows: readonly Row[];
}

const CHUNK = 100;
/** Chunks kept; what was seen longest ago is forgotten first. */
const MOST_CHUNKS = 40;
/** Requests under way at a time. */
const AT_ONCE = 2;

interface List<Row> {
  total: number;
  chunks: Map<number, readonly Row[]>;
}

/**
 * The rows of a list that is elsewhere, fetched as they come into sight. Asking for another list leaves the old rows
 * in place until the first of the new ones are here.
 */
export class RowWindows<Query, Row> {
  readonly #fetch: (query: Query, start: number, count: number) => Promise<Window<Row>>;
  readonly #onChange: (fresh: boolean) => void;
  readonly #onError: (error: unknown) => void;
  #list: List<Row> = { total: 0, chunks: new Map() };
  #query: Query | undefined;
  /** Another one for each list: answers to questions about another list are dropped. */
  #generation = 0;
  #waitingForFirst = false;
  #wanted: number[] = [];
  readonly #underWay = new Set<number>();

  /** @param onChange told when rows have come; `fresh` for the first ones of another list */
  constructor(
    fetch: (query: Query, start: number, count: number) => Promise<Window<Row>>,
    onChange: (fresh: boolean) => void,
    onError: (error: unknown) => void,
  ) {
    this.#fetch = fetch;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  get total(): number {
    return this.#list.total;
  }

  /** Whether the rows are those of an older query. */
  get stale(): boolean {
    return this.#waitingForFirst;
  }

  rowAt(index: number): Row | undefined {
    return this.#list.chunks.get(Math.floor(index / CHUNK))?.[index % CHUNK];
  }

  /**
   * Turns to another list.
   * @param near a row that will be looked at first
   */
  ask(query: Query, near = 0): void {
    this.#generation++;
    this.#query = query;
    this.#waitingForFirst = true;
    this.#underWay.clear();
    this.#wanted = [Math.floor(near / CHUNK)];
    this.#pump();
  }

  /** Says which rows are in sight. */
  want(start: number, end: number): void {
    if (this.#waitingForFirst) return;
    this.#wanted = [];
    for (let chunk = Math.floor(start / CHUNK); chunk <= Math.floor(end / CHUNK); chunk++) {
      const rows = this.#list.chunks.get(chunk);
      if (rows === undefined) {
        this.#wanted.push(chunk);
        continue;
      }
      this.#list.chunks.delete(chunk);
      this.#list.chunks.set(chunk, rows);
    }
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay.size < AT_ONCE && this.#query !== undefined) {
      const chunk = this.#wanted.find((each) => !this.#underWay.has(each) && !this.#has(each));
      if (chunk === undefined) return;
      this.#underWay.add(chunk);
      void this.#load(chunk, this.#query, this.#generation);
    }
  }

  #has(chunk: number): boolean {
    return !this.#waitingForFirst && this.#list.chunks.has(chunk);
  }

  async #load(chunk: number, query: Query, generation: number): Promise<void> {
    let answer: Window<Row>;
    try {
      answer = await this.#fetch(query, chunk * CHUNK, CHUNK);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#underWay.delete(chunk);
      this.#wanted = [];
      this.#onError(error);
      return;
    }
    if (generation !== this.#generation) return;
    this.#underWay.delete(chunk);
    const fresh = this.#waitingForFirst;
    if (fresh) {
      this.#waitingForFirst = false;
      this.#list = { total: answer.total, chunks: new Map() };
    }
    const { chunks } = this.#list;
    chunks.set(chunk, answer.rows);
    for (const oldest of chunks.keys()) {
      if (chunks.size <= MOST_CHUNKS) break;
      chunks.delete(oldest);
    }
    this.#onChange(fresh);
    this.#pump();
  }
}

import type { Plan, ReasonCode } from './plan.ts';
import type { PlanRow, RowQuery, RowWindow } from './plan-rows.ts';
import { isMissing, usersOf } from './row-facts.ts';
import { rowsFoundBy, wordsOf } from './row-filter.ts';
import { sortRows } from './row-order.ts';
import { RowPlaces } from './row-places.ts';

/** How many rows have a reason. */
export interface ReasonCount {
  code: ReasonCode;
  rows: number;
}

/** How many rows a namespace has, and how many of them go. Without a name: the images that no stream names. */
export interface NamespaceCount {
  namespace: string;
  rows: number;
  going: number;
}

/** Finds every row, in natural order. */
export const EVERY_ROW: RowQuery = {
  search: '',
  verdict: null,
  namespace: null,
  stream: null,
  reason: null,
  sort: null,
};

/**
 * The rows of a plan, filtered, sorted and handed out in windows. It holds numbers, not rows: a row is made when it is
 * asked for. The ids that the last query found are kept, so that windows of the same query cost nothing.
 */
export class PlanTable {
  readonly plan: Plan;
  readonly #places: RowPlaces;
  #last: { key: string; ids: Int32Array } | undefined;

  constructor(plan: Plan) {
    this.plan = plan;
    this.#places = new RowPlaces(plan);
  }

  /** The rows of a query from an offset on, at most so many; none where there are no more. */
  window(query: RowQuery, offset: number, limit: number): RowWindow {
    const ids = this.#found(query);
    const start = Math.max(0, Math.trunc(offset));
    const window = ids.subarray(start, start + Math.max(0, Math.trunc(limit)));
    return {
      total: ids.length,
      all: this.#places.count,
      rows: Array.from(window, (id) => this.row(id)),
    };
  }

  /** Every row of a query, made one by one. */
  *rows(query: RowQuery): Generator<PlanRow> {
    for (const id of this.#found(query)) yield this.row(id);
  }

  /** @throws RangeError where the plan has no row with this id */
  row(id: number): PlanRow {
    const subject = this.#places.subjectOf(id);
    const bytes = this.#places.imageOf(id)?.bytes;
    const size = bytes?.total ?? null;
    const alone = bytes?.alone ?? null;
    if (subject.kind === 'image') {
      const { name: image, created, verdict, reasons } = subject.image;
      const nowhere = { namespace: '', stream: '', tag: '', position: -1 };
      const usedBy = usersOf(reasons);
      const missing = false;
      return {
        id,
        kind: 'image',
        ...nowhere,
        image,
        created,
        verdict,
        reasons,
        usedBy,
        size,
        alone,
        missing,
      };
    }
    const { stream, tag, revision } = subject;
    const { position, image, created, verdict, reasons } = revision;
    const where = { namespace: stream.namespace, stream: stream.name, tag: tag.tag, position };
    const usedBy = usersOf(reasons, position === 0 ? tag.usedBy : undefined);
    const missing = isMissing(revision);
    return { id, kind: 'revision', ...where, image, created, verdict, reasons, usedBy, size, alone, missing };
  }

  /** The reasons that any row has, from the most frequent to the rarest. */
  reasonCounts(): ReasonCount[] {
    const counts = new Map<ReasonCode, number>();
    const count = ({ reasons }: { reasons: readonly { code: ReasonCode }[] }) => {
      for (const code of new Set(reasons.map((reason) => reason.code))) {
        counts.set(code, (counts.get(code) ?? 0) + 1);
      }
    };
    for (const { tag } of this.#places.tags()) tag.revisions.forEach(count);
    for (let id = this.#places.firstImage; id < this.#places.count; id++) {
      const image = this.#places.imageOf(id);
      if (image) count(image);
    }
    return [...counts].map(([code, rows]) => ({ code, rows })).sort((a, b) => b.rows - a.rows);
  }

  /** The namespaces of the plan in order; the images that no stream names come last, where there are any. */
  namespaceCounts(): NamespaceCount[] {
    const counts: NamespaceCount[] = [];
    for (const { namespace, tags, itemsToPrune } of this.plan.streams) {
      if (counts.at(-1)?.namespace !== namespace) counts.push({ namespace, rows: 0, going: 0 });
      const count = counts.at(-1);
      if (!count) continue;
      for (const { revisions } of tags) count.rows += revisions.length;
      count.going += itemsToPrune;
    }
    const { firstImage, count } = this.#places;
    if (firstImage === count) return counts;
    const unnamed: NamespaceCount = { namespace: '', rows: count - firstImage, going: 0 };
    for (let id = firstImage; id < count; id++) {
      if (this.#places.imageOf(id)?.verdict === 'prune') unnamed.going++;
    }
    return [...counts, unnamed];
  }

  #found(query: RowQuery): Int32Array {
    const { verdict, namespace, stream, reason, sort } = query;
    const order = sort && [sort.by, sort.descending];
    const key = JSON.stringify([wordsOf(query.search), verdict, namespace, stream, reason, order]);
    if (this.#last?.key === key) return this.#last.ids;
    const ids = rowsFoundBy(query, this.#places);
    if (sort) sortRows(ids, sort, this.#places);
    this.#last = { key, ids };
    return ids;
  }
}

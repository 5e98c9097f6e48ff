import type { Planner } from '../../cluster/planner/planner.ts';
import type { PlanRow } from '../../engine/plan-rows.ts';
import { EVERY_ROW } from '../../engine/plan-table.ts';
import type { NamespaceEntry, StreamEntry, StreamsSource, TagEntry } from './entries.ts';
import { tagId } from './nodes.ts';
import { Remembered } from './remembered.ts';

/** What the view asks of a plan. */
export type PlanReader = Pick<Planner, 'namespacesWithBytes' | 'streamsOf' | 'shares' | 'stream' | 'rows'>;

const ROWS_AT_ONCE = 1000;
const STREAMS_AT_ONCE = 50;

/** The image streams of a plan, with its verdicts. */
export class PlanSource implements StreamsSource {
  readonly #planner: PlanReader;
  readonly #namespaces = new Remembered<readonly NamespaceEntry[]>();
  readonly #streams = new Remembered<readonly StreamEntry[]>();
  readonly #tags = new Remembered<readonly TagEntry[]>();
  readonly #ages = new Remembered<ReadonlyMap<string, string | null>>();
  /** Tags that were deleted since the plan was made. */
  readonly #deleted = new Set<string>();

  constructor(planner: PlanReader) {
    this.#planner = planner;
  }

  namespaces(): Promise<readonly NamespaceEntry[]> {
    return this.#namespaces.get('', async () =>
      (await this.#planner.namespacesWithBytes()).map(
        ({ namespace, streams, revisions, revisionsGoing, bytes }) => ({
          namespace,
          streams,
          bytes: bytes.total,
          decided: { goes: bytes.goes, revisions, revisionsGoing },
        }),
      ),
    );
  }

  streams(namespace: string): Promise<readonly StreamEntry[]> {
    return this.#streams.get(namespace, async () => {
      const [summaries, shares] = await Promise.all([
        this.#planner.streamsOf(namespace),
        this.#planner.shares(namespace),
      ]);
      const goes = new Map(shares.map((share) => [share.stream, share.goes]));
      return summaries.map(({ name, verdict, itemsToPrune, revisions, bytes }) => ({
        namespace,
        name,
        created: null,
        bytes: bytes.total,
        decided: { verdict, goes: goes.get(name) ?? 0, revisions, revisionsGoing: itemsToPrune },
      }));
    });
  }

  async tags(namespace: string, stream: string): Promise<readonly TagEntry[]> {
    const tags = await this.#tags.get(`${namespace}/${stream}`, () => this.#readTags(namespace, stream));
    return tags.filter(({ tag }) => !this.#deleted.has(tagId(namespace, stream, tag)));
  }

  /** One stream after the other: their summaries don't have it. */
  ages(namespace: string): Promise<ReadonlyMap<string, string | null>> {
    return this.#ages.get(namespace, async () => {
      const ages = new Map<string, string | null>();
      const names = (await this.streams(namespace)).map(({ name }) => name);
      for (let start = 0; start < names.length; start += STREAMS_AT_ONCE) {
        const some = names.slice(start, start + STREAMS_AT_ONCE);
        const plans = await Promise.all(some.map((name) => this.#planner.stream(namespace, name)));
        for (const plan of plans) if (plan) ages.set(plan.name, plan.created);
      }
      return ages;
    });
  }

  async bytesOf(): Promise<number | null> {
    return null;
  }

  bytesOfAll(): number | null {
    return null;
  }

  tagDeleted(namespace: string, stream: string, tag: string): void {
    this.#deleted.add(tagId(namespace, stream, tag));
  }

  async #readTags(namespace: string, stream: string): Promise<TagEntry[]> {
    const plan = await this.#planner.stream(namespace, stream);
    if (!plan) return [];
    const rows = await this.#rowsOf(namespace, stream);
    return plan.tags.map(({ tag, verdict, reasons, usedBy, revisions }) => ({
      tag,
      decided: { verdict, reasons, usedBy },
      revisions: revisions.map((revision) => {
        const { position, image, created } = revision;
        const row = rows.get(`${tag} ${position}`);
        return {
          position,
          image,
          created,
          reference: null,
          size: row?.size ?? null,
          missing: row?.missing ?? false,
          decided: {
            verdict: revision.verdict,
            reasons: revision.reasons,
            usedBy: row?.usedBy ?? [],
            alone: row?.alone ?? null,
          },
        };
      }),
    }));
  }

  /** The rows of a stream by tag and position: they know sizes and users. */
  async #rowsOf(namespace: string, stream: string): Promise<Map<string, PlanRow>> {
    const found = new Map<string, PlanRow>();
    for (let offset = 0; ; offset += ROWS_AT_ONCE) {
      const query = { ...EVERY_ROW, namespace, stream };
      const { rows, total } = await this.#planner.rows(query, offset, ROWS_AT_ONCE);
      for (const row of rows) found.set(`${row.tag} ${row.position}`, row);
      if (offset + ROWS_AT_ONCE >= total) return found;
    }
  }
}

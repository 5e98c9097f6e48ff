import type { ImagePlan, Reason } from './plan.ts';
import { type PlanSummary, summaryOf } from './plan-parts.ts';
import type { BytesShare, PlanRow, RowQuery } from './plan-rows.ts';
import { EVERY_ROW, type PlanTable } from './plan-table.ts';
import { compareText } from './referrer.ts';
import { userName } from './row-facts.ts';

const COLUMNS = [
  'kind',
  'namespace',
  'stream',
  'tag',
  'position',
  'image',
  'created',
  'verdict',
  'missing',
  'reasons',
  'usedBy',
  'size',
  'alone',
];

/**
 * The rows of a plan as CSV (RFC 4180, UTF-8, one piece a line, the first names the columns). Reasons are codes,
 * users `resource/namespace/name`, both joined by semicolons; sizes are bytes; what is not known is empty. A text
 * that a spreadsheet would take for a formula gets an apostrophe in front.
 * @param query which rows, and in which order
 */
export function* planAsCsv(table: PlanTable, query: RowQuery = EVERY_ROW): Generator<string> {
  yield csvLine(COLUMNS);
  for (const row of table.rows(query)) yield csvLine(csvCells(row));
}

function csvCells(row: PlanRow): (string | number | boolean | null)[] {
  return [
    row.kind,
    row.namespace,
    row.stream,
    row.tag,
    row.kind === 'image' ? null : row.position,
    row.image,
    row.created,
    row.verdict,
    row.missing,
    row.reasons.map((reason) => reason.code).join(';'),
    row.usedBy.map(userName).join(';'),
    row.size,
    row.alone,
  ];
}

function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  const line = cells.map((cell) => (typeof cell === 'string' ? csvText(cell) : String(cell ?? '')));
  return `${line.join(',')}\r\n`;
}

function csvText(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** What a report says in the language of its readers; its texts are plain, not Markdown. */
export interface ReportWords {
  title(plan: PlanSummary): string;
  /** What the plan comes to, one figure a line. */
  facts(plan: PlanSummary): readonly string[];
  namespaces: {
    heading: string;
    columns: Record<'namespace' | 'goes' | 'stays' | 'total' | 'revisionsGoing' | 'revisions', string>;
    /** Stands for the images that no stream names. */
    unnamed: string;
  };
  largest: {
    heading(images: number): string;
    columns: Record<'image' | 'places' | 'age' | 'size' | 'alone' | 'why', string>;
  };
  bytes(bytes: number): string;
  /** @param now the plan's clock, RFC 3339 */
  age(created: string | null, now: string): string;
  digest(digest: string): string;
  /** Where an image stands; empty where no stream names it. */
  places(rows: readonly PlanRow[]): string;
  reasons(reasons: readonly Reason[]): string;
}

const LARGEST = 50;

/**
 * A report on a plan as Markdown (tables as GitHub writes them), line by line: what it comes to, where the bytes are by
 * namespace, and the largest images that go.
 * @param shares those of the plan
 */
export function* planAsMarkdown(
  table: PlanTable,
  shares: readonly BytesShare[],
  words: ReportWords,
): Generator<string> {
  const summary = summaryOf(table.plan);
  yield `# ${markdownText(words.title(summary))}\n\n`;
  for (const fact of words.facts(summary)) yield `- ${markdownText(fact)}\n`;
  yield* namespacesAsMarkdown(shares, words);
  yield* largestAsMarkdown(table, words);
}

function* namespacesAsMarkdown(shares: readonly BytesShare[], words: ReportWords): Generator<string> {
  const { heading, columns, unnamed } = words.namespaces;
  const whole = shares
    .filter((share) => share.stream === '')
    .sort((a, b) => b.goes - a.goes || b.total - a.total || compareText(a.namespace, b.namespace));
  if (whole.length === 0) return;
  yield `\n## ${markdownText(heading)}\n\n`;
  const { namespace, goes, stays, total, revisionsGoing, revisions } = columns;
  yield markdownLine([namespace, goes, stays, total, revisionsGoing, revisions]);
  yield '| --- | ---: | ---: | ---: | ---: | ---: |\n';
  for (const share of whole) {
    const bytes = [share.goes, share.stays, share.total].map((each) => words.bytes(each));
    const counts = [share.revisionsGoing, share.revisions].map(String);
    yield markdownLine([share.namespace || unnamed, ...bytes, ...counts]);
  }
}

function* largestAsMarkdown(table: PlanTable, words: ReportWords): Generator<string> {
  const largest = largestGoing(table.plan.images);
  if (largest.length === 0) return;
  const { heading, columns } = words.largest;
  yield `\n## ${markdownText(heading(largest.length))}\n\n`;
  yield markdownLine([columns.image, columns.places, columns.age, columns.size, columns.alone, columns.why]);
  yield '| --- | --- | --- | ---: | ---: | --- |\n';
  const places = new Map<string, PlanRow[]>(largest.map(({ name }) => [name, []]));
  for (const row of table.rows({ ...EVERY_ROW, verdict: 'prune' })) {
    if (row.kind === 'revision') places.get(row.image)?.push(row);
  }
  for (const { name, created, bytes, reasons } of largest) {
    const rows = places.get(name) ?? [];
    yield markdownLine([
      words.digest(name),
      words.places(rows),
      words.age(created, table.plan.now),
      words.bytes(bytes.total),
      words.bytes(bytes.alone),
      // Of an image that stood in a tag, the history says why it goes.
      words.reasons(rows[0]?.reasons ?? reasons),
    ]);
  }
}

function largestGoing(images: readonly ImagePlan[]): ImagePlan[] {
  return images
    .filter((image) => image.verdict === 'prune')
    .sort((a, b) => b.bytes.total - a.bytes.total)
    .slice(0, LARGEST);
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(markdownText).join(' | ')} |\n`;
}

/** Text that Markdown shows as it is, on one line. */
function markdownText(text: string): string {
  return text.replaceAll(/[\\`*_~[\]<>|&]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

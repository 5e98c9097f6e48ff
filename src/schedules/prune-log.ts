// What a prune's output tells, line by line (REFERENCE section 3): of `oc adm prune images` and of this project's own.
import type { Deleted, Step } from '../engine/steps.ts';

/** What a prune's log has told so far. */
export interface PruneLog {
  /** Announced, one for each line. */
  counts: Deleted;
  /** What the closing line sums up; null as long as there is none. */
  summary: Deleted | null;
  dryRun: boolean;
  /** `--prune-registry=false`. */
  onlyApiObjects: boolean;
  /** Lines that are not of the report: warnings, errors. The newest last, at most {@link MOST_OTHERS}. */
  others: readonly string[];
}

/** More than anybody reads. */
export const MOST_OTHERS = 200;

const NOTHING: Deleted = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };

/** The log of a prune that hasn't said anything. */
export function emptyLog(): PruneLog {
  return { counts: NOTHING, summary: null, dryRun: false, onlyApiObjects: false, others: [] };
}

/** The log with one more line. */
export function withLine(log: PruneLog, line: string): PruneLog {
  const text = line.trimEnd();
  if (text === '') return log;
  const step = stepIn(text);
  if (step) return { ...log, counts: counted(log.counts, step) };
  const summary = summaryIn(text);
  if (summary) return { ...log, summary };
  if (/^Dry run enabled\b/.test(text)) return { ...log, dryRun: true };
  if (/^Only API objects will be removed\./.test(text)) return { ...log, onlyApiObjects: true };
  return { ...log, others: [...log.others, text].slice(-MOST_OTHERS) };
}

/** Reads a whole log. */
export function readPruneLog(text: string): PruneLog {
  let log = emptyLog();
  for (const line of text.split(/\r?\n/)) log = withLine(log, line);
  return log;
}

const DIGEST = '[a-z0-9]+:[0-9a-f]{32,}';
const STEPS: readonly [RegExp, (match: RegExpExecArray) => Step][] = [
  [
    new RegExp(`^Delet(?:ing|ed) layer link (${DIGEST}) in repository (\\S+)$`),
    ([, digest = '', repository = '']) => ({ kind: 'layerLink', digest, repository }),
  ],
  [
    /^Delet(?:ing|ed) (\d+) items from image stream (\S+)$/,
    ([, items, repository = '']) => ({ kind: 'tagItems', items: Number(items), repository }),
  ],
  [
    new RegExp(`^Delet(?:ing|ed) manifest link (${DIGEST}) in repository (\\S+)$`),
    ([, digest = '', repository = '']) => ({ kind: 'manifestLink', digest, repository }),
  ],
  [new RegExp(`^Delet(?:ing|ed) blob (${DIGEST})$`), ([, digest = '']) => ({ kind: 'blob', digest })],
  [new RegExp(`^Delet(?:ing|ed) image (${DIGEST})$`), ([, name = '']) => ({ kind: 'image', name })],
];

/** The deletion that a line announces. */
export function stepIn(line: string): Step | undefined {
  for (const [form, read] of STEPS) {
    const match = form.exec(line);
    if (match) return read(match);
  }
  return undefined;
}

function counted(counts: Deleted, step: Step): Deleted {
  switch (step.kind) {
    case 'layerLink':
      return { ...counts, layerLinks: counts.layerLinks + 1 };
    case 'manifestLink':
      return { ...counts, manifestLinks: counts.manifestLinks + 1 };
    case 'blob':
      return { ...counts, blobs: counts.blobs + 1 };
    case 'image':
      return { ...counts, images: counts.images + 1 };
    case 'tagItems':
      return { ...counts, tagItems: counts.tagItems + step.items, streams: counts.streams + 1 };
  }
}

const PARTS: readonly [RegExp, keyof Deleted][] = [
  [/deleted (\d+) image object\(s\)/, 'images'],
  [/deleted (\d+) image stream tag item\(s\)/, 'tagItems'],
  [/updated (\d+) image stream\(s\)/, 'streams'],
  [/deleted (\d+) layer link\(s\)/, 'layerLinks'],
  [/deleted (\d+) manifest link\(s\)/, 'manifestLinks'],
  [/deleted (\d+) blob\(s\)/, 'blobs'],
];

function summaryIn(line: string): Deleted | undefined {
  if (!/^Summary: (?:deleted|updated) \d/.test(line)) return undefined;
  const summary: Deleted = { ...NOTHING };
  for (const [form, key] of PARTS) summary[key] = Number(form.exec(line)?.[1] ?? 0);
  return summary;
}

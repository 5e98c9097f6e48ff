import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readOverview, runIds } from '../../prune/journal/read-run.ts';
import { FILES } from '../../prune/journal/run-files.ts';
import { errorInWords } from '../../shared/words/in-words.ts';
import { factsOf, type RunFacts } from './run-facts.ts';

/** A run as the list shows it, or why it can't. */
export type RunEntry =
  | { kind: 'run'; id: string; facts: RunFacts }
  | { kind: 'unreadable'; id: string; folder: string; why: string };

/** How many runs are read at a time. */
const AT_ONCE = 8;

/** The runs of a folder. What was read is kept until its files change. */
export class RunBook {
  readonly folder: string;
  readonly #read = new Map<string, { mark: string; entry: RunEntry }>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The newest first; none where there is no such folder. */
  async ids(): Promise<string[]> {
    const ids = await runIds(this.folder);
    const present = new Set(ids);
    for (const id of this.#read.keys()) if (!present.has(id)) this.#read.delete(id);
    return ids;
  }

  /** Reads runs, in the order of their ids. */
  async entries(ids: readonly string[]): Promise<RunEntry[]> {
    const entries: RunEntry[] = [];
    const remaining = ids.entries();
    const worker = async () => {
      for (const [place, id] of remaining) entries[place] = await this.entry(id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return entries;
  }

  async entry(id: string): Promise<RunEntry> {
    const folder = join(this.folder, id);
    // Taken before reading: what is written meanwhile makes another mark.
    const mark = await markOf(folder);
    const known = this.#read.get(id);
    // A process that works on it can end without touching a file.
    const settled = known && !(known.entry.kind === 'run' && known.entry.facts.state === 'running');
    if (settled && known.mark === mark) return known.entry;
    const entry = await read(id, folder);
    this.#read.set(id, { mark, entry });
    return entry;
  }
}

async function read(id: string, folder: string): Promise<RunEntry> {
  try {
    return { kind: 'run', id, facts: factsOf(await readOverview(folder)) };
  } catch (error) {
    return { kind: 'unreadable', id, folder, why: errorInWords(error) };
  }
}

/** Another one when something was written. */
async function markOf(folder: string): Promise<string> {
  const marks = [FILES.order, FILES.log, FILES.lock].map(async (file) => {
    const found = await stat(join(folder, file)).catch(() => undefined);
    return found ? `${found.size} ${found.mtimeMs}` : '';
  });
  return (await Promise.all(marks)).join('\n');
}

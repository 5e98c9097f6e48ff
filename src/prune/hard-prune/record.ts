// A hard prune on disk, beside the runs of prunes: so that the registry's read-only mode is put back even where the
// process that switched it has ended in between.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadOnly } from '../../cluster/hard-prune/read-only.ts';
import { isObject, numberAt, textAt } from '../../engine/shape.ts';
import { Appender } from '../journal/appender.ts';
import { isHeld, takeLock } from '../journal/lock.ts';

/** What is known of a hard prune before it begins. */
export interface HardPruneHeader {
  kind: 'HardPrune';
  version: 1;
  id: string;
  /** RFC 3339. */
  startedAt: string;
  server: string;
  context: string;
  /** What `spec.readOnly` was, and must be again. */
  readOnlyBefore: ReadOnly;
}

export type HardPruneEvent =
  /** Written before the operator is told, so from then on it is owed. */
  | { event: 'read-only' }
  /** Written before the registry's program is begun. */
  | { event: 'deleting'; pod: string }
  | { event: 'deleted'; exitCode: number; blobs: number | null; bytes: number | null }
  /** By this one itself, by a restore, or because a later hard prune has taken it over. */
  | { event: 'put-back'; by: 'itself' | 'restore' | 'somebody else' | string };

/** A hard prune as it was left. */
export interface HardPruneOverview {
  folder: string;
  header: HardPruneHeader;
  events: readonly HardPruneEvent[];
  /** The registry may be read-only because of it. */
  owed: boolean;
  /** A process works on it now. */
  running: boolean;
}

const FOLDER = 'hard-prunes';
const LOG = 'log.jsonl';
const LOCK = 'lock';

/** A hard prune's record, open for what is done. Folder 0700, file 0600. */
export class HardPruneRecord {
  readonly id: string;
  readonly folder: string;
  readonly #log: Appender;
  readonly #unlock: () => Promise<void>;

  private constructor(id: string, folder: string, log: Appender, unlock: () => Promise<void>) {
    this.id = id;
    this.folder = folder;
    this.#log = log;
    this.#unlock = unlock;
  }

  /** @param runs the folder of the runs */
  static async begin(
    runs: string,
    about: Pick<HardPruneHeader, 'server' | 'context' | 'readOnlyBefore'>,
    now: Date = new Date(),
  ): Promise<HardPruneRecord> {
    const startedAt = now.toISOString();
    const id = `${startedAt.replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z')}-${randomBytes(2).toString('hex')}`;
    const folder = join(runs, FOLDER, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const record = await HardPruneRecord.open(folder, id);
    const header: HardPruneHeader = { kind: 'HardPrune', version: 1, id, startedAt, ...about };
    await record.#log.append(JSON.stringify(header));
    return record;
  }

  /** Opens one that was left. @throws RunBusyError where another process works on it */
  static async open(folder: string, id: string): Promise<HardPruneRecord> {
    const unlock = await takeLock(join(folder, LOCK), id);
    return new HardPruneRecord(id, folder, await Appender.open(join(folder, LOG)), unlock);
  }

  /** Resolves when it is on the disk. */
  note(event: HardPruneEvent): Promise<void> {
    return this.#log.append(JSON.stringify({ ...event, at: new Date().toISOString() }));
  }

  async close(): Promise<void> {
    await this.#log.close();
    await this.#unlock();
  }
}

/** The hard prunes of a cluster on this machine, the oldest first. What can't be read is left out. */
export async function readHardPrunes(runs: string, server: string): Promise<HardPruneOverview[]> {
  const found: HardPruneOverview[] = [];
  for (const name of (await namesIn(join(runs, FOLDER))).sort()) {
    const overview = await readOne(join(runs, FOLDER, name));
    if (overview?.header.server === server) found.push(overview);
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function readOne(folder: string): Promise<HardPruneOverview | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, LOG), 'utf8');
  } catch {
    return undefined;
  }
  const [first, ...rest] = text.split('\n').flatMap((line) => parsed(line) ?? []);
  const header = headerOf(first);
  if (header === undefined) return undefined;
  const events = rest.flatMap((line) => eventOf(line) ?? []);
  const owed =
    events.some(({ event }) => event === 'read-only') && !events.some(({ event }) => event === 'put-back');
  return { folder, header, events, owed, running: await isHeld(join(folder, LOCK)) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Cut off by a crash.
    return undefined;
  }
}

function headerOf(value: unknown): HardPruneHeader | undefined {
  if (!isObject(value) || value.kind !== 'HardPrune' || value.version !== 1) return undefined;
  const { readOnlyBefore } = value;
  return {
    kind: 'HardPrune',
    version: 1,
    id: textAt(value, 'id'),
    startedAt: textAt(value, 'startedAt'),
    server: textAt(value, 'server'),
    context: textAt(value, 'context'),
    readOnlyBefore: typeof readOnlyBefore === 'boolean' ? readOnlyBefore : null,
  };
}

function eventOf(value: unknown): HardPruneEvent | undefined {
  switch (textAt(value, 'event')) {
    case 'read-only':
      return { event: 'read-only' };
    case 'deleting':
      return { event: 'deleting', pod: textAt(value, 'pod') };
    case 'deleted':
      return {
        event: 'deleted',
        exitCode: numberAt(value, 'exitCode') ?? -1,
        blobs: numberAt(value, 'blobs') ?? null,
        bytes: numberAt(value, 'bytes') ?? null,
      };
    case 'put-back':
      return { event: 'put-back', by: textAt(value, 'by') };
    default:
      return undefined;
  }
}

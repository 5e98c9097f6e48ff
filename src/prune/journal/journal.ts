import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SaidError, said } from '../../engine/said.ts';
import type { PruneOrder } from '../order.ts';
import { Appender } from './appender.ts';
import { type Entry, logLineText } from './entries.ts';
import { takeLock } from './lock.ts';
import { FILES } from './run-files.ts';

/** What a run's folder says of it as a whole. */
export interface RunHeader {
  kind: 'PruneRun';
  version: 1;
  id: string;
  /** RFC 3339. */
  startedAt: string;
  /** The registry that blobs and links are deleted from; null where only API objects are. */
  registry: RunRegistry | null;
}

export interface RunRegistry {
  /** `host[:port]`, as people see it. */
  address: string;
  /** Where the address came from: `given`, `route`, `tunnel`… */
  source: string;
  /** Whether its certificate was verified. */
  verified: boolean;
}

/** What can't be written down must not be done. */
export class JournalError extends SaidError {
  override name = 'JournalError';
}

/** What is read of the API objects that are about to change, to be written down before the first change. */
export type SavedObjects = AsyncIterable<{ kind: 'ImageStream' | 'Image'; object: unknown }>;

/** A run on disk, open for what is done. Folder 0700, files 0600; no credential is ever written. */
export class Journal {
  readonly id: string;
  readonly folder: string;
  readonly #log: Appender;
  readonly #unlock: () => Promise<void>;
  readonly #now: () => Date;

  private constructor(
    id: string,
    folder: string,
    log: Appender,
    unlock: () => Promise<void>,
    now: () => Date,
  ) {
    this.id = id;
    this.folder = folder;
    this.#log = log;
    this.#unlock = unlock;
    this.#now = now;
  }

  /**
   * Writes a new run: what is to be done, and every object about to change. It counts as a run once all of that is on
   * the disk; what a crash leaves before is taken away by the next run.
   * @throws JournalError where the disk doesn't take it; what `objects` throws
   */
  static async create(
    runs: string,
    registry: RunRegistry | null,
    order: PruneOrder,
    objects: SavedObjects,
    now: () => Date = () => new Date(),
  ): Promise<Journal> {
    try {
      return await Journal.#create(runs, registry, order, objects, now);
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      throw new JournalError(
        said(
          'nothing was changed, since what is about to change can’t be written down in {0} ({1}). Make room there, or name another folder with IMAGE_HYGIENE_RUNS',
          runs,
          error.message,
        ),
        { cause: error },
      );
    }
  }

  static async #create(
    runs: string,
    registry: RunRegistry | null,
    order: PruneOrder,
    objects: SavedObjects,
    now: () => Date,
  ): Promise<Journal> {
    await mkdir(runs, { recursive: true, mode: 0o700 });
    await removeUnfinished(runs);
    const startedAt = now().toISOString();
    const id = `${startedAt.replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z')}-${randomBytes(2).toString('hex')}`;
    const unfinished = join(runs, `${UNFINISHED}${process.pid}-${id}`);
    await mkdir(unfinished, { mode: 0o700 });
    try {
      const header: RunHeader = { kind: 'PruneRun', version: 1, id, startedAt, registry };
      await writeJsonLines(join(unfinished, FILES.order), orderLines(header, order));
      await writeJsonLines(join(unfinished, FILES.objects), objects);
      await syncFolder(unfinished);
      const folder = join(runs, id);
      await rename(unfinished, folder);
      await syncFolder(runs);
      return await Journal.open(folder, id, now);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Opens a run to go on with it.
   * @throws RunBusyError
   */
  static async open(folder: string, id: string, now: () => Date = () => new Date()): Promise<Journal> {
    const unlock = await takeLock(join(folder, FILES.lock), id);
    try {
      const log = await Appender.open(join(folder, FILES.log));
      await syncFolder(folder);
      return new Journal(id, folder, log, unlock, now);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Resolves once the entry is on the disk. */
  record(entry: Entry): Promise<void> {
    return this.#log.append(logLineText({ ...entry, at: this.#now().toISOString() }));
  }

  async close(): Promise<void> {
    try {
      await this.#log.close();
    } finally {
      await this.#unlock();
    }
  }
}

/** Folders of runs whose writing has not ended begin with this and the process that writes them. */
const UNFINISHED = '.writing-';

async function removeUnfinished(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    const pid = Number(/^\.writing-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid !== 0 && !isAlive(pid)) await rm(join(runs, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The order line by line: the head, then each stream, image and blob. */
function* orderLines(header: RunHeader, order: PruneOrder): Generator<unknown> {
  yield { run: header };
  yield { plan: order.plan };
  for (const stream of order.streams) yield { stream };
  for (const image of order.images) yield { image };
  for (const keptIndex of order.keptIndexes) yield { keptIndex };
  for (const blob of order.blobs) yield { blob };
  // Without its last line the file is not whole.
  yield { end: true, keptIndexes: order.keptIndexes.length };
}

async function writeJsonLines(
  path: string,
  values: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let text = '';
    for await (const value of values) {
      text += `${JSON.stringify(value)}\n`;
      if (text.length < 64 * 1024) continue;
      await file.appendFile(text);
      text = '';
    }
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isOfDisk(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** Makes a new file or a rename last through a power failure, where the platform has that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

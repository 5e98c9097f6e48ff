import { NotTriedError } from '../carry-out.ts';
import type { Entry } from '../journal/entries.ts';
import type { Stop } from './server.ts';

/** Writes down what was done. */
export interface Recorder {
  /** Resolves once the entry is on the disk. */
  record(entry: Entry): Promise<void>;
}

/** What can't be written down must not be done: the run stopped. */
export class JournalError extends Error {
  override name = 'JournalError';
}

/** A recorder that stops the run where an entry can't be written. */
export function stoppingRecorder(journal: Recorder, stop: Stop): Recorder {
  return {
    async record(entry) {
      try {
        await journal.record(entry);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const error = new JournalError(`the run’s journal can’t be written (${why})`, { cause });
        stop.now(error);
        throw new NotTriedError(error);
      }
    },
  };
}

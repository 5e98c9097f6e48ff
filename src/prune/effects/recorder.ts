import { said, wordsOf } from '../../engine/said.ts';
import { NotTriedError } from '../carry-out.ts';
import type { Entry } from '../journal/entries.ts';
import { type Journal, JournalError } from '../journal/journal.ts';
import type { Stop } from './server.ts';

/** Writes down what is done. Where it can't, the run stops. */
export interface Recorder {
  /**
   * Writes down what is about to be done; resolves once it is on the disk.
   * @throws NotTriedError where it can't be: it must not be done then
   */
  intend(entry: Entry): Promise<void>;
  /** Writes down what has been done; that counts even where it can't be written. */
  acknowledge(entry: Entry): Promise<void>;
}

/** A recorder for a run's journal. */
export function stoppingRecorder(journal: Pick<Journal, 'folder' | 'record'>, stop: Stop): Recorder {
  const written = async (entry: Entry): Promise<Error | undefined> => {
    try {
      await journal.record(entry);
      return undefined;
    } catch (cause) {
      const error = new JournalError(
        said(
          'the journal in {0} can’t be written ({1}), so that nothing more is deleted. Make room there',
          journal.folder,
          wordsOf(cause),
        ),
        { cause },
      );
      stop.now(error);
      return error;
    }
  };
  return {
    async intend(entry) {
      const error = await written(entry);
      if (error) throw new NotTriedError(error);
    },
    async acknowledge(entry) {
      await written(entry);
    },
  };
}

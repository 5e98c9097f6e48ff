import { ownCommand } from '../engine/own-command.ts';
import { SaidError, said } from '../engine/said.ts';

/** A run was cancelled after it had begun to change things; its report has been written. */
export class CancelledError extends SaidError {
  override name = 'CancelledError';

  /** @param command that does the rest: `resume …` */
  constructor(command: string) {
    super(
      said(
        'interrupted; what was done is in the report above, and the rest is done by: {0}',
        ownCommand(command),
      ),
    );
  }
}

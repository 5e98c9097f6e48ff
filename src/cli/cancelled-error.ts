import { SaidError, said } from '../engine/said.ts';

/** A run was cancelled after it had begun to change things; its report has been written. */
export class CancelledError extends SaidError {
  override name = 'CancelledError';

  constructor(run: string) {
    super(
      said(
        'interrupted; what was done is in the report above, and the rest is done by: image-hygiene resume {0}',
        run,
      ),
    );
  }
}

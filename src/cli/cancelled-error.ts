/** A run was cancelled after it had begun to change things; its report has been written. */
export class CancelledError extends Error {
  override name = 'CancelledError';

  constructor(run: string) {
    super(
      `interrupted; what was done is in the report above, and the rest is done by: image-hygiene resume ${run}`,
    );
  }
}

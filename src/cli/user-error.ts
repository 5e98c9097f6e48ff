import { type Said, SaidError } from '../engine/said.ts';

/** A failure whose message is all that its reader needs. `detail` lines come before the `error:` line. */
export class UserError extends SaidError {
  override name = 'UserError';
  /** In the language of the reader. */
  readonly detail: readonly string[];

  constructor(message: Said, detail: readonly string[] = []) {
    super(message);
    this.detail = detail;
  }
}

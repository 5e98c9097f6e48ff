/** A failure whose message is all that its reader needs. `detail` lines come before the `error:` line. */
export class UserError extends Error {
  override name = 'UserError';
  readonly detail: readonly string[];

  constructor(message: string, detail: readonly string[] = []) {
    super(message);
    this.detail = detail;
  }
}

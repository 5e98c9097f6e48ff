import { type Said, SaidError } from '../../engine/said.ts';

export type CredentialProblem =
  | 'unreadable-file'
  | 'invalid-certificate'
  | 'invalid-token'
  | 'clear-text'
  | 'command-not-found'
  | 'command-failed'
  | 'command-timeout'
  | 'command-needs-terminal'
  | 'command-answer';

/** There is no usable credential. The message holds no secret. */
export class CredentialError extends SaidError {
  override readonly name = 'CredentialError';
  readonly problem: CredentialProblem;

  constructor(problem: CredentialProblem, message: Said, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.problem = problem;
  }
}

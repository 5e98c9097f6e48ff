import { type Said, SaidError } from '../../engine/said.ts';

export type KubeconfigProblem =
  | 'missing-file'
  | 'unreadable-file'
  | 'invalid-file'
  | 'no-kubeconfig'
  | 'no-current-context'
  | 'unknown-context'
  | 'unknown-cluster'
  | 'unknown-user'
  | 'invalid-cluster'
  | 'invalid-user'
  | 'dropped-auth-provider';

/** A kubeconfig that can't be read, or doesn't say what is needed. The message names no secret. */
export class KubeconfigError extends SaidError {
  override readonly name = 'KubeconfigError';
  readonly problem: KubeconfigProblem;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;

  constructor(
    problem: KubeconfigProblem,
    message: Said,
    where: { file?: string; line?: number; cause?: unknown } = {},
  ) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.problem = problem;
    this.file = where.file;
    this.line = where.line;
  }
}

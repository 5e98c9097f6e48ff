import { SaidError } from '../../engine/said.ts';

/** A server answered with something that isn’t what was asked for. The message says what it lacks, not what it holds. */
export class MalformedAnswerError extends SaidError {
  override readonly name = 'MalformedAnswerError';
}

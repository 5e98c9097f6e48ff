import type { FindingCode } from '../finding.ts';

/** How one or several programs say one thing. */
export interface TextRule {
  /** null: what isn’t trouble of the reader’s, although it looks like it. */
  code: FindingCode | null;
  /**
   * With the flag `g`. Its named groups become the finding’s arguments. It runs over pieces of a line, and is bound by a
   * literal or by counts, so that no text makes it slow.
   */
  pattern: RegExp;
  /** Arguments that hold whenever the pattern does. */
  facts?: Readonly<Record<string, string>>;
  /** Counts only in a text that speaks of deletions. */
  onlyDeleting?: true;
}

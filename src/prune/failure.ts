import { inEnglish, type Said, said, withTexts } from '../engine/said.ts';

/** A step that failed. */
export interface Failure {
  /** What was to be done, to what: in English as the reference command says it. */
  what: Said;
  cause: Said;
}

/** `imagestream shop/web: failed to delete layer link sha256:…: 500 Internal Server Error` */
export function failureInWords({ what, cause }: Failure): Said {
  // Of an earlier version’s log it may not be known to whom it happened.
  return inEnglish(what) === '' ? cause : said('{0}: {1}', what, cause);
}

/** How many steps failed for the same cause. */
export interface Cause {
  cause: Said;
  failures: number;
}

/** The causes of failures, the most frequent first. What differs only in the image it happened to has one cause. */
export function causesOf(failures: readonly Pick<Failure, 'cause'>[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const failure of failures) {
    const cause = withTexts(failure.cause, (text) => text.replace(/sha256:[0-9a-f]{64}/g, 'sha256:…'));
    const key = inEnglish(cause);
    const known = causes.get(key);
    if (known) known.failures++;
    else causes.set(key, { cause, failures: 1 });
  }
  return [...causes]
    .sort(([a, { failures: first }], [b, { failures: second }]) => second - first || (a < b ? -1 : 1))
    .map(([, cause]) => cause);
}

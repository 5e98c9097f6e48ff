import * as l10n from '@vscode/l10n';
import type { PlanRow } from '../../../src/engine/plan-rows.ts';
import { ageInWords, bytesInWords, shortDigest } from '../../../src/shared/words/quantities.ts';
import { reasonsInWords, referrerInWords } from '../../../src/shared/words/reasons.ts';
import { outcomeInWords, outcomeOf } from '../words/verdicts.ts';

/** What a row is about: `team-a/web:latest #4`, or an image by its digest. */
export function rowName({ kind, namespace, stream, tag, position, image }: PlanRow): string {
  return kind === 'image'
    ? l10n.t('image {0}', shortDigest(image))
    : `${namespace}/${stream}:${tag} #${position}`;
}

export function sizeInWords(bytes: number | null): string {
  return bytes === null ? l10n.t('unknown') : bytesInWords(bytes);
}

/** Who uses it, the first by name. */
export function usersInWords({ usedBy, namespace }: PlanRow): string {
  const [first] = usedBy;
  if (first === undefined) return '';
  const name = referrerInWords(first, namespace);
  const more = usedBy.length - 1;
  return more > 0 ? l10n.t('{0} and {1} more', name, more) : name;
}

/**
 * A row in one sentence, for screen readers.
 * @param now the clock of the plan, in milliseconds since the epoch
 */
export function rowInWords(row: PlanRow, now: number, open: boolean): string {
  const words = [
    rowName(row),
    outcomeInWords(outcomeOf(row)),
    ageInWords(row.created, now),
    sizeInWords(row.size),
    reasonsInWords(row.reasons, row.namespace),
  ] as const;
  return open
    ? l10n.t('{0}: {1}, {2}, {3}, {4}; its details are open below', ...words)
    : l10n.t('{0}: {1}, {2}, {3}, {4}', ...words);
}

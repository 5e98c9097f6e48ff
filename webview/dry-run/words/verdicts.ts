import * as l10n from '@vscode/l10n';
import type { PlanRow, RowQuery } from '../../../src/engine/plan-rows.ts';
import { staysBeyondReference } from '../../../src/engine/row-facts.ts';

/** What becomes of a row, as people are told: never by colour alone. */
export type Outcome = NonNullable<RowQuery['verdict']>;

export const OUTCOMES: readonly Outcome[] = ['prune', 'keep', 'missing', 'beyondReference'];

/** The outcome that a row is shown with: the most telling of those that hold. */
export function outcomeOf(row: PlanRow): Outcome {
  if (row.verdict === 'prune') return row.missing ? 'missing' : 'prune';
  return staysBeyondReference(row) ? 'beyondReference' : 'keep';
}

/** One word, for a cell. */
export function outcomeInWords(outcome: Outcome): string {
  switch (outcome) {
    case 'prune':
      return l10n.t('goes');
    case 'keep':
      return l10n.t('stays');
    case 'missing':
      return l10n.t('missing');
    case 'beyondReference':
      return l10n.t('protected');
  }
}

/** What an outcome means, for a tooltip or a filter. */
export function outcomeMeaning(outcome: Outcome): string {
  switch (outcome) {
    case 'prune':
      return l10n.t('Goes');
    case 'keep':
      return l10n.t('Stays');
    case 'missing':
      return l10n.t('Its image is missing');
    case 'beyondReference':
      return l10n.t('Protected beyond the reference');
  }
}

/** The codicon of an outcome. */
export const OUTCOME_ICONS: Readonly<Record<Outcome, string>> = {
  prune: 'trash',
  keep: 'check',
  missing: 'warning',
  beyondReference: 'shield',
};

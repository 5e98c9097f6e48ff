import * as l10n from '@vscode/l10n';
import type { TagPlan } from '../../engine/plan.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { referrerInWords } from '../../shared/words/reasons.ts';

const NAMED = 5;

/**
 * What deleting a tag means, line by line.
 * @param plan of the tag; undefined where no dry run knows it
 */
export function deletionInWords(plan: TagPlan | undefined, namespace: string): string[] {
  const after = l10n.t(
    'Its history goes with it, and so does an import that it follows. Images that nothing else names are removed by the next prune.',
  );
  const irreversible = l10n.t('This can’t be undone.');
  if (!plan) {
    return [l10n.t('Who uses it isn’t known without a dry run.'), after, irreversible];
  }
  const { length } = plan.revisions;
  const protecting = plan.revisions.filter(({ verdict }) => verdict === 'keep').length;
  return [
    length === 1
      ? l10n.t('It has 1 revision; {0} of it stays in a prune as long as the tag is there.', protecting)
      : l10n.t(
          'It has {0} revisions; {1} of them stay in a prune as long as the tag is there.',
          length,
          protecting,
        ),
    usersLine(plan, namespace),
    after,
    irreversible,
  ];
}

function usersLine({ usedBy }: TagPlan, namespace: string): string {
  const names = [...new Set(usedBy.map((by) => referrerInWords(by, namespace)))];
  if (names.length === 0) return l10n.t('Nothing uses it by its tag.');
  const named = listInWords(names.slice(0, NAMED));
  const more = names.length - NAMED;
  const who = more > 0 ? l10n.t('{0} and {1} more', named, more) : named;
  return l10n.t('Used by {0}: they can’t pull it by this tag any more.', who);
}

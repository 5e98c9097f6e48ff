import * as l10n from '@vscode/l10n';
import type { SortBy } from './order.ts';
import type { Found } from './streams-model.ts';

/** What the view says above its items: what is filtered, and what its order can't know; undefined where nothing is. */
export function viewMessage({
  filter,
  sort,
  count,
  hasPlan,
}: {
  filter: string;
  sort: SortBy;
  count: Found | undefined;
  hasPlan: boolean;
}): string | undefined {
  const lines: string[] = [];
  if (filter !== '') {
    lines.push(
      count
        ? l10n.t('Filter “{0}”: {1} of {2} namespaces', filter, count.shown, count.of)
        : l10n.t('Filter “{0}”', filter),
    );
  }
  if (sort === 'goes' && !hasPlan) lines.push(l10n.t('What can be reclaimed is known after a dry run.'));
  return lines.length === 0 ? undefined : lines.join(' · ');
}

import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../src/engine/steps.ts';
import { h } from '../ui/h.ts';

/** What was deleted so far, kind by kind; of a dry run, what would be. */
export function countsOf(counts: Deleted, dryRun: boolean): HTMLElement[] {
  const kinds: [keyof Deleted, string][] = [
    ['images', l10n.t('images')],
    ['tagItems', l10n.t('tag revisions')],
    ['layerLinks', l10n.t('layer links')],
    ['manifestLinks', l10n.t('manifest links')],
    ['blobs', l10n.t('blobs')],
  ];
  return kinds.map(([kind, name]) =>
    h(
      'div',
      { class: counts[kind] === 0 ? 'count none' : 'count' },
      h('dt', {}, dryRun ? l10n.t('{0} would go', name) : l10n.t('{0} deleted', name)),
      h('dd', {}, counts[kind].toLocaleString(document.documentElement.lang)),
    ),
  );
}

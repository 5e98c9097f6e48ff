import * as l10n from '@vscode/l10n';
import type { RunReport } from '../../../src/prune/run/report.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { shortDigest } from '../../../src/shared/words/quantities.ts';
import { referrerInWords } from '../../../src/shared/words/reasons.ts';
import { disclosure } from '../../ui/disclosure.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { numberInWords } from '../words/numbers.ts';

/** More lines than that are only counted: the report has them all. */
const MOST = 200;

/** The deletions that failed, by their cause; null where none did. */
export function failuresOf({ causes, failures }: RunReport): HTMLElement | null {
  if (failures.length === 0) return null;
  const all = disclosure(l10n.t('All failures'), () => {});
  all.setSummary([{ text: numberInWords(failures.length) }]);
  all.content.append(
    h(
      'pre',
      { class: 'terminal', tabindex: '0', 'aria-label': l10n.t('All failures') },
      [...failures.slice(0, MOST).map(inWords), ...more(failures.length - MOST)].join('\n'),
    ),
  );
  return h(
    'section',
    { class: 'report-list' },
    h('h2', {}, l10n.t('What failed')),
    h(
      'ul',
      {},
      ...causes.map(({ cause, failures: count }) =>
        h(
          'li',
          {},
          icon('error', 'error'),
          h(
            'span',
            { class: 'figure' },
            count === 1 ? l10n.t('1 deletion') : l10n.t('{0} deletions', numberInWords(count)),
          ),
          h('span', {}, inWords(cause)),
        ),
      ),
    ),
    all.element,
  );
}

/** The images that were left alone because something names them by now; null where there are none. */
export function protectedOf({ protected: protections }: RunReport): HTMLElement | null {
  if (protections.length === 0) return null;
  return h(
    'section',
    { class: 'report-list' },
    h('h2', {}, l10n.t('Left alone, because something names it by now')),
    h(
      'ul',
      {},
      ...protections
        .slice(0, MOST)
        .map(({ image, by }) =>
          h(
            'li',
            {},
            icon('shield', 'outcome beyondReference'),
            h('span', { class: 'figure mono', title: image }, shortDigest(image)),
            h('span', {}, 'resource' in by ? referrerInWords(by) : `${by.namespace}/${by.stream}:${by.tag}`),
          ),
        ),
      ...more(protections.length - MOST).map((text) => h('li', { class: 'dim' }, text)),
    ),
  );
}

function more(count: number): string[] {
  return count > 0 ? [l10n.t('{0} more in the report', numberInWords(count))] : [];
}

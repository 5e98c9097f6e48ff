import * as l10n from '@vscode/l10n';
import type { Verification } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { authorityInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { h } from '../../ui/h.ts';
import { millisecondsInWords } from '../way/parts-of-way.ts';
import { verdictIcon } from '../way/verdict-icon.ts';

/** The authorities that were tried, each with what came of it. */
export function authorityTable(verifications: readonly Verification[]): HTMLElement {
  const head = (text: string) => h('th', { scope: 'col' }, text);
  return h(
    'table',
    { class: 'facts-table', 'aria-label': l10n.t('Authorities tried') },
    h(
      'thead',
      { class: 'unseen' },
      h('tr', {}, head(l10n.t('Authority')), head(l10n.t('Result')), head(l10n.t('Time'))),
    ),
    h(
      'tbody',
      {},
      ...verifications.map((one) =>
        h(
          'tr',
          {},
          h(
            'th',
            { scope: 'row' },
            inSettings(authorityInWords(one)),
            one.decides && h('span', { class: 'badge' }, l10n.t('a prune goes by this')),
          ),
          h(
            'td',
            { class: 'result-cell with-icon' },
            // Only one of them decides: that others don't fit is no failure.
            verdictIcon(one.verified ? 'ok' : one.decides ? 'failed' : 'skipped'),
            one.verified ? l10n.t('verifies it') : l10n.t('doesn’t verify it: {0}', inWords(one.why ?? '')),
          ),
          h('td', { class: 'time-cell' }, millisecondsInWords(one.ms)),
        ),
      ),
    ),
  );
}

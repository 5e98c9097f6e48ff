import * as l10n from '@vscode/l10n';
import type { Step } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { stepInWords, verdictInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';
import { h } from '../../ui/h.ts';
import { millisecondsInWords } from './parts-of-way.ts';
import { verdictIcon } from './verdict-icon.ts';

/** Steps one by one: what came of each, and how long it took. */
export function stepTable(steps: readonly Step[], label: string): HTMLElement {
  const head = (text: string, className = '') => h('th', { scope: 'col', class: className }, text);
  return h(
    'table',
    { class: 'facts-table', 'aria-label': label },
    h(
      'thead',
      { class: 'unseen' },
      h(
        'tr',
        {},
        head(l10n.t('Step')),
        head(l10n.t('Verdict')),
        head(l10n.t('Result')),
        head(l10n.t('Time')),
      ),
    ),
    h('tbody', {}, ...steps.map(stepRow)),
  );
}

function stepRow(step: Step): HTMLElement {
  const { name, result } = stepInWords(step);
  const { verdict, ms } = step;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    h('td', { class: 'verdict-cell' }, verdictIcon(verdict), verdictInWords(verdict)),
    h('td', { class: 'result-cell' }, inSettings(result)),
    h('td', { class: 'time-cell' }, ms === null ? '' : millisecondsInWords(ms)),
  );
}

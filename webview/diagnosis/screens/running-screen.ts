import * as l10n from '@vscode/l10n';
import type { DiagnosisProgress } from '../../../src/shared/diagnosis/view.ts';
import { sourceInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';
import { h } from '../../ui/h.ts';
import { spinner } from '../../ui/icon.ts';
import { partsOfWay } from '../way/parts-of-way.ts';
import { wayUnderWay } from '../way/way-picture.ts';

/** The ways are being looked at: what is known so far. */
export function runningScreen({ addresses }: DiagnosisProgress): HTMLElement {
  return h(
    'section',
    { class: 'screen running', 'aria-busy': 'true' },
    addresses.length === 0 &&
      h('p', { class: 'lead' }, spinner(), l10n.t('Asking the cluster for the ways to its registry…')),
    ...addresses.map((each) =>
      h(
        'section',
        { class: 'way-box' },
        h(
          'h2',
          { class: 'way-head' },
          h('span', { class: 'mono' }, each.address),
          h('span', { class: 'dim' }, inSettings(sourceInWords(each))),
        ),
        wayUnderWay(partsOfWay(each.steps)),
      ),
    ),
  );
}

import * as l10n from '@vscode/l10n';
import type { DiagnosedAddress } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { findingInWords } from '../../../src/shared/words/diagnosis.ts';
import { sourceInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';
import { h } from '../../ui/h.ts';
import { roving } from '../../ui/roving.ts';
import { verdictIcon } from './verdict-icon.ts';

/**
 * Every address where the registry may be, one of them chosen to be looked at.
 * @param chosen its place
 */
export function addressChoice(
  addresses: readonly DiagnosedAddress[],
  chosen: number,
  onChoose: (place: number) => void,
): HTMLElement {
  const radios = addresses.map((address, place) => addressRadio(address, place === chosen));
  const choose = (place: number) => {
    for (const [each, radio] of radios.entries()) radio.setAttribute('aria-checked', String(each === place));
    stopAt(place);
    onChoose(place);
  };
  const stopAt = roving(radios, chosen, choose);
  for (const [place, radio] of radios.entries()) radio.addEventListener('click', () => choose(place));
  return h(
    'div',
    { class: 'addresses', role: 'radiogroup', 'aria-label': l10n.t('Addresses of the registry') },
    ...radios,
  );
}

function addressRadio(diagnosed: DiagnosedAddress, checked: boolean): HTMLElement {
  const { address, chosen, steps, findings } = diagnosed;
  const broken = steps.some(({ verdict }) => verdict === 'failed');
  const [first] = findings;
  const said = first ? findingInWords(first).title : l10n.t('a registry answers');
  return h(
    'button',
    { type: 'button', class: 'address', role: 'radio', 'aria-checked': String(checked) },
    verdictIcon(broken || first ? 'failed' : 'ok'),
    h(
      'span',
      { class: 'address-text' },
      h('span', { class: 'address-name mono' }, address),
      h('span', { class: 'dim' }, `${inSettings(sourceInWords(diagnosed))} · ${said}`),
    ),
    chosen && h('span', { class: 'badge' }, l10n.t('a prune uses it')),
  );
}

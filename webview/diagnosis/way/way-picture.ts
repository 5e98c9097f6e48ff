import * as l10n from '@vscode/l10n';
import { verdictInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { h, uniqueId } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { roving } from '../../ui/roving.ts';
import { millisecondsInWords, type PartName, partInWords, type WayPart } from './parts-of-way.ts';
import { verdictIcon } from './verdict-icon.ts';

export interface WayPicture {
  readonly element: HTMLElement;
  /** Where what belongs to the open part is put. */
  readonly panel: HTMLElement;
}

/**
 * The way from here to the registry, part by part, of which one is open.
 * @param address where it leads to
 * @param onOpen told of the part that the user opens
 */
export function wayPicture(
  parts: readonly WayPart[],
  open: PartName,
  address: string,
  onOpen: (part: PartName) => void,
): WayPicture {
  const panelId = uniqueId('part');
  const at = Math.max(
    0,
    parts.findIndex(({ name }) => name === open),
  );
  const tabs = parts.map((part, place) => partTab(part, place === at, panelId));
  for (const [place, tab] of tabs.entries()) {
    tab.addEventListener('click', () => show(place));
  }
  const show = (place: number) => {
    const part = parts[place];
    if (!part) return;
    for (const [each, tab] of tabs.entries()) tab.setAttribute('aria-selected', String(each === place));
    panel.setAttribute('aria-labelledby', tabs[place]?.id ?? '');
    stopAt(place);
    onOpen(part.name);
  };
  const stopAt = roving(tabs, at, show);
  const panel = h('div', {
    id: panelId,
    class: 'way-panel',
    role: 'tabpanel',
    'aria-labelledby': tabs[at]?.id,
  });
  const list = h(
    'div',
    { class: 'way', role: 'tablist', 'aria-label': l10n.t('The way to {0}', address) },
    ...tabs,
  );
  return { element: h('div', { class: 'way-box' }, list, panel), panel };
}

function partTab(part: WayPart, selected: boolean, panelId: string): HTMLElement {
  const { verdict, ms } = part;
  const said =
    ms === null ? verdictInWords(verdict) : `${verdictInWords(verdict)} · ${millisecondsInWords(ms)}`;
  return h(
    'button',
    {
      type: 'button',
      id: uniqueId('way'),
      role: 'tab',
      class: `way-part ${verdict}`,
      'aria-selected': String(selected),
      'aria-controls': panelId,
    },
    h('span', { class: 'way-mark' }, verdictIcon(verdict)),
    h(
      'span',
      { class: 'way-text' },
      h('span', { class: 'way-name' }, partInWords(part.name)),
      h('span', { class: 'way-said' }, said),
    ),
  );
}

/** The way while it is being walked: what was not taken yet waits, unless the way is broken before it. */
export function wayUnderWay(parts: readonly WayPart[]): HTMLElement {
  const broken = parts.findIndex(({ verdict }) => verdict === 'failed');
  return h(
    'ol',
    { class: 'way under-way' },
    ...parts.map(({ name, verdict }, place) => {
      const waits = verdict === 'skipped' && (broken < 0 || place < broken);
      return h(
        'li',
        { class: `way-part ${verdict}` },
        h(
          'span',
          { class: 'way-mark' },
          waits ? icon('circle-large-outline', 'verdict-skipped') : verdictIcon(verdict),
        ),
        h(
          'span',
          { class: 'way-text' },
          h('span', { class: 'way-name' }, partInWords(name)),
          h('span', { class: 'way-said' }, waits ? l10n.t('not yet') : verdictInWords(verdict)),
        ),
      );
    }),
  );
}

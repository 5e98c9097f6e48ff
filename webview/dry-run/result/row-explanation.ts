import * as l10n from '@vscode/l10n';
import type { Explanation } from '../../../src/engine/explain.ts';
import { placeInWords, warningInWords, wayInWords } from '../../../src/shared/words/explanations.ts';
import { fill, h } from '../../ui/h.ts';
import { icon, spinner } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';

/** More places than that are only counted. */
const MOST_PLACES = 8;

/** What would let an image go, and where it stands: two columns, asked for as soon as they are shown. */
export function rowExplanation(image: string, plan: string, services: PageServices): HTMLElement[] {
  const ways = h('div', { class: 'details-section', 'aria-live': 'polite' });
  const places = h('div', { class: 'details-section', hidden: true });
  const title = l10n.t('What would let it go');
  fill(ways, h('h3', {}, title), h('p', { class: 'dim' }, spinner(), l10n.t('Looking…')));
  services.caller.call('explain', { plan, image }).then(
    (explanation) => {
      fill(ways, ...waysOf(explanation));
      places.hidden = explanation.places.length === 0;
      fill(places, ...placesOf(explanation));
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      fill(ways, h('h3', {}, title), h('p', {}, icon('error', 'error'), message));
    },
  );
  return [ways, places];
}

function waysOf({ ways, warnings }: Explanation): HTMLElement[] {
  const goes = ways.some(({ code }) => code === 'nothing');
  const title = goes ? l10n.t('What happens next') : l10n.t('What would let it go');
  const lines = [
    ...warnings.map((warning) => line('warning', 'missing', warningInWords(warning))),
    ...ways.map((way) => line(way.code === 'nothing' ? 'trash' : 'arrow-right', 'dim', wayInWords(way))),
  ];
  return [h('h3', {}, title), h('ul', { class: 'ways' }, ...lines)];
}

function placesOf({ places }: Explanation): HTMLElement[] {
  const more = places.length - MOST_PLACES;
  const shown = places
    .slice(0, MOST_PLACES)
    .map((place) => h('li', {}, h('span', { class: 'quiet' }, `${place.namespace}/`), placeInWords(place)));
  const rest = more > 0 && h('li', { class: 'dim' }, l10n.t('{0} more', more));
  return [h('h3', {}, l10n.t('Where it stands')), h('ul', { class: 'places' }, ...shown, rest)];
}

function line(iconName: string, className: string, text: string): HTMLElement {
  return h('li', {}, icon(iconName, className), h('span', {}, text));
}

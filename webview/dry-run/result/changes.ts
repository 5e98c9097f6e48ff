import * as l10n from '@vscode/l10n';
import type { PlanChanges } from '../../../src/engine/plan-rows.ts';
import { ageInWords, bytesInWords, shortDigest } from '../../../src/shared/words/quantities.ts';
import { linkButton } from '../../ui/button.ts';
import { type Disclosure, disclosure } from '../../ui/disclosure.ts';
import { fill, h } from '../../ui/h.ts';
import type { PageServices } from '../page-services.ts';
import { exactTime, numberInWords } from '../words/numbers.ts';

type Change = PlanChanges['samples'][number]['change'];
const KINDS: readonly Change[] = ['newlyGoing', 'noLongerGoing', 'new', 'gone'];

/** What is different from the last run of this context. */
export class Changes {
  readonly element: HTMLElement;
  readonly #disclosure: Disclosure;
  readonly #services: PageServices;
  readonly #onImage: (image: string) => void;

  /** @param onImage an image is to be shown in the table */
  constructor(services: PageServices, onImage: (image: string) => void) {
    this.#services = services;
    this.#onImage = onImage;
    this.#disclosure = disclosure(l10n.t('Since the last run'), (changesOpen) =>
      services.saved.remember({ changesOpen }),
    );
    this.#disclosure.open = services.saved.memory.changesOpen;
    this.element = this.#disclosure.element;
  }

  update(changes: PlanChanges | null): void {
    this.element.hidden = changes === null;
    if (changes === null) return;
    const since = {
      text: l10n.t('{0} ago', ageInWords(changes.since, this.#services.now())),
      tooltip: exactTime(changes.since),
    };
    const said = [freedChange(changes), ...KINDS.flatMap((kind) => countInWords(kind, changes))];
    this.#disclosure.setSummary([since, ...said.map((text) => ({ text }))]);
    fill(
      this.#disclosure.content,
      ...KINDS.map((kind) => this.#samples(kind, changes)),
      changes.samples.length === 0 && h('p', { class: 'dim' }, l10n.t('Every image is where it was.')),
    );
  }

  #samples(kind: Change, { samples }: PlanChanges): HTMLElement | null {
    const images = samples.filter(({ change }) => change === kind);
    if (images.length === 0) return null;
    return h(
      'div',
      { class: 'change' },
      h('h3', {}, changeInWords(kind)),
      h(
        'ul',
        { class: 'digests' },
        ...images.map(({ image }) =>
          h(
            'li',
            { title: image },
            // What is gone stands in no row.
            kind === 'gone' ? shortDigest(image) : linkButton(shortDigest(image), () => this.#onImage(image)),
          ),
        ),
      ),
    );
  }
}

function freedChange({ freedBefore, freedNow }: PlanChanges): string {
  if (freedNow === freedBefore) return l10n.t('the same {0} can go', bytesInWords(freedNow));
  return freedNow > freedBefore
    ? l10n.t('{0} more can go', bytesInWords(freedNow - freedBefore))
    : l10n.t('{0} less can go', bytesInWords(freedBefore - freedNow));
}

function countInWords(kind: Change, changes: PlanChanges): string[] {
  const { newlyGoing, noLongerGoing, newImages, goneImages } = changes;
  const count = { newlyGoing, noLongerGoing, new: newImages, gone: goneImages }[kind];
  if (count === 0) return [];
  const figure = numberInWords(count);
  switch (kind) {
    case 'newlyGoing':
      return [l10n.t('{0} newly going', figure)];
    case 'noLongerGoing':
      return [l10n.t('{0} no longer going', figure)];
    case 'new':
      return [l10n.t('{0} new', figure)];
    case 'gone':
      return [l10n.t('{0} gone', figure)];
  }
}

function changeInWords(kind: Change): string {
  switch (kind) {
    case 'newlyGoing':
      return l10n.t('Goes now, stayed before');
    case 'noLongerGoing':
      return l10n.t('Stays now, went before');
    case 'new':
      return l10n.t('New images');
    case 'gone':
      return l10n.t('Images that are gone');
  }
}

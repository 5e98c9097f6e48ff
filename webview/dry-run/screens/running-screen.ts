import * as l10n from '@vscode/l10n';
import type { InventoryResource } from '../../../src/engine/inventory.ts';
import type { ListProgress, PageView, RunProgress } from '../../../src/shared/dry-run/view.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { fill, h } from '../../ui/h.ts';
import type { PageServices } from '../page-services.ts';
import { tile } from '../result/tiles.ts';
import { numberInWords } from '../words/numbers.ts';
import { resourceInWords } from '../words/resources.ts';
import { type LineState, ProgressLine } from './progress-line.ts';
import type { Screen } from './screen.ts';

const STATES: Readonly<Record<ListProgress['state'], LineState>> = {
  waiting: 'waiting',
  listing: 'busy',
  done: 'done',
  missing: 'missing',
};

/** The dry run is under way: what was read so far, list by list. */
export class RunningScreen implements Screen {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #tiles = h('dl', { class: 'tiles' });
  readonly #lists = h('ul', { class: 'progress-lines', 'aria-label': l10n.t('Lists') });
  readonly #lines = new Map<InventoryResource, ProgressLine>();
  #doneLists = -1;

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    this.element = h('section', { class: 'screen running' }, this.#tiles, this.#lists);
    this.update(view);
  }

  update({ state }: PageView): void {
    if (state.kind === 'running') this.show(state.progress);
  }

  show({ lists, deciding }: RunProgress): void {
    const objects = sum(lists, ({ items }) => items);
    const bytes = sum(lists, ({ wireBytes }) => wireBytes);
    const done = lists.filter(({ state }) => state === 'done' || state === 'missing').length;
    fill(
      this.#tiles,
      tile({
        figure: deciding ? l10n.t('Deciding…') : l10n.t('Reading…'),
        label: deciding ? l10n.t('everything is read') : l10n.t('nothing is changed'),
      }),
      tile({ figure: numberInWords(objects), label: l10n.t('objects') }),
      tile({ figure: bytesInWords(bytes), label: l10n.t('over the wire') }),
      tile({ figure: `${done} / ${lists.length}`, label: l10n.t('lists') }),
    );
    for (const list of lists) this.#draw(list);
    this.#announce(done, lists.length, deciding);
  }

  #draw({ resource, state, items, total }: ListProgress): void {
    let line = this.#lines.get(resource);
    if (!line) {
      line = new ProgressLine(resourceInWords(resource));
      this.#lines.set(resource, line);
      this.#lists.append(line.element);
    }
    line.update(STATES[state], items, total, state === 'missing' ? l10n.t('can’t be read') : undefined);
  }

  #announce(done: number, of: number, deciding: boolean): void {
    const { announcer } = this.#services;
    if (deciding) announcer.say(l10n.t('Everything is read. Deciding.'));
    else if (done !== this.#doneLists) announcer.say(l10n.t('{0} of {1} lists read', done, of));
    this.#doneLists = done;
  }
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

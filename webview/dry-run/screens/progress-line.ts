import { h, setAttributes, write } from '../../ui/h.ts';
import { icon, spinner } from '../../ui/icon.ts';
import { numberInWords } from '../words/numbers.ts';

export type LineState = 'waiting' | 'busy' | 'done' | 'missing';

const STATE_ICONS: Readonly<Record<LineState, () => HTMLElement>> = {
  waiting: () => icon('circle-large-outline', 'dim'),
  busy: spinner,
  done: () => icon('pass', 'stays'),
  missing: () => icon('warning', 'missing'),
};

/** One thing of which there are many, and how many of them are done. */
export class ProgressLine {
  readonly element: HTMLElement;
  readonly #symbol = h('span', { class: 'progress-symbol' });
  readonly #figure = h('span', { class: 'progress-figure' });
  readonly #bar = h('span', { class: 'progress-bar' });
  readonly #track: HTMLElement;
  #state: LineState | undefined;

  constructor(label: string) {
    this.#track = h('span', { class: 'progress-track', role: 'progressbar', 'aria-label': label }, this.#bar);
    this.element = h(
      'li',
      { class: 'progress-line' },
      this.#symbol,
      h('span', { class: 'progress-label' }, label),
      this.#figure,
      this.#track,
    );
  }

  /**
   * @param total null: not known
   * @param words what stands in place of the figures
   */
  update(state: LineState, count: number, total: number | null, words?: string): void {
    if (state !== this.#state) {
      this.#state = state;
      this.element.dataset.state = state;
      this.#symbol.replaceChildren(STATE_ICONS[state]());
    }
    const of = total === null || state === 'done' ? '' : ` / ${numberInWords(total)}`;
    write(this.#figure, words ?? (state === 'waiting' ? '' : `${numberInWords(count)}${of}`));
    const known = state === 'done' ? 1 : total === null || total === 0 ? 0 : Math.min(1, count / total);
    this.#bar.style.width = `${known * 100}%`;
    setAttributes(this.#track, {
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      // Without a value, it is heard as under way.
      'aria-valuenow': state === 'busy' && total === null ? null : Math.round(known * 100),
    });
  }
}

import * as l10n from '@vscode/l10n';
import type { GridColumn } from './grid-row.ts';
import { fill, h } from './h.ts';
import { icon } from './icon.ts';

/** The heads of a grid's columns: one of them is active while the grid's keyboard is here. */
export class GridHead<Row, Key extends string> {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #onPress: (column: GridColumn<Row, Key>) => void;
  #columns: readonly GridColumn<Row, Key>[] = [];
  #sort: { by: Key; descending: boolean } | null = null;
  #place = 0;
  #active = false;

  constructor(id: string, onPress: (column: GridColumn<Row, Key>) => void) {
    this.#id = id;
    this.#onPress = onPress;
    this.element = h('div', { class: 'grid-row', role: 'row', 'aria-rowindex': '1' });
    this.element.addEventListener('click', (event) => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null;
      if (!cell) return;
      this.#place = Number(cell.dataset.place);
      this.press();
    });
  }

  get activeId(): string {
    return `${this.#id}-${this.#place}`;
  }

  set active(active: boolean) {
    if (active === this.#active) return;
    this.#active = active;
    this.#mark();
  }

  get sort(): { by: Key; descending: boolean } | null {
    return this.#sort;
  }

  set sort(sort: { by: Key; descending: boolean } | null) {
    this.#sort = sort;
    this.#draw();
  }

  set columns(columns: readonly GridColumn<Row, Key>[]) {
    this.#columns = columns;
    this.#place = Math.min(this.#place, columns.length - 1);
    this.#draw();
  }

  move(by: 1 | -1): void {
    this.#place = Math.max(0, Math.min(this.#place + by, this.#columns.length - 1));
    this.#mark();
  }

  press(): void {
    const column = this.#columns[this.#place];
    if (column) this.#onPress(column);
  }

  #draw(): void {
    fill(this.element, ...this.#columns.map((column, place) => this.#cell(column, place)));
    this.#mark();
  }

  #cell(column: GridColumn<Row, Key>, place: number): HTMLElement {
    const { title, meaning, sortKey, align } = column;
    const sorted = sortKey !== undefined && this.#sort?.by === sortKey ? this.#sort : null;
    const order = sorted === null ? 'none' : sorted.descending ? 'descending' : 'ascending';
    return h(
      'div',
      {
        id: `${this.#id}-${place}`,
        class: `grid-cell grid-title ${align === 'end' ? 'at-end' : ''} ${sortKey === undefined ? '' : 'sortable'}`,
        role: 'columnheader',
        'aria-colindex': place + 1,
        'aria-sort': sortKey === undefined ? null : order,
        'data-place': place,
        title: meaning ?? (sortKey === undefined ? null : l10n.t('Sort by {0}', title)),
      },
      h('span', { class: 'grid-text' }, title),
      sorted !== null && icon(sorted.descending ? 'arrow-down' : 'arrow-up'),
    );
  }

  #mark(): void {
    for (const [place, cell] of [...this.element.children].entries()) {
      cell.classList.toggle('active', this.#active && place === this.#place);
    }
  }
}

import { fill, h, setAttributes } from './h.ts';

export interface GridColumn<Row, Key extends string> {
  title: string;
  /** What the column says, where its title is too short for that. */
  meaning?: string;
  /** What to sort by; absent where it can't be sorted. */
  sortKey?: Key;
  descendingFirst?: boolean;
  /** A track of a CSS grid. */
  width: string;
  /** How wide the grid must be, in CSS pixels, for the column to be shown. */
  fromWidth: number;
  align?: 'end';
  draw: (row: Row) => readonly (Node | string)[];
  /** The cell's tooltip. */
  tooltip?: (row: Row) => string;
}

export interface DrawnRow<Row> {
  /** undefined while it is on its way. */
  row: Row | undefined;
  open: boolean;
}

interface RowParts<Row> {
  labelOf: (row: Row, open: boolean) => string;
  contextOf: (row: Row) => string;
  detailsOf: (row: Row) => HTMLElement;
}

/** One row of a grid, and its details while it is open. */
export class GridRow<Row, Key extends string> {
  /** Holds the row and its details; itself it means nothing. */
  readonly element: HTMLElement;
  readonly #line: HTMLElement;
  readonly #columns: readonly GridColumn<Row, Key>[];
  readonly #parts: RowParts<Row>;
  readonly #sizes: ResizeObserver;
  #drawn: Row | undefined;
  #isDrawn = false;
  #details: HTMLElement | undefined;
  #start: number | undefined;

  /** @param onHeight told of the height, in CSS pixels, while the row is open */
  constructor(
    id: string,
    index: number,
    columns: readonly GridColumn<Row, Key>[],
    parts: RowParts<Row>,
    onHeight: (height: number) => void,
  ) {
    this.#columns = columns;
    this.#parts = parts;
    this.#line = h('div', { id, class: 'grid-row', role: 'row', 'aria-rowindex': index + 2 });
    this.element = h(
      'div',
      { class: `grid-place ${index % 2 === 1 ? 'odd' : ''}`, role: 'presentation', 'data-index': index },
      this.#line,
    );
    this.#sizes = new ResizeObserver(() => onHeight(this.element.offsetHeight));
  }

  get lineId(): string {
    return this.#line.id;
  }

  set active(active: boolean) {
    this.element.classList.toggle('active', active);
    this.#line.setAttribute('aria-selected', String(active));
  }

  /** @param start where it begins below the top of the grid's body, in CSS pixels */
  update({ row, open }: DrawnRow<Row>, start: number): void {
    if (start !== this.#start) {
      this.#start = start;
      this.element.style.transform = `translateY(${start}px)`;
    }
    if (!this.#isDrawn || row !== this.#drawn) this.#drawCells(row);
    this.#line.firstElementChild?.setAttribute('aria-expanded', String(open));
    this.#nameLine(row, open);
    this.element.classList.toggle('open', open);
    if (open && row !== undefined) this.#showDetails(row);
    else this.#hideDetails();
  }

  #drawCells(row: Row | undefined): void {
    this.#isDrawn = true;
    this.#drawn = row;
    this.#hideDetails();
    const cells = this.#columns.map((column, place) => {
      const cell = h('div', {
        class: `grid-cell ${column.align === 'end' ? 'at-end' : ''}`,
        role: 'gridcell',
        'aria-colindex': place + 1,
      });
      if (row === undefined) cell.append(h('span', { class: 'grid-placeholder' }));
      else {
        cell.append(...column.draw(row));
        if (column.tooltip) cell.title = column.tooltip(row);
      }
      return cell;
    });
    fill(this.#line, ...cells);
    setAttributes(this.#line, {
      'data-vscode-context': row === undefined ? null : this.#parts.contextOf(row),
    });
  }

  #nameLine(row: Row | undefined, open: boolean): void {
    const label = row === undefined ? null : this.#parts.labelOf(row, open);
    if (this.#line.getAttribute('aria-label') !== label) setAttributes(this.#line, { 'aria-label': label });
  }

  #showDetails(row: Row): void {
    if (this.#details) return;
    this.#details = h(
      'div',
      { class: 'grid-details', role: 'row' },
      h('div', { role: 'gridcell', 'aria-colspan': this.#columns.length }, this.#parts.detailsOf(row)),
    );
    this.element.append(this.#details);
    this.#sizes.observe(this.element);
  }

  #hideDetails(): void {
    if (!this.#details) return;
    this.#sizes.disconnect();
    this.#details.remove();
    this.#details = undefined;
  }
}

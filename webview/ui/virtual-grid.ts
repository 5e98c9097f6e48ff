import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from '@tanstack/virtual-core';
import { GridHead } from './grid-head.ts';
import { gridMove } from './grid-keys.ts';
import { type DrawnRow, type GridColumn, GridRow } from './grid-row.ts';
import { h, uniqueId } from './h.ts';

export interface GridSort<Key extends string> {
  by: Key;
  descending: boolean;
}

export interface GridParts<Row, Key extends string> {
  label: string;
  columns: readonly GridColumn<Row, Key>[];
  rowAt: (index: number) => Row | undefined;
  /** What identifies a row, so that an open one stays open only while it is the same. */
  idOf: (row: Row) => number;
  /** What a screen reader says of a row, which may be open. */
  labelOf: (row: Row, open: boolean) => string;
  /** For the context menu: `data-vscode-context`. */
  contextOf: (row: Row) => string;
  detailsOf: (row: Row) => HTMLElement;
  /** These rows are in sight. */
  onSight: (start: number, end: number) => void;
  onSort: (sort: GridSort<Key> | null) => void;
  /** A row was opened or closed. */
  onOpen: (open: OpenRow | null) => void;
  /** The active row's text is to be copied. */
  onCopy: (row: Row) => void;
}

export interface OpenRow {
  index: number;
  id: number;
}

/** Rows are this high, in CSS pixels, unless they are open. */
export const ROW_HEIGHT = 28;
const HEAD = -1;
/** Rows drawn beyond those in sight, on either side. */
const OVERSCAN = 10;

/**
 * A table of any length that scrolls with the page: only what is in sight is in the document. It is one tab stop; the
 * arrow keys move between rows and, from the first one up, to the column heads.
 */
export class VirtualGrid<Row, Key extends string> {
  readonly element: HTMLElement;
  readonly #parts: GridParts<Row, Key>;
  readonly #head: GridHead<Row, Key>;
  readonly #body = h('div', { class: 'grid-body', role: 'rowgroup' });
  readonly #virtualizer: Virtualizer<Window, HTMLElement>;
  readonly #rows = new Map<number, GridRow<Row, Key>>();
  readonly #sizes = new ResizeObserver(() => this.#measure());
  readonly #id = uniqueId('grid');
  /** Those wanted, and those of them for which there is room. */
  #wanted: readonly GridColumn<Row, Key>[];
  #columns: readonly GridColumn<Row, Key>[] = [];
  #count = 0;
  #active = 0;
  #open: OpenRow | null = null;
  #openHeight = ROW_HEIGHT;
  #margin = 0;
  #stickyTop = 0;

  constructor(parts: GridParts<Row, Key>) {
    this.#parts = parts;
    this.#wanted = parts.columns;
    this.#head = new GridHead(`${this.#id}-head`, (key) => this.#sortBy(key));
    this.element = h(
      'div',
      { class: 'grid', role: 'grid', tabindex: '0', 'aria-label': parts.label, 'aria-readonly': 'true' },
      h('div', { class: 'grid-head', role: 'rowgroup' }, this.#head.element),
      this.#body,
    );
    this.#virtualizer = new Virtualizer<Window, HTMLElement>(this.#options());
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('focus', () => {
      // Before anyone has been here, no row looks chosen.
      this.element.classList.add('visited');
      this.#showActive(false);
    });
    this.#body.addEventListener('click', (event) => this.#onClick(event));
    this.#body.addEventListener('contextmenu', (event) => {
      const index = this.#indexOf(event.target);
      if (index !== undefined) this.#activate(index, false);
    });
    this.#useColumns();
  }

  /** Begins to follow the page's scrolling; the grid must be in the document. */
  connect(): () => void {
    const unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#sizes.observe(document.body);
    this.#sizes.observe(this.element);
    this.#measure();
    return () => {
      unmount();
      this.#sizes.disconnect();
    };
  }

  /** @param stickyTop how much of the top of the window something covers, in CSS pixels */
  set stickyTop(stickyTop: number) {
    if (stickyTop === this.#stickyTop) return;
    this.#stickyTop = stickyTop;
    this.element.style.setProperty('--grid-sticky-top', `${stickyTop}px`);
    this.#update();
  }

  set sort(sort: GridSort<Key> | null) {
    this.#head.sort = sort;
  }

  set columns(columns: readonly GridColumn<Row, Key>[]) {
    this.#wanted = columns;
    this.#useColumns();
  }

  set busy(busy: boolean) {
    this.element.setAttribute('aria-busy', String(busy));
  }

  get open(): OpenRow | null {
    return this.#open;
  }

  /** Shows a list of another length, or other rows of the same length. */
  show(count: number, options: { keepPlace: boolean }): void {
    this.#count = count;
    this.element.setAttribute('aria-rowcount', String(count + 1));
    if (!options.keepPlace) {
      this.#active = 0;
      this.#setOpen(null);
    }
    this.#active = Math.min(this.#active, Math.max(0, count - 1));
    this.#virtualizer.measure();
    this.#update();
  }

  /** Draws rows again that have come meanwhile. */
  refresh(): void {
    this.#draw();
  }

  /** Opens a row, if it is there and still the same. */
  reopen(open: OpenRow): void {
    const row = this.#parts.rowAt(open.index);
    if (row === undefined || this.#parts.idOf(row) !== open.id) return;
    this.#active = open.index;
    this.#setOpen(open);
    this.#update();
  }

  #options(): VirtualizerOptions<Window, HTMLElement> {
    return {
      count: this.#count,
      getScrollElement: (): Window => window,
      estimateSize: (index: number) => (index === this.#open?.index ? this.#openHeight : ROW_HEIGHT),
      overscan: OVERSCAN,
      scrollMargin: this.#margin,
      scrollPaddingStart: this.#stickyTop + ROW_HEIGHT,
      observeElementRect: observeWindowRect,
      observeElementOffset: observeWindowOffset,
      scrollToFn: windowScroll,
      onChange: () => this.#draw(),
    };
  }

  #update(): void {
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.#draw();
  }

  /** What is above the grid may have grown, and the grid may have become narrower. */
  #measure(): void {
    this.#useColumns();
    const margin = this.#body.getBoundingClientRect().top + window.scrollY;
    if (Math.abs(margin - this.#margin) < 1) return;
    this.#margin = margin;
    this.#update();
  }

  #useColumns(): void {
    const width = this.element.clientWidth;
    const columns = this.#wanted.filter((column) => width === 0 || width >= column.fromWidth);
    const same = columns.every((column, place) => column === this.#columns[place]);
    if (same && columns.length === this.#columns.length) return;
    this.#columns = columns;
    this.element.style.setProperty('--grid-columns', columns.map((column) => column.width).join(' '));
    this.element.setAttribute('aria-colcount', String(columns.length));
    this.#head.columns = columns;
    for (const row of this.#rows.values()) row.element.remove();
    this.#rows.clear();
    this.#update();
  }

  #draw(): void {
    const items = this.#virtualizer.getVirtualItems();
    this.#body.style.height = `${this.#virtualizer.getTotalSize()}px`;
    const places = new Map(items.map((item) => [item.index, item.start - this.#margin]));
    // What has the focus stays in the document, wherever the page is scrolled to.
    for (const kept of [this.#active, this.#open?.index ?? HEAD]) {
      if (kept < 0 || kept >= this.#count || places.has(kept)) continue;
      const [offset] = this.#virtualizer.getOffsetForIndex(kept, 'start') ?? [];
      if (offset !== undefined) places.set(kept, offset + this.#stickyTop + ROW_HEIGHT - this.#margin);
    }
    for (const [index, row] of this.#rows) {
      if (places.has(index)) continue;
      row.element.remove();
      this.#rows.delete(index);
    }
    for (const [index, start] of [...places].sort(([one], [other]) => one - other)) {
      this.#rowAt(index).update(this.#drawn(index), start);
    }
    this.#markActive();
    const [first, last] = [items[0], items.at(-1)];
    if (first && last) this.#parts.onSight(first.index, last.index);
  }

  #drawn(index: number): DrawnRow<Row> {
    const row = this.#parts.rowAt(index);
    const open = row !== undefined && this.#open?.index === index && this.#open.id === this.#parts.idOf(row);
    return { row, open };
  }

  #rowAt(index: number): GridRow<Row, Key> {
    const known = this.#rows.get(index);
    if (known) return known;
    const row = new GridRow<Row, Key>(
      `${this.#id}-row-${index}`,
      index,
      this.#columns,
      this.#parts,
      (height) => this.#onOpenHeight(index, height),
    );
    const next = [...this.#body.children].find((place) => Number(place.getAttribute('data-index')) > index);
    this.#body.insertBefore(row.element, next ?? null);
    this.#rows.set(index, row);
    return row;
  }

  #onOpenHeight(index: number, height: number): void {
    if (this.#open?.index !== index || height === this.#openHeight) return;
    this.#openHeight = height;
    this.#virtualizer.measure();
    this.#update();
  }

  #onClick(event: Event): void {
    const { target } = event;
    if (!(target instanceof Element) || target.closest('.grid-details')) return;
    const index = this.#indexOf(target);
    if (index === undefined) return;
    this.#activate(index, false);
    this.#toggle(index);
    this.element.focus({ preventScroll: true });
  }

  #indexOf(target: EventTarget | null): number | undefined {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    return row ? Number(row.dataset.index) : undefined;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.element) {
      if (event.key === 'Escape') this.#leaveDetails();
      return;
    }
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') {
      const row = this.#parts.rowAt(this.#active);
      if (row !== undefined && document.getSelection()?.isCollapsed) this.#parts.onCopy(row);
      return;
    }
    const page = Math.max(1, Math.floor((window.innerHeight - this.#stickyTop) / ROW_HEIGHT) - 2);
    const move = gridMove(event.key, { active: this.#active, count: this.#count, page });
    if (!move) return;
    event.preventDefault();
    if ('to' in move) this.#activate(move.to, true);
    else if ('head' in move) this.#moveInHead(move.head);
    else this.#moveRow(move.row);
  }

  #moveInHead(move: 'press' | 'next' | 'previous'): void {
    if (move === 'press') this.#head.press();
    else this.#head.move(move === 'next' ? 1 : -1);
    this.#markActive();
  }

  #moveRow(move: 'toggle' | 'open' | 'close' | 'closeAny'): void {
    const isOpen = this.#open?.index === this.#active;
    if (move === 'closeAny') {
      if (this.#open) this.#toggle(this.#open.index);
    } else if (move === 'toggle' || isOpen === (move === 'close')) this.#toggle(this.#active);
  }

  #leaveDetails(): void {
    this.#moveRow('closeAny');
    this.element.focus({ preventScroll: true });
  }

  #activate(index: number, scroll: boolean): void {
    this.#active = Math.max(HEAD, Math.min(index, this.#count - 1));
    this.#draw();
    if (scroll) this.#showActive(true);
  }

  /** @param always also where a part of it is in sight */
  #showActive(always: boolean): void {
    if (this.#active === HEAD) return;
    const known = this.#rows.get(this.#active)?.element.getBoundingClientRect();
    const inSight = known !== undefined && known.bottom > this.#stickyTop && known.top < window.innerHeight;
    if (always || !inSight) this.#virtualizer.scrollToIndex(this.#active, { align: 'auto' });
  }

  #markActive(): void {
    this.#head.active = this.#active === HEAD;
    for (const [index, row] of this.#rows) row.active = index === this.#active;
    const row = this.#rows.get(this.#active);
    const id = this.#active === HEAD ? this.#head.activeId : row?.lineId;
    if (id) this.element.setAttribute('aria-activedescendant', id);
    else this.element.removeAttribute('aria-activedescendant');
    // The menu key's event comes from what has the focus: the grid.
    const data = this.#parts.rowAt(this.#active);
    if (data === undefined) this.element.removeAttribute('data-vscode-context');
    else this.element.setAttribute('data-vscode-context', this.#parts.contextOf(data));
  }

  #toggle(index: number): void {
    const row = this.#parts.rowAt(index);
    if (row === undefined) return;
    this.#setOpen(this.#open?.index === index ? null : { index, id: this.#parts.idOf(row) });
    this.#parts.onOpen(this.#open);
    this.#update();
    if (this.#open) this.#showActive(true);
  }

  #setOpen(open: OpenRow | null): void {
    this.#open = open;
    this.#openHeight = ROW_HEIGHT;
    this.#virtualizer.measure();
  }

  #sortBy(column: GridColumn<Row, Key>): void {
    const key = column.sortKey;
    if (key === undefined) return;
    const before = this.#head.sort;
    const first: GridSort<Key> = { by: key, descending: column.descendingFirst ?? false };
    if (before?.by !== key) this.#head.sort = first;
    else if (before.descending === first.descending)
      this.#head.sort = { by: key, descending: !first.descending };
    else this.#head.sort = null;
    this.#parts.onSort(this.#head.sort);
  }
}

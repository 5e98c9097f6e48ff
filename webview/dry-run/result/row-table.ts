import * as l10n from '@vscode/l10n';
import type { PlanRow, RowQuery } from '../../../src/engine/plan-rows.ts';
import type { PlanView } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { button, linkButton } from '../../ui/button.ts';
import type { GridColumn } from '../../ui/grid-row.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { RowWindows } from '../../ui/row-windows.ts';
import { type OpenRow, VirtualGrid } from '../../ui/virtual-grid.ts';
import type { PageServices } from '../page-services.ts';
import { columnsFor, rowColumns, type SortKey } from './row-columns.ts';
import { rowDetails } from './row-details.ts';
import { rowInWords } from './row-words.ts';

/** How many rows there are. */
export interface RowCounts {
  found: number;
  all: number;
}

export interface RowTableParts {
  onSort: (sort: RowQuery['sort']) => void;
  onClear: () => void;
  /** New rows are shown. */
  onCounts: (counts: RowCounts) => void;
}

/** Every tag revision and every image of a plan that a query finds, one line each. */
export class RowTable {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #plan: PlanView;
  readonly #parts: RowTableParts;
  readonly #windows: RowWindows<RowQuery, PlanRow>;
  readonly #grid: VirtualGrid<PlanRow, SortKey>;
  readonly #note = h('div', { class: 'table-note' });
  readonly #columns: GridColumn<PlanRow, SortKey>[];
  #all = 0;
  #query: RowQuery | undefined;
  /** Where to go on, once the first rows are here. */
  #resume: { scrollTop: number; open: OpenRow | null } | undefined;

  constructor(plan: PlanView, services: PageServices, parts: RowTableParts) {
    this.#plan = plan;
    this.#services = services;
    this.#parts = parts;
    this.#windows = new RowWindows(
      (query, start, count) => this.#fetch(query, start, count),
      (fresh) => this.#onRows(fresh),
      (error) => this.#onError(error),
    );
    const now = Date.parse(plan.summary.now);
    this.#columns = rowColumns(now);
    this.#grid = new VirtualGrid<PlanRow, SortKey>({
      label: l10n.t('Tag revisions and images'),
      columns: this.#columns,
      rowAt: (index) => this.#windows.rowAt(index),
      idOf: (row) => row.id,
      labelOf: (row, open) => rowInWords(row, now, open),
      contextOf: (row) => contextOf(row, plan.id),
      detailsOf: (row) => rowDetails(row, plan.id, now, services),
      onSight: (start, end) => this.#windows.want(start, end),
      onSort: (sort) => parts.onSort(sort),
      onOpen: (open) => services.saved.remember({ plan: plan.id, open }),
      onCopy: (row) =>
        attempt(services, services.caller.call('act', { plan: plan.id, row: row.id, action: 'copyDigest' })),
    });
    this.element = h('div', { class: 'table' }, this.#grid.element, this.#note);
  }

  /** The table must be in the document. */
  connect(): () => void {
    return this.#grid.connect();
  }

  set stickyTop(stickyTop: number) {
    this.#grid.stickyTop = stickyTop;
  }

  /** @param resume where the page was, where it is the same page as before */
  ask(query: RowQuery, resume?: { scrollTop: number; open: OpenRow | null }): void {
    this.#query = query;
    this.#resume = resume;
    this.#grid.columns = columnsFor(this.#columns, query);
    this.#grid.sort = query.sort;
    this.#grid.busy = true;
    this.#windows.ask(query, resume?.open?.index ?? 0);
  }

  async #fetch(query: RowQuery, start: number, count: number) {
    const window = await this.#services.caller.call('rows', { plan: this.#plan.id, query, start, count });
    this.#all = window.all;
    return window;
  }

  #onRows(fresh: boolean): void {
    if (!fresh) {
      this.#grid.refresh();
      return;
    }
    const { total } = this.#windows;
    this.#grid.busy = false;
    this.#grid.show(total, { keepPlace: this.#resume !== undefined });
    this.#parts.onCounts({ found: total, all: this.#all });
    this.#drawNote(total);
    if (this.#resume) {
      const { open, scrollTop } = this.#resume;
      this.#resume = undefined;
      if (open) this.#grid.reopen(open);
      window.scrollTo({ top: scrollTop });
    }
  }

  #drawNote(total: number): void {
    this.#note.hidden = total > 0;
    if (total > 0) return;
    fill(
      this.#note,
      h(
        'p',
        {},
        this.#all === 0 ? l10n.t('This cluster has no images.') : l10n.t('Nothing matches these filters.'),
      ),
      this.#all > 0 && linkButton(l10n.t('Clear all filters'), this.#parts.onClear),
    );
  }

  #onError(error: unknown): void {
    this.#grid.busy = false;
    this.#note.hidden = false;
    fill(
      this.#note,
      h(
        'p',
        { role: 'alert' },
        icon('error', 'error'),
        l10n.t('The rows can’t be shown: {0}', error instanceof Error ? error.message : String(error)),
      ),
      button({
        label: l10n.t('Try again'),
        look: 'secondary',
        onPress: () => this.#query && this.ask(this.#query),
      }).element,
    );
  }
}

/** For the context menu: what a command is told of the row it is chosen on. */
function contextOf({ id, kind, namespace, stream, tag, image, missing }: PlanRow, plan: string): string {
  return JSON.stringify({
    webviewSection: 'planRow',
    preventDefaultContextMenuItems: true,
    plan,
    row: id,
    rowKind: kind,
    namespace,
    stream,
    tag,
    image,
    imageMissing: missing,
  });
}

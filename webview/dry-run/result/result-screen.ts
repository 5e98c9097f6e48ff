import type { RowQuery } from '../../../src/engine/plan-rows.ts';
import { EVERY_ROW } from '../../../src/engine/plan-table.ts';
import type { PageView, PlanView } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { h } from '../../ui/h.ts';
import { ResultBanners } from '../frame/result-banners.ts';
import type { PageServices } from '../page-services.ts';
import type { Screen } from '../screens/screen.ts';
import { Changes } from './changes.ts';
import { FilterBar } from './filter-bar.ts';
import { type BarFilter, Picture } from './picture.ts';
import { RegistryTile } from './registry-tile.ts';
import { resultActions } from './result-actions.ts';
import { RowTable } from './row-table.ts';
import { Tiles } from './tiles.ts';

/** A plan: how much can go, from where, what is new, and every row of it. */
export class ResultScreen implements Screen {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #plan: PlanView;
  readonly #banners: ResultBanners;
  readonly #registry: RegistryTile;
  readonly #tiles: Tiles;
  readonly #changes: Changes;
  readonly #picture: Picture;
  readonly #filters: FilterBar;
  readonly #table: RowTable;
  readonly #stop = new AbortController();
  #view: PageView;

  constructor(plan: PlanView, view: PageView, services: PageServices) {
    this.#plan = plan;
    this.#view = view;
    this.#services = services;
    this.#banners = new ResultBanners(services);
    this.#registry = new RegistryTile(services);
    this.#tiles = new Tiles(this.#registry.element);
    this.#changes = new Changes(services, (image) => this.show({ ...EVERY_ROW, search: image }));
    this.#picture = new Picture(services, (filter) => this.#filterBy(filter));
    this.#filters = new FilterBar({
      onChange: (query) => this.#search(query),
      actions: resultActions(
        plan.id,
        () => this.#view,
        () => this.#filters.query,
        services,
      ),
    });
    this.#table = new RowTable(plan, services, {
      onSort: (sort) => this.show({ ...this.#filters.query, sort }, false),
      onClear: () => this.#filters.clear(),
      onCounts: (counts) => {
        this.#filters.counts = counts;
      },
    });
    this.element = h(
      'div',
      { class: 'screen' },
      this.#banners.element,
      this.#tiles.element,
      this.#changes.element,
      this.#picture.element,
      h('section', { class: 'rows' }, this.#filters.element, this.#table.element),
    );
    this.update(view);
  }

  /** Whether this screen shows a plan. */
  shows(plan: PlanView): boolean {
    return plan.id === this.#plan.id;
  }

  start(): void {
    const { saved } = this.#services;
    const { memory } = saved;
    const resume = memory.plan === this.#plan.id ? memory : undefined;
    this.#followPage();
    const pictured = this.#picture.update(this.#plan.id);
    attempt(this.#services, pictured);
    attempt(this.#services, this.#loadFacets());
    const wanted: RowQuery = memory.query ?? { ...EVERY_ROW, verdict: 'prune' };
    // An empty table would say less than what stays.
    const query = wanted.verdict === 'prune' && !this.#goes() ? { ...wanted, verdict: null } : wanted;
    saved.remember({ plan: this.#plan.id, query: wanted, ...(resume ? {} : { scrollTop: 0, open: null }) });
    this.#show(query);
    // The page is scrolled back to where it was: what is above the table must be as high as it was.
    if (resume) pictured.catch(() => {}).then(() => this.#table.ask(query, resume));
    else this.#table.ask(query);
  }

  update(view: PageView): void {
    this.#view = view;
    const { state } = view;
    if (state.kind !== 'result') return;
    this.#banners.update(state.plan);
    this.#registry.update(view.registry);
    this.#tiles.update(state.plan.summary);
    this.#changes.update(state.plan.changes);
  }

  tick(): void {
    this.#banners.tick();
    this.#changes.update(this.#plan.changes);
  }

  close(): void {
    this.#stop.abort();
  }

  /** @param scroll whether the table is brought into sight */
  show(query: RowQuery, scroll = true): void {
    this.#show(query);
    this.#search(query);
    if (scroll) this.#filters.element.scrollIntoView({ block: 'nearest' });
  }

  async #loadFacets(): Promise<void> {
    this.#filters.facets = await this.#services.caller.call('facets', { plan: this.#plan.id });
  }

  #goes(): boolean {
    const { images, tagItems } = this.#plan.summary.counts;
    return images + tagItems > 0;
  }

  #filterBy(filter: BarFilter): void {
    this.show({ ...this.#filters.query, ...filter }, false);
  }

  #show(query: RowQuery): void {
    this.#filters.query = query;
    this.#picture.filter = query;
  }

  #search(query: RowQuery): void {
    this.#picture.filter = query;
    this.#services.saved.remember({ query, open: null });
    this.#table.ask(query);
  }

  /** Finding in the page means finding in all rows, not in the few that are drawn. */
  #onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key !== 'f') return;
    event.preventDefault();
    this.#filters.focusSearch();
  }

  /** Keeps the table below the bar that stays at the top, and remembers how far the page is scrolled. */
  #followPage(): void {
    const bar = this.#filters.element;
    const sizes = new ResizeObserver(() => {
      const sticks = getComputedStyle(bar).position === 'sticky';
      this.#table.stickyTop = sticks ? bar.offsetHeight : 0;
    });
    sizes.observe(bar);
    const disconnect = this.#table.connect();
    const { signal } = this.#stop;
    signal.addEventListener('abort', () => {
      sizes.disconnect();
      disconnect();
    });
    const remember = () => this.#services.saved.remember({ scrollTop: window.scrollY });
    window.addEventListener('scrollend', remember, { signal });
    document.addEventListener('keydown', (event) => this.#onKey(event), { signal });
  }
}

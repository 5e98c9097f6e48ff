import * as l10n from '@vscode/l10n';
import type { BytesShare } from '../../../src/engine/plan-rows.ts';
import { attempt } from '../../page/services.ts';
import { linkButton } from '../../ui/button.ts';
import { fill, h } from '../../ui/h.ts';
import type { PageServices } from '../page-services.ts';
import { numberInWords } from '../words/numbers.ts';
import { pictureBar } from './picture-bar.ts';

/** Which rows a bar stands for. */
export interface BarFilter {
  namespace: string | null;
  stream: string | null;
}

/** More namespaces than that are shown only on request. */
const FEW = 6;

/** Where the bytes are: a bar for each namespace, with its image streams inside. A tree to the keyboard. */
export class Picture {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #onFilter: (filter: BarFilter) => void;
  readonly #tree = h('div', {
    class: 'picture-tree',
    role: 'tree',
    'aria-label': l10n.t('Bytes by namespace'),
  });
  readonly #more = h('p', { class: 'picture-more' });
  readonly #streams = new Map<string, readonly BytesShare[]>();
  readonly #unfolded: Set<string>;
  #namespaces: readonly BytesShare[] = [];
  #plan = '';
  #filter: BarFilter = { namespace: null, stream: null };
  #active = '';

  /** @param onFilter the table is to be limited, or no longer where both are null */
  constructor(services: PageServices, onFilter: (filter: BarFilter) => void) {
    this.#services = services;
    this.#onFilter = onFilter;
    this.#unfolded = new Set(services.saved.memory.unfolded);
    this.element = h(
      'section',
      { class: 'picture', 'aria-label': l10n.t('Where the bytes are') },
      h(
        'div',
        { class: 'section-head' },
        h('h2', {}, l10n.t('Where the bytes are')),
        h(
          'span',
          {
            class: 'legend',
            title: l10n.t(
              'Of a blob that several image streams hold: what goes counts for the first of them, what stays in each.',
            ),
          },
          h('span', { class: 'legend-goes', 'aria-hidden': 'true' }),
          l10n.t('goes'),
          h('span', { class: 'legend-stays', 'aria-hidden': 'true' }),
          l10n.t('stays'),
        ),
      ),
      this.#tree,
      this.#more,
    );
    this.#tree.addEventListener('keydown', (event) => this.#onKey(event));
    this.#tree.addEventListener('click', (event) => this.#onClick(event));
  }

  /** What the table is limited to by now. */
  set filter(filter: BarFilter) {
    this.#filter = filter;
    this.#draw();
  }

  async update(plan: string): Promise<void> {
    if (plan === this.#plan) return;
    this.#plan = plan;
    const shares = await this.#services.caller.call('shares', { plan, namespace: null });
    if (plan !== this.#plan) return;
    this.#streams.clear();
    this.#namespaces = sorted(shares);
    this.#draw();
    const known = new Set(shares.map(({ namespace }) => namespace));
    await Promise.all([...this.#unfolded].filter((each) => known.has(each)).map((each) => this.#load(each)));
  }

  async #load(namespace: string): Promise<void> {
    const plan = this.#plan;
    const shares = await this.#services.caller.call('shares', { plan, namespace });
    if (plan !== this.#plan) return;
    this.#streams.set(namespace, sorted(shares));
    this.#draw();
  }

  #draw(): void {
    const hadFocus = this.#tree.contains(document.activeElement);
    const { allNamespaces } = this.#services.saved.memory;
    const few = allNamespaces ? this.#namespaces : this.#namespaces.slice(0, FEW);
    const scale = Math.max(0, ...this.#namespaces.map(({ total }) => total));
    const bars: HTMLElement[] = [];
    for (const [place, share] of few.entries()) {
      const open = this.#unfolded.has(share.namespace);
      const streams = open ? (this.#streams.get(share.namespace) ?? []) : [];
      bars.push(this.#bar(share, 1, place, few.length, scale, share.namespace === '' ? undefined : open));
      for (const [at, stream] of streams.entries()) {
        bars.push(this.#bar(stream, 2, at, streams.length, scale, undefined));
      }
    }
    fill(this.#tree, ...bars);
    this.element.hidden = bars.length === 0;
    this.#setActive(
      bars.some(({ dataset }) => dataset.key === this.#active) ? this.#active : bars[0]?.dataset.key,
    );
    if (hadFocus) this.#activeBar()?.focus();
    this.#drawMore();
  }

  #drawMore(): void {
    const { saved } = this.#services;
    this.#more.hidden = this.#namespaces.length <= FEW;
    if (this.#more.hidden) return;
    const all = saved.memory.allNamespaces;
    fill(
      this.#more,
      linkButton(
        all
          ? l10n.t('Show only the first {0}', FEW)
          : l10n.t('Show all {0}', numberInWords(this.#namespaces.length)),
        () => {
          saved.remember({ allNamespaces: !all });
          this.#draw();
        },
      ),
    );
  }

  #bar(share: BytesShare, level: 1 | 2, place: number, of: number, scale: number, open: boolean | undefined) {
    const { namespace, stream } = share;
    const isFilter =
      this.#filter.namespace === namespace && (this.#filter.stream ?? '') === (level === 1 ? '' : stream);
    return pictureBar(share, { level, place, of, scale, open, selected: isFilter });
  }

  #onClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const bar = target?.closest<HTMLElement>('[role=treeitem]');
    if (!bar) return;
    this.#setActive(bar.dataset.key);
    bar.focus({ preventScroll: true });
    if (target?.closest('.picture-arrow') && bar.hasAttribute('aria-expanded')) this.#toggle(bar);
    else this.#choose(bar);
  }

  #onKey(event: KeyboardEvent): void {
    const bars = this.#bars();
    const bar = this.#activeBar();
    if (!bar) return;
    const at = bars.indexOf(bar);
    const expanded = bar.getAttribute('aria-expanded');
    switch (event.key) {
      case 'ArrowDown':
        this.#focus(bars[at + 1]);
        break;
      case 'ArrowUp':
        this.#focus(bars[at - 1]);
        break;
      case 'Home':
        this.#focus(bars[0]);
        break;
      case 'End':
        this.#focus(bars.at(-1));
        break;
      case 'ArrowRight':
        if (expanded === 'false') this.#toggle(bar);
        else if (expanded === 'true') this.#focus(bars[at + 1]);
        break;
      case 'ArrowLeft':
        if (expanded === 'true') this.#toggle(bar);
        else if (bar.ariaLevel === '2')
          this.#focus(bars.slice(0, at).findLast(({ ariaLevel }) => ariaLevel === '1'));
        break;
      case 'Enter':
      case ' ':
        this.#choose(bar);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #toggle(bar: HTMLElement): void {
    const namespace = bar.dataset.namespace ?? '';
    if (this.#unfolded.delete(namespace)) this.#draw();
    else {
      this.#unfolded.add(namespace);
      if (this.#streams.has(namespace)) this.#draw();
      else attempt(this.#services, this.#load(namespace));
    }
    this.#services.saved.remember({ unfolded: [...this.#unfolded] });
  }

  #choose(bar: HTMLElement): void {
    const { namespace = '', stream = '' } = bar.dataset;
    const again = bar.getAttribute('aria-selected') === 'true';
    this.#onFilter(again ? { namespace: null, stream: null } : { namespace, stream: stream || null });
  }

  #bars(): HTMLElement[] {
    return [...this.#tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  }

  #activeBar(): HTMLElement | undefined {
    return this.#bars().find(({ dataset }) => dataset.key === this.#active);
  }

  #focus(bar: HTMLElement | undefined): void {
    if (!bar) return;
    this.#setActive(bar.dataset.key);
    bar.focus();
  }

  #setActive(key: string | undefined): void {
    this.#active = key ?? '';
    for (const bar of this.#bars()) bar.tabIndex = bar.dataset.key === this.#active ? 0 : -1;
  }
}

function sorted(shares: readonly BytesShare[]): BytesShare[] {
  return [...shares].sort((a, b) => b.goes - a.goes || b.total - a.total);
}

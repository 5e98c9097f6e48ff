import * as l10n from '@vscode/l10n';
import type { ReasonCode } from '../../../src/engine/plan.ts';
import type { RowQuery } from '../../../src/engine/plan-rows.ts';
import { EVERY_ROW } from '../../../src/engine/plan-table.ts';
import type { Facets } from '../../../src/shared/dry-run/protocol.ts';
import { linkButton } from '../../ui/button.ts';
import { fill, h, write } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { type Choice, Picker } from '../../ui/picker.ts';
import { textField } from '../../ui/text-field.ts';
import { numberInWords } from '../words/numbers.ts';
import { GROUPS, groupInWords, groupOf, reasonTitle } from '../words/reason-titles.ts';
import { OUTCOME_ICONS, OUTCOMES, type Outcome, outcomeMeaning } from '../words/verdicts.ts';
import type { RowCounts } from './row-table.ts';

/** A pause in typing after which it is worth searching, in milliseconds. */
const PAUSE_MS = 150;

export interface FilterBarParts {
  onChange: (query: RowQuery) => void;
  /** What else belongs into the bar. */
  actions: readonly HTMLElement[];
}

/** Search and filters of the table, what is filtered by now, and how much that leaves. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #parts: FilterBarParts;
  readonly #search;
  readonly #verdict: Picker<Outcome>;
  readonly #namespace: Picker<string>;
  readonly #reason: Picker<ReasonCode>;
  readonly #chips = h('ul', { class: 'chips', 'aria-label': l10n.t('Filters') });
  readonly #count = h('span', { class: 'row-count', role: 'status' });
  readonly #clear: HTMLElement;
  #query: RowQuery = EVERY_ROW;
  #facets: Facets = { reasons: [], namespaces: [] };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: FilterBarParts) {
    this.#parts = parts;
    this.#search = textField({
      label: l10n.t('Search tags, digests and users'),
      placeholder: l10n.t('Search tags, digests and users'),
      icon: 'search',
      onInput: (search) => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#set({ search }), PAUSE_MS);
      },
    });
    this.#search.element.classList.add('search');
    this.#verdict = new Picker<Outcome>({
      label: l10n.t('Verdict'),
      any: l10n.t('Any verdict'),
      choices: () =>
        OUTCOMES.map((value) => ({
          value,
          label: outcomeMeaning(value),
          icon: OUTCOME_ICONS[value],
          iconClass: `outcome ${value}`,
        })),
      onChoose: (verdict) => this.#set({ verdict }),
    });
    this.#namespace = new Picker<string>({
      label: l10n.t('Namespace'),
      any: l10n.t('Any namespace'),
      choices: () => namespaceChoices(this.#facets),
      onChoose: (namespace) => this.#set({ namespace, stream: null }),
    });
    this.#reason = new Picker<ReasonCode>({
      label: l10n.t('Reason'),
      any: l10n.t('Any reason'),
      choices: () => reasonChoices(this.#facets),
      onChoose: (reason) => this.#set({ reason }),
    });
    this.#clear = linkButton(l10n.t('Clear all'), () => this.clear());
    this.element = h(
      'div',
      { class: 'filter-bar' },
      h(
        'div',
        { class: 'toolbar', role: 'group', 'aria-label': l10n.t('Search and filters') },
        this.#search.element,
        h(
          'div',
          { class: 'toolbar-filters' },
          this.#verdict.element,
          this.#namespace.element,
          this.#reason.element,
        ),
        h('div', { class: 'toolbar-actions' }, ...parts.actions),
      ),
      h('div', { class: 'chip-line' }, this.#count, this.#chips, this.#clear),
    );
  }

  get query(): RowQuery {
    return this.#query;
  }

  /** Shows a query without telling anyone. */
  set query(query: RowQuery) {
    this.#query = query;
    this.#search.value = query.search;
    this.#verdict.value = query.verdict;
    this.#namespace.value = query.namespace;
    this.#reason.value = query.reason;
    this.#drawChips();
  }

  /** What there is to filter by. */
  set facets(facets: Facets) {
    this.#facets = facets;
    this.query = this.#query;
  }

  set counts({ found, all }: RowCounts) {
    const text =
      found === all
        ? l10n.t('{0} rows', numberInWords(all))
        : l10n.t('{0} of {1} rows', numberInWords(found), numberInWords(all));
    write(this.#count, text);
  }

  /** Puts the keyboard into the search. */
  focusSearch(): void {
    this.#search.focus();
  }

  /** Takes every filter away; the order stays. */
  clear(): void {
    this.#set({ ...EVERY_ROW, sort: this.#query.sort });
  }

  #set(change: Partial<RowQuery>): void {
    clearTimeout(this.#timer);
    const query = { ...this.#query, ...change };
    this.query = query;
    this.#parts.onChange(query);
  }

  #drawChips(): void {
    const { search, verdict, namespace, stream, reason } = this.#query;
    const chips = [
      search.trim() !== '' && chip(`“${search.trim()}”`, () => this.#set({ search: '' })),
      verdict !== null && chip(outcomeMeaning(verdict), () => this.#set({ verdict: null })),
      namespace !== null &&
        chip(namespaceInWords(namespace), () => this.#set({ namespace: null, stream: null })),
      stream !== null && chip(stream, () => this.#set({ stream: null })),
      reason !== null && chip(reasonTitle(reason), () => this.#set({ reason: null })),
    ].filter((each) => each !== false);
    const hadFocus = this.#chips.contains(document.activeElement);
    fill(this.#chips, ...chips);
    this.#chips.hidden = chips.length === 0;
    this.#clear.hidden = chips.length < 2;
    // The chip that was pressed is gone: the focus goes to its neighbour, or to where filters are made.
    if (hadFocus) (this.#chips.querySelector('button') ?? this.#search).focus();
  }
}

export function namespaceInWords(namespace: string): string {
  return namespace === '' ? l10n.t('In no image stream') : namespace;
}

function namespaceChoices({ namespaces }: Facets): Choice<string>[] {
  return namespaces.map(({ namespace, rows }) => ({
    value: namespace,
    label: namespaceInWords(namespace),
    detail: numberInWords(rows),
  }));
}

function reasonChoices({ reasons }: Facets): Choice<ReasonCode>[] {
  return reasons
    .toSorted((a, b) => GROUPS.indexOf(groupOf(a.code)) - GROUPS.indexOf(groupOf(b.code)))
    .map(({ code, rows }) => ({
      value: code,
      label: reasonTitle(code),
      detail: numberInWords(rows),
      group: groupInWords(groupOf(code)),
    }));
}

function chip(text: string, onRemove: () => void): HTMLElement {
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-label': l10n.t('Remove the filter {0}', text),
        onclick: onRemove,
      },
      h('span', { class: 'chip-text' }, text),
      icon('close'),
    ),
  );
}

import * as l10n from '@vscode/l10n';
import { fill, h, uniqueId, write } from './h.ts';
import { icon } from './icon.ts';
import { Popup } from './popup.ts';

/** One thing to choose. `group` heads the choices that follow with the same group. */
export interface Choice<T> {
  value: T;
  label: string;
  icon?: string;
  iconClass?: string;
  /** A second, quieter text. */
  detail?: string;
  group?: string;
}

export interface PickerParts<T> {
  /** What is chosen, e.g. `Namespace`. */
  label: string;
  /** The choice that means none. */
  any: string;
  choices: () => readonly Choice<T>[];
  onChoose: (value: T | null) => void;
}

/** With more choices than that there is a field to search them. */
const FEW = 12;
/** More are not drawn at once: the search narrows them. */
const MOST = 200;

/** A button that shows a choice and opens a list to make another. */
export class Picker<T> {
  readonly element: HTMLElement;
  readonly #parts: PickerParts<T>;
  readonly #button: HTMLButtonElement;
  readonly #text = h('span', { class: 'picker-text' });
  readonly #list: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #popup: Popup;
  #value: T | null = null;
  #shown: readonly (Choice<T> | null)[] = [];
  #active = 0;

  constructor(parts: PickerParts<T>) {
    this.#parts = parts;
    const listId = uniqueId('choices');
    this.#button = h(
      'button',
      { type: 'button', class: 'picker', 'aria-haspopup': 'listbox', 'aria-expanded': 'false' },
      this.#text,
      icon('chevron-down'),
    );
    this.#list = h('div', {
      id: listId,
      class: 'choices',
      role: 'listbox',
      tabindex: '0',
      'aria-label': parts.label,
    });
    this.#search = h('input', {
      class: 'choices-search',
      type: 'text',
      role: 'combobox',
      'aria-expanded': 'true',
      'aria-controls': listId,
      'aria-autocomplete': 'list',
      'aria-label': l10n.t('Search in {0}', parts.label),
      placeholder: l10n.t('Type to search'),
      spellcheck: 'false',
    });
    this.#popup = new Popup(this.#button, h('div', {}, this.#search, this.#list), (open) =>
      this.#button.setAttribute('aria-expanded', String(open)),
    );
    this.element = h('div', { class: 'picker-place' }, this.#button);
    this.#button.addEventListener('click', () => (this.#popup.open ? this.#popup.hide(true) : this.#show()));
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' || this.#popup.open) return;
      event.preventDefault();
      this.#show();
    });
    this.#popup.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#search.addEventListener('input', () => this.#draw());
    this.#list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option instanceof HTMLElement) this.#choose(Number(option.dataset.place));
    });
    this.value = null;
  }

  get value(): T | null {
    return this.#value;
  }

  set value(value: T | null) {
    this.#value = value;
    const chosen = value === null ? undefined : this.#parts.choices().find((one) => one.value === value);
    write(this.#text, chosen?.label ?? (value === null ? this.#parts.label : String(value)));
    this.#button.classList.toggle('chosen', value !== null);
    const said = value === null ? this.#parts.any : (this.#text.textContent ?? '');
    this.#button.setAttribute('aria-label', l10n.t('{0}: {1}', this.#parts.label, said));
  }

  #show(): void {
    this.#search.value = '';
    this.#search.hidden = this.#parts.choices().length <= FEW;
    this.#draw();
    this.#popup.show();
    (this.#search.hidden ? this.#list : this.#search).focus();
    this.#moveTo(
      Math.max(
        0,
        this.#shown.findIndex((one) => (one?.value ?? null) === this.#value),
      ),
    );
  }

  #draw(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.#parts
      .choices()
      .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
    this.#shown = [...(words.length === 0 ? [null] : []), ...found.slice(0, MOST)];
    let group: string | undefined;
    const lines: HTMLElement[] = [];
    for (const [place, choice] of this.#shown.entries()) {
      if (choice?.group !== undefined && choice.group !== group) {
        group = choice.group;
        lines.push(h('div', { class: 'choices-group', role: 'presentation' }, group));
      }
      lines.push(this.#option(choice, place));
    }
    const more = found.length - MOST;
    fill(
      this.#list,
      ...lines,
      found.length === 0 &&
        h('div', { class: 'choices-note', role: 'presentation' }, l10n.t('Nothing matches')),
      more > 0 &&
        h(
          'div',
          { class: 'choices-note', role: 'presentation' },
          l10n.t('{0} more: type to find them', more),
        ),
    );
    this.#moveTo(0);
  }

  #option(choice: Choice<T> | null, place: number): HTMLElement {
    const value = choice?.value ?? null;
    return h(
      'div',
      {
        id: `${this.#list.id}-${place}`,
        class: 'choice',
        role: 'option',
        'data-place': place,
        'aria-selected': String(value === this.#value),
      },
      icon(value === this.#value ? 'check' : 'blank', 'choice-mark'),
      choice?.icon !== undefined && icon(choice.icon, choice.iconClass),
      h('span', { class: 'choice-text' }, choice?.label ?? this.#parts.any),
      choice?.detail !== undefined && h('span', { class: 'choice-detail' }, choice.detail),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#shown.length - 1;
    switch (event.key) {
      case 'ArrowDown':
        this.#moveTo(Math.min(last, this.#active + 1));
        break;
      case 'ArrowUp':
        this.#moveTo(Math.max(0, this.#active - 1));
        break;
      case 'Home':
      case 'PageUp':
        this.#moveTo(0);
        break;
      case 'End':
      case 'PageDown':
        this.#moveTo(last);
        break;
      case 'Enter':
        this.#choose(this.#active);
        break;
      case 'Escape':
        this.#popup.hide(true);
        break;
      case 'Tab':
        this.#popup.hide(true);
        return;
      default:
        if (this.#search.hidden) this.#typeAhead(event);
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #typeAhead(event: KeyboardEvent): void {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
    const letter = event.key.toLowerCase();
    const places = this.#shown.map((_, index) => (this.#active + 1 + index) % this.#shown.length);
    const found = places.find((place) => this.#shown[place]?.label.toLowerCase().startsWith(letter));
    if (found !== undefined) this.#moveTo(found);
  }

  #moveTo(place: number): void {
    this.#active = place;
    for (const each of this.#list.querySelectorAll('.active')) each.classList.remove('active');
    const option = this.#list.querySelector(`[data-place="${place}"]`);
    option?.classList.add('active');
    option?.scrollIntoView({ block: 'nearest' });
    for (const holder of [this.#list, this.#search]) {
      if (option) holder.setAttribute('aria-activedescendant', option.id);
      else holder.removeAttribute('aria-activedescendant');
    }
  }

  #choose(place: number): void {
    const choice = this.#shown[place];
    if (choice === undefined) return;
    this.#popup.hide(true);
    this.value = choice?.value ?? null;
    this.#parts.onChoose(this.#value);
  }
}

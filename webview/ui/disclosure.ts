import { fill, h, uniqueId, write } from './h.ts';
import { icon } from './icon.ts';

export interface SummaryPhrase {
  text: string;
  tooltip?: string;
}

export interface Disclosure {
  readonly element: HTMLElement;
  /** Where what it hides belongs. */
  readonly content: HTMLElement;
  open: boolean;
  /** @param more what follows the phrases */
  setSummary(phrases: readonly SummaryPhrase[], more?: Node): void;
}

/** A heading that unfolds what belongs to it. */
export function disclosure(title: string, onToggle: (open: boolean) => void): Disclosure {
  const id = uniqueId('disclosed');
  const arrow = icon('chevron-right', 'disclosure-arrow');
  const name = h('span', { class: 'disclosure-title' });
  write(name, title);
  const summary = h('span', { class: 'disclosure-summary' });
  const opener = h(
    'button',
    { type: 'button', class: 'disclosure-button', 'aria-expanded': 'false', 'aria-controls': id },
    arrow,
    name,
    summary,
  );
  const content = h('div', { id, class: 'disclosure-content', hidden: true });
  const element = h('section', { class: 'disclosure' }, h('h2', {}, opener), content);
  let isOpen = false;
  const set = (open: boolean) => {
    isOpen = open;
    content.hidden = !open;
    element.classList.toggle('open', open);
    opener.setAttribute('aria-expanded', String(open));
    arrow.className = `codicon codicon-chevron-${open ? 'down' : 'right'} disclosure-arrow`;
  };
  opener.addEventListener('click', () => {
    set(!isOpen);
    onToggle(isOpen);
  });
  return {
    element,
    content,
    get open() {
      return isOpen;
    },
    set open(open) {
      set(open);
    },
    setSummary: (phrases, more) =>
      fill(
        summary,
        ...phrases.map(({ text, tooltip }) => h('span', { class: 'phrase', title: tooltip }, text)),
        more,
      ),
  };
}

import { h, write } from './h.ts';

/** What screen readers are told without the focus going there: politely, and never the same twice in a row. */
export class Announcer {
  readonly element = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

  say(text: string): void {
    write(this.element, text);
  }
}

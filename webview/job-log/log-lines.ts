import * as l10n from '@vscode/l10n';
import { type LogSoFar, MOST_LINES } from '../../src/shared/job-log/view.ts';
import { h, write } from '../ui/h.ts';

/** Closer to the end than that, and the log follows what comes. In CSS pixels. */
const NEAR_END = 24;

/** The lines of a log: as they come, and in sight at the end unless somebody reads further up. */
export class LogLines {
  readonly element: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #note = h('p', { class: 'dim' });
  #first = 0;
  #count = 0;

  constructor() {
    this.#lines = h('pre', {
      class: 'terminal log',
      role: 'log',
      // Read out line by line it would drown everything else; what matters is announced.
      'aria-live': 'off',
      tabindex: '0',
      'aria-label': l10n.t('Log'),
    });
    this.element = h(
      'section',
      { class: 'log-part' },
      h('div', { class: 'log-head' }, h('h2', {}, l10n.t('Log')), this.#note),
      this.#lines,
    );
  }

  /** Shows everything that is known of the log. */
  show({ first, lines }: LogSoFar): void {
    if (first !== this.#first || lines.length !== this.#count) {
      const atEnd = this.#isAtEnd();
      this.#lines.replaceChildren(...lines.map(textOf));
      this.#first = first;
      this.#count = lines.length;
      if (atEnd) this.toEnd();
    }
    this.#say();
  }

  /** Adds lines that came since. */
  add(lines: readonly string[]): void {
    const atEnd = this.#isAtEnd();
    this.#lines.append(...lines.map(textOf));
    this.#count += lines.length;
    while (this.#count > MOST_LINES) {
      this.#lines.firstChild?.remove();
      this.#first++;
      this.#count--;
    }
    if (atEnd) this.toEnd();
    this.#say();
  }

  toEnd(): void {
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #isAtEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.#lines;
    return scrollTop + clientHeight >= scrollHeight - NEAR_END;
  }

  #say(): void {
    const all = this.#first + this.#count;
    const number = (count: number) => count.toLocaleString(document.documentElement.lang);
    write(
      this.#note,
      this.#first > 0
        ? l10n.t('the last {0} of {1} lines', number(this.#count), number(all))
        : all === 1
          ? l10n.t('1 line')
          : l10n.t('{0} lines', number(all)),
    );
  }
}

function textOf(line: string): Text {
  return document.createTextNode(`${line}\n`);
}

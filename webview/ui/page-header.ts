import { type Child, h } from './h.ts';

export interface PageHeaderParts {
  readonly element: HTMLElement;
  /** It can take the focus, where what had it is gone. */
  readonly title: HTMLElement;
  /** For what `fact` gives. */
  readonly facts: HTMLElement;
}

/** The head of a page: what it is about, facts about that, and what can be done. */
export function pageHeader(buttons: readonly Child[], ...below: readonly Child[]): PageHeaderParts {
  const title = h('h1', { tabindex: '-1' });
  const facts = h('p', { class: 'facts' });
  const actions = h('div', { class: 'page-actions' }, h('div', { class: 'buttons' }, ...buttons), ...below);
  const element = h(
    'header',
    { class: 'page-header' },
    h('div', { class: 'page-title' }, title, facts),
    actions,
  );
  return { element, title, facts };
}

/** What an icon says, in words. */
export function fact(symbol: HTMLElement, text: string, tooltip?: string): HTMLElement {
  return h('span', { class: 'fact', title: tooltip }, symbol, text);
}

/** Of a server's address what tells it from others; the address where it is none. */
export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

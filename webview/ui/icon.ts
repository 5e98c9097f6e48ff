import { h } from './h.ts';

/** A codicon. It is never the only carrier of what it says: screen readers don't hear it. */
export function icon(name: string, className = ''): HTMLElement {
  return h('span', { class: `codicon codicon-${name} ${className}`.trim(), 'aria-hidden': 'true' });
}

/** The icon of something under way. */
export function spinner(): HTMLElement {
  return icon('loading', 'codicon-modifier-spin');
}

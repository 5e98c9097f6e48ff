import { h } from './h.ts';
import { icon } from './icon.ts';

export type Severity = 'error' | 'warning' | 'info' | 'done';

const ICONS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  done: 'pass-filled',
};

/** Something that has to be known before the rest: what it is in one line, then what belongs to it. */
export function banner(
  severity: Severity,
  title: string,
  ...content: readonly (Node | string | null)[]
): HTMLElement {
  return h(
    'section',
    { class: `banner ${severity}`, role: severity === 'error' ? 'alert' : 'region', 'aria-label': title },
    icon(ICONS[severity], 'banner-icon'),
    h('div', { class: 'banner-text' }, h('p', { class: 'banner-title' }, title), ...content),
  );
}

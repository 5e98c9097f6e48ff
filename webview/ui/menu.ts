import { fill, h } from './h.ts';
import { icon } from './icon.ts';
import { Popup } from './popup.ts';

export interface MenuItem {
  label: string;
  /** A second, quieter text. */
  detail?: string;
  icon?: string;
  onChoose: () => void;
}

/** A button that opens a menu. */
export function menuButton(label: string, iconName: string, items: () => readonly MenuItem[]): HTMLElement {
  const opener = h(
    'button',
    { type: 'button', class: 'picker menu-button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
    icon(iconName),
    h('span', { class: 'picker-text' }, label),
    icon('chevron-down'),
  );
  const list = h('div', { class: 'choices', role: 'menu', 'aria-label': label });
  const popup = new Popup(opener, list, (open) => opener.setAttribute('aria-expanded', String(open)));
  const entries = () => [...list.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const focus = (place: number) => {
    const all = entries();
    all.at(place % all.length)?.focus();
  };
  const show = () => {
    fill(list, ...items().map((item) => menuItem(item, popup)));
    popup.show();
    focus(0);
  };
  opener.addEventListener('click', () => (popup.open ? popup.hide(true) : show()));
  opener.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    show();
  });
  list.addEventListener('keydown', (event) => {
    const focused = document.activeElement;
    const at = focused instanceof HTMLElement ? entries().indexOf(focused) : -1;
    const moves: Record<string, () => void> = {
      ArrowDown: () => focus(at + 1),
      ArrowUp: () => focus(at - 1),
      Home: () => focus(0),
      End: () => focus(-1),
      Escape: () => popup.hide(true),
      Tab: () => popup.hide(true),
    };
    const move = moves[event.key];
    if (!move) return;
    move();
    if (event.key !== 'Tab') event.preventDefault();
  });
  return h('div', { class: 'picker-place' }, opener);
}

function menuItem({ label, detail, icon: iconName, onChoose }: MenuItem, popup: Popup): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'choice',
      role: 'menuitem',
      tabindex: '-1',
      onclick: () => {
        popup.hide(true);
        onChoose();
      },
    },
    iconName !== undefined && icon(iconName),
    h('span', { class: 'choice-text' }, label),
    detail !== undefined && h('span', { class: 'choice-detail' }, detail),
  );
}

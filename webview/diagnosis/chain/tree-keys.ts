/** The keys of a tree: one tab stop, arrows go through what is in sight, and fold and unfold. */
export function treeKeys(tree: HTMLElement): void {
  const items = () =>
    [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')].filter((item) => item.checkVisibility());
  const [first] = items().length > 0 ? items() : [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  if (first) first.tabIndex = 0;
  const focus = (item: HTMLElement | undefined) => {
    if (!item) return;
    for (const each of tree.querySelectorAll<HTMLElement>('[role=treeitem]')) each.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  };
  const fold = (item: HTMLElement, open: boolean) => {
    item.setAttribute('aria-expanded', String(open));
    const group = item.querySelector<HTMLElement>(':scope > [role=group]');
    if (group) group.hidden = !open;
  };
  tree.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('.chain-row') : null;
    const item = row?.parentElement;
    if (!item) return;
    focus(item);
    if (item.hasAttribute('aria-expanded')) fold(item, item.getAttribute('aria-expanded') !== 'true');
  });
  tree.addEventListener('keydown', (event) => {
    const item =
      event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
    if (!item) return;
    const shown = items();
    const place = shown.indexOf(item);
    const expanded = item.getAttribute('aria-expanded');
    const parent = item.parentElement?.closest<HTMLElement>('[role=treeitem]') ?? undefined;
    switch (event.key) {
      case 'ArrowDown':
        focus(shown[place + 1]);
        break;
      case 'ArrowUp':
        focus(shown[place - 1]);
        break;
      case 'Home':
        focus(shown[0]);
        break;
      case 'End':
        focus(shown.at(-1));
        break;
      case 'ArrowRight':
        if (expanded === 'false') fold(item, true);
        else if (expanded === 'true') focus(shown[place + 1]);
        break;
      case 'ArrowLeft':
        if (expanded === 'true') fold(item, false);
        else focus(parent);
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

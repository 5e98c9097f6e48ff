/**
 * Brings the keyboard back to where it was when the page gets it again. While another part of the window has it, such as a
 * question, the browser forgets.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement) last = target;
  });
  addEventListener('focus', () => {
    const isLost = document.activeElement === document.body;
    if (isLost && last?.isConnected && last.checkVisibility()) last.focus({ preventScroll: true });
  });
}

/**
 * Shows on a control that something was copied, until the user turns elsewhere.
 * @param show draws it as copied, or as it was
 */
export function showCopied(element: HTMLElement, show: (copied: boolean) => void): void {
  show(true);
  const stop = new AbortController();
  const back = () => {
    stop.abort();
    show(false);
  };
  for (const event of ['blur', 'pointerleave'])
    element.addEventListener(event, back, { signal: stop.signal });
}

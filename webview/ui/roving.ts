/**
 * Makes elements one tab stop, between which the arrow keys, Home and End go.
 * @param onMove told of the place that the keyboard went to
 * @returns what makes another one the stop, without moving the focus
 */
export function roving(
  elements: readonly HTMLElement[],
  at: number,
  onMove: (place: number) => void = () => {},
): (place: number) => void {
  const stopAt = (place: number) => {
    for (const [each, element] of elements.entries()) element.tabIndex = each === place ? 0 : -1;
  };
  stopAt(at);
  for (const [place, element] of elements.entries()) {
    element.addEventListener('keydown', (event) => {
      const next = nextPlace(event.key, place, elements.length);
      const target = next === undefined ? undefined : elements[next];
      if (next === undefined || !target) return;
      event.preventDefault();
      stopAt(next);
      target.focus();
      onMove(next);
    });
  }
  return stopAt;
}

function nextPlace(key: string, place: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (place + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (place + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

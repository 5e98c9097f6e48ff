/** What a key does in a grid. */
export type GridMove =
  /** Makes a row active; -1 for the heads, and what is beyond an end is the end. */
  | { to: number }
  | { row: 'toggle' | 'open' | 'close' | 'closeAny' }
  | { head: 'press' | 'next' | 'previous' };

/** Where the keyboard is. */
export interface GridPlace {
  /** The active row; -1 for the heads. */
  active: number;
  count: number;
  /** How many rows a page has. */
  page: number;
}

/** What a key means at a place; undefined: nothing. */
export function gridMove(key: string, place: GridPlace): GridMove | undefined {
  return place.active < 0 ? headMove(key, place) : rowMove(key, place);
}

function headMove(key: string, { count }: GridPlace): GridMove | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { head: 'previous' };
    case 'ArrowRight':
      return { head: 'next' };
    case 'Enter':
    case ' ':
      return { head: 'press' };
    case 'ArrowDown':
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: count - 1 };
    default:
      return undefined;
  }
}

function rowMove(key: string, { active, count, page }: GridPlace): GridMove | undefined {
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(active + 1, count - 1) };
    case 'ArrowUp':
      return { to: active - 1 };
    case 'PageDown':
      return { to: Math.min(active + page, count - 1) };
    case 'PageUp':
      return { to: Math.max(0, active - page) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: count - 1 };
    case 'Enter':
    case ' ':
      return { row: 'toggle' };
    case 'ArrowRight':
      return { row: 'open' };
    case 'ArrowLeft':
      return { row: 'close' };
    case 'Escape':
      return { row: 'closeAny' };
    default:
      return undefined;
  }
}

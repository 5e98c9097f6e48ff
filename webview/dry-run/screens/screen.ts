import type { PageView } from '../../../src/shared/dry-run/view.ts';

/** What fills the page in one of its states. */
export interface Screen {
  readonly element: HTMLElement;
  /** Called once, when the element is in the document. */
  start?(): void;
  /** Draws another view of the same state. */
  update(view: PageView): void;
  /** Draws again what changes with time alone. */
  tick?(): void;
  close?(): void;
}

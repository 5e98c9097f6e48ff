const GAP = 4;

/** Something that opens below a button, above everything else, and closes when the user turns elsewhere. */
export class Popup {
  readonly element: HTMLElement;
  readonly #anchor: HTMLElement;
  readonly #onToggle: (open: boolean) => void;
  #open = false;
  #stop = new AbortController();

  constructor(anchor: HTMLElement, element: HTMLElement, onToggle: (open: boolean) => void) {
    this.#anchor = anchor;
    this.element = element;
    this.#onToggle = onToggle;
    element.popover = 'manual';
    element.classList.add('popup');
  }

  get open(): boolean {
    return this.#open;
  }

  show(): void {
    if (this.#open) return;
    this.#open = true;
    this.#anchor.after(this.element);
    this.element.showPopover();
    this.#place();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const isInside = (target: EventTarget | null) =>
      target instanceof Node && (this.element.contains(target) || this.#anchor.contains(target));
    document.addEventListener('pointerdown', (event) => !isInside(event.target) && this.hide(false), {
      signal,
      capture: true,
    });
    this.element.addEventListener(
      'focusout',
      (event) => {
        if (event.relatedTarget !== null && !isInside(event.relatedTarget)) this.hide(false);
      },
      { signal },
    );
    window.addEventListener('blur', () => this.hide(false), { signal });
    window.addEventListener('resize', () => this.hide(false), { signal });
    window.addEventListener('scroll', () => this.#place(), { signal });
    this.#onToggle(true);
  }

  /** @param returnFocus whether the focus goes back to the button */
  hide(returnFocus: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stop.abort();
    if (returnFocus) this.#anchor.focus();
    this.element.hidePopover();
    this.element.remove();
    this.#onToggle(false);
  }

  #place(): void {
    const anchor = this.#anchor.getBoundingClientRect();
    const { style } = this.element;
    style.minWidth = `${anchor.width}px`;
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(anchor.left, document.documentElement.clientWidth - width - GAP));
    const below = anchor.bottom + GAP;
    const fitsBelow = below + height <= window.innerHeight || anchor.top < height + 2 * GAP;
    style.left = `${left}px`;
    style.top = `${fitsBelow ? below : anchor.top - GAP - height}px`;
  }
}

import { h } from '../../ui/h.ts';

/** A bar of what is done, of what was planned. */
export function doneMeter(done: number, planned: number): HTMLElement {
  const element = meter(done, Math.max(0, planned - done), planned);
  element.classList.add('done');
  return element;
}

/**
 * A bar of what goes and what stays, side by side. It says nothing to screen readers: the figures stand beside it.
 * @param scale what a full bar stands for; the three in the same unit
 */
export function meter(goes: number, stays: number, scale: number): HTMLElement {
  const part = (value: number, className: string) => {
    const element = h('span', { class: className, hidden: value <= 0 });
    element.style.width = `${scale <= 0 ? 0 : (value / scale) * 100}%`;
    return element;
  };
  return h(
    'span',
    { class: 'meter', 'aria-hidden': 'true' },
    part(goes, 'meter-goes'),
    part(stays, 'meter-stays'),
  );
}

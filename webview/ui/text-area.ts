import { h, uniqueId } from './h.ts';

export interface TextAreaControl {
  readonly element: HTMLElement;
  value: string;
  focus(): void;
}

export interface TextAreaParts {
  /** Stands above it. */
  label: string;
  placeholder?: string;
  rows?: number;
  onInput(value: string): void;
  /** Ctrl+Enter, or ⌘+Enter. */
  onSubmit?(): void;
}

/** Several lines of text. */
export function textArea({
  label,
  placeholder,
  rows = 6,
  onInput,
  onSubmit,
}: TextAreaParts): TextAreaControl {
  const id = uniqueId('text');
  const area = h('textarea', { id, class: 'text-area', rows, placeholder, spellcheck: 'false' });
  area.addEventListener('input', () => onInput(area.value));
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit?.();
  });
  return {
    element: h('div', { class: 'text-area-field' }, h('label', { for: id }, label), area),
    get value() {
      return area.value;
    },
    set value(value) {
      if (area.value !== value) area.value = value;
    },
    focus: () => area.focus(),
  };
}

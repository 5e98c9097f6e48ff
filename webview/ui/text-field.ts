import { icon } from './icon.ts';
import { toolkitElement } from './toolkit.ts';

export interface TextFieldParts {
  /** What a screen reader calls it. */
  label: string;
  placeholder?: string;
  /** A codicon in front. */
  icon?: string;
  value?: string;
  onInput(value: string): void;
}

export interface TextFieldControl {
  readonly element: HTMLElement;
  value: string;
  setInvalid(invalid: boolean): void;
  setDisabled(disabled: boolean): void;
  focus(): void;
}

/** One line of text. */
export function textField(parts: TextFieldParts): TextFieldControl {
  const element = toolkitElement('vscode-text-field');
  nameAlways(element, parts.label);
  element.placeholder = parts.placeholder ?? '';
  element.value = parts.value ?? '';
  if (parts.icon !== undefined) {
    const shown = icon(parts.icon);
    shown.slot = 'start';
    element.append(shown);
  }
  element.addEventListener('input', () => parts.onInput(element.value));
  return {
    element,
    get value() {
      return element.value;
    },
    set value(value) {
      if (element.value !== value) element.value = value;
    },
    setInvalid(invalid) {
      element.classList.toggle('invalid', invalid);
      element.setAttribute('aria-invalid', String(invalid));
    },
    setDisabled(disabled) {
      element.disabled = disabled;
    },
    focus: () => element.focus(),
  };
}

/** The toolkit calls every field without text in it a text field as soon as it is in the document. */
function nameAlways(element: HTMLElement, label: string): void {
  const name = () => {
    if (element.getAttribute('aria-label') !== label) element.setAttribute('aria-label', label);
  };
  name();
  new MutationObserver(name).observe(element, { attributeFilter: ['aria-label'] });
}

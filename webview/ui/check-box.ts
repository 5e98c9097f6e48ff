import { toolkitElement } from './toolkit.ts';

export interface CheckBoxControl {
  readonly element: HTMLElement;
  checked: boolean;
  setDisabled(disabled: boolean): void;
}

/** A box to check, with its label beside it. */
export function checkBox(label: string, onChange: (checked: boolean) => void): CheckBoxControl {
  const element = toolkitElement('vscode-checkbox');
  element.textContent = label;
  element.addEventListener('change', () => onChange(element.checked));
  return {
    element,
    get checked() {
      return element.checked;
    },
    set checked(checked) {
      element.checked = checked;
    },
    setDisabled(disabled) {
      element.disabled = disabled;
    },
  };
}

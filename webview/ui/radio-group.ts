import { toolkitElement } from './toolkit.ts';

export interface RadioGroupControl<T extends string> {
  readonly element: HTMLElement;
  value: T;
  setDisabled(disabled: boolean): void;
}

/** One of a few choices, all in sight. The first is chosen at the start. */
export function radioGroup<const T extends string>(
  label: string,
  choices: readonly { value: T; label: string }[],
  onChange: (value: T) => void,
): RadioGroupControl<T> {
  const element = toolkitElement('vscode-radio-group');
  element.setAttribute('aria-label', label);
  element.orientation = 'horizontal';
  for (const choice of choices) {
    const radio = toolkitElement('vscode-radio');
    radio.setAttribute('value', choice.value);
    radio.textContent = choice.label;
    element.append(radio);
  }
  const chosen = () => choices.find((choice) => choice.value === element.value) ?? choices[0];
  element.addEventListener('change', () => {
    const choice = chosen();
    if (choice) onChange(choice.value);
  });
  return {
    element,
    get value() {
      const choice = chosen();
      if (!choice) throw new RangeError(`${label} has no choices`);
      return choice.value;
    },
    set value(value) {
      element.value = value;
    },
    setDisabled(disabled) {
      element.disabled = disabled;
    },
  };
}

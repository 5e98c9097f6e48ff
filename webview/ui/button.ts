import { fill } from './h.ts';
import { icon } from './icon.ts';
import { toolkitElement } from './toolkit.ts';

export interface ButtonParts {
  label: string;
  /** A codicon's name. */
  icon?: string;
  /** `icon`: only its icon is shown, and the label is its tooltip. */
  look: 'primary' | 'secondary' | 'icon';
  onPress: () => void;
}

export interface ButtonControl {
  readonly element: HTMLElement;
  /** @param why what stands in the tooltip meanwhile */
  setDisabled(disabled: boolean, why?: string): void;
  setLabel(label: string, iconName?: string): void;
  setLook(look: 'primary' | 'secondary'): void;
}

/** A button. */
export function button({ label, icon: iconName, look, onPress }: ButtonParts): ButtonControl {
  const element = toolkitElement('vscode-button');
  element.setAttribute('appearance', look);
  const setLabel: ButtonControl['setLabel'] = (text, name = iconName) => {
    if (look === 'icon') {
      element.setAttribute('aria-label', text);
      element.title = text;
      fill(element, icon(name ?? 'blank'));
      return;
    }
    const shown = name === undefined ? null : icon(name);
    if (shown) shown.slot = 'start';
    fill(element, shown, text);
  };
  setLabel(label);
  element.addEventListener('click', () => {
    if (!element.disabled) onPress();
  });
  return {
    element,
    setLabel,
    setLook: (wanted) => element.setAttribute('appearance', wanted),
    setDisabled(disabled, why = '') {
      element.disabled = disabled;
      if (look !== 'icon') element.title = disabled ? why : '';
    },
  };
}

/** A button that looks like a link in a text. */
export function linkButton(label: string, onPress: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'link';
  element.textContent = label;
  element.addEventListener('click', onPress);
  return element;
}

// The controls of @vscode/webview-ui-toolkit. Nothing else imports it, so that it can be replaced here.
import {
  type Button,
  type Checkbox,
  provideVSCodeDesignSystem,
  type RadioGroup,
  type TextField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeRadio,
  vsCodeRadioGroup,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Defines the elements that the controls are made of. To be called once, before the first control. */
export function defineControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeRadio(),
    vsCodeRadioGroup(),
    vsCodeTextField(),
  );
}

interface ToolkitElements {
  'vscode-button': Button;
  'vscode-checkbox': Checkbox;
  'vscode-radio': HTMLElement;
  'vscode-radio-group': RadioGroup;
  'vscode-text-field': TextField;
}

/** Makes an element of the toolkit. */
export function toolkitElement<Tag extends keyof ToolkitElements>(tag: Tag): ToolkitElements[Tag] {
  return document.createElement(tag) as HTMLElement as ToolkitElements[Tag];
}

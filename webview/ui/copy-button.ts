import * as l10n from '@vscode/l10n';
import { type ButtonControl, button } from './button.ts';
import { showCopied } from './copied.ts';

export interface CopyButtonParts {
  label: string;
  look: 'secondary' | 'icon';
  /** What is copied when it is pressed. */
  text: () => string;
  /** Puts a text on the clipboard. */
  copy: (text: string) => Promise<void>;
}

/** A button that copies, and says so. */
export function copyButton({ label, look, text, copy }: CopyButtonParts): ButtonControl {
  const control = button({
    label,
    icon: 'copy',
    look,
    onPress: async () => {
      await copy(text());
      showCopied(control.element, (copied) =>
        copied ? control.setLabel(l10n.t('Copied'), 'check') : control.setLabel(label, 'copy'),
      );
    },
  });
  return control;
}

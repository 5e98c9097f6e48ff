import * as l10n from '@vscode/l10n';
import { copyButton } from './copy-button.ts';
import { h, write } from './h.ts';

export interface CommandLine {
  readonly element: HTMLElement;
  text: string;
}

/**
 * A command as it is typed into a terminal, with a button that copies it.
 * @param copy puts a text on the clipboard
 */
export function commandLine(text: string, copy: (text: string) => Promise<void>): CommandLine {
  const code = h('code', { class: 'command-text', tabindex: '0', role: 'textbox', 'aria-readonly': 'true' });
  code.setAttribute('aria-label', l10n.t('Command'));
  write(code, text);
  const copying = copyButton({
    label: l10n.t('Copy the command'),
    look: 'icon',
    text: () => code.textContent ?? '',
    copy,
  });
  return {
    element: h('div', { class: 'command-line' }, code, copying.element),
    get text() {
      return code.textContent ?? '';
    },
    set text(command) {
      write(code, command);
    },
  };
}

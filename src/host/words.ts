import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** Lets the words that the command line shares speak the editor's language too. */
export function useLanguage(): void {
  const { bundle } = vscode.l10n;
  if (bundle) l10n.config({ contents: bundle });
}

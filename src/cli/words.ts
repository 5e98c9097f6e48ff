import * as l10n from '@vscode/l10n';

/** A line that warns. */
export function warning(text: string): string {
  return l10n.t('warning: {0}', text);
}

/** The line that says why a command failed. */
export function failure(text: string): string {
  return l10n.t('error: {0}', text);
}

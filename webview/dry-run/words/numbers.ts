import * as l10n from '@vscode/l10n';

/** The language the page is in, as the host wrote it into the document. */
function language(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}

/** A whole number with the separators of the page's language, e.g. `12,345`. */
export function numberInWords(value: number): string {
  return value.toLocaleString(language());
}

/** The exact figure behind a rounded one, e.g. `13,314,398,617 bytes`. */
export function exactBytes(bytes: number): string {
  return bytes === 1 ? l10n.t('1 byte') : l10n.t('{0} bytes', numberInWords(bytes));
}

/** A share of something, e.g. `26%`; `less than 1%` where rounding would say nothing. */
export function shareInWords(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole;
  if (share > 0 && share < 0.01) return l10n.t('less than 1%');
  return share.toLocaleString(language(), { style: 'percent', maximumFractionDigits: 0 });
}

/** The exact time behind an age, in the user's time zone and as the API wrote it. */
export function exactTime(timestamp: string | null): string {
  if (timestamp === null) return l10n.t('The API tells no time of creation');
  const local = new Date(timestamp).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'medium' });
  return `${local} (${timestamp})`;
}

import * as l10n from '@vscode/l10n';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes in binary units with one decimal, e.g. `12.4 GiB`; below 1 KiB whole bytes. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  // 1023.96 KiB would be written as 1024.0 KiB.
  if (unit > 0 && unit < UNITS.length - 1 && Math.abs(value) >= 1023.95) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its largest whole unit, e.g. `3 days`. */
export function spanInWords(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  const days = Math.floor(span / DAY);
  if (days >= 1) return days === 1 ? l10n.t('1 day') : l10n.t('{0} days', days);
  const hours = Math.floor(span / HOUR);
  if (hours >= 1) return hours === 1 ? l10n.t('1 hour') : l10n.t('{0} hours', hours);
  const minutes = Math.floor(span / MINUTE);
  if (minutes >= 1) return minutes === 1 ? l10n.t('1 minute') : l10n.t('{0} minutes', minutes);
  return l10n.t('less than a minute');
}

/**
 * The age of something created at an RFC 3339 instant.
 * @param now milliseconds since the epoch
 */
export function ageInWords(created: string | null, now: number): string {
  return created === null ? l10n.t('age unknown') : spanInWords(now - Date.parse(created));
}

const SHORT_DIGEST = 12;

/** A digest as people read it: 12 characters without the algorithm. */
export function shortDigest(digest: string): string {
  const colon = digest.indexOf(':');
  return digest.slice(colon + 1, colon + 1 + SHORT_DIGEST);
}

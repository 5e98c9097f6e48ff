// Instants are milliseconds since the epoch. The zero time of the API (a missing or null timestamp) is null: it is
// older than everything.

/** An instant in milliseconds since the epoch, or null for the zero time of the API, which is very old. */
export type Instant = number | null;

/**
 * Parses an RFC 3339 timestamp as the API writes it.
 * @throws RangeError where the text is no timestamp.
 */
export function parseInstant(text: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: only parses, reads no clock
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds))
    throw new RangeError(`${JSON.stringify(text)} is not an RFC 3339 timestamp`);
  return milliseconds;
}

/** Writes an instant as RFC 3339 in UTC with milliseconds; the zero time stays null. */
export function formatInstant(instant: Instant): string | null {
  // biome-ignore lint/style/noRestrictedGlobals: only formats, reads no clock
  return instant === null ? null : new Date(instant).toISOString();
}

/** Whether an instant is later than another; the zero time is later than nothing. */
export function isAfter(instant: Instant, other: Instant): boolean {
  if (instant === null) return false;
  return other === null || instant > other;
}

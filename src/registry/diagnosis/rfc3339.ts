/** An instant to the second, as Go writes it: `2026-11-24T04:41:26Z`. */
export function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

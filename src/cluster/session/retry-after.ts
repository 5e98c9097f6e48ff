/**
 * Seconds to wait that a Retry-After header asks for (RFC 9110, 10.2.3: whole seconds or a date), at least 0;
 * `undefined` where it is absent or makes no sense.
 */
export function retryAfterSeconds(header: string | string[] | undefined, now: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  // Only the HTTP form: Date.parse would take "-5" for a year.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

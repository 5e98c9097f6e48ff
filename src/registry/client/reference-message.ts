import { STATUS_CODES } from 'node:http';

/** A request in the reference command’s words (REFERENCE section 6): `Get <url>: <why>`. */
export function requestInWords(url: string, why: string): string {
  return `Get ${url}: ${why}`;
}

/** A status other than 200 in the reference command’s words: `unexpected status: 503 Service Unavailable`. */
export function statusInWords(status: number): string {
  return `unexpected status: ${statusLine(status)}`;
}

/** `401 Unauthorized`, as Go writes a status, and so the reference command one that a deletion got. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}

/**
 * The reference command’s line for a registry that it can’t speak to: what each protocol met, several in brackets
 * (REFERENCE section 6).
 */
export function communicationError(met: readonly string[]): string {
  const each = [...new Set(met)];
  return `error communicating with registry: ${each.length === 1 ? each[0] : `[${each.join(', ')}]`}`;
}

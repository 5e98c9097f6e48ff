/**
 * Text that a stranger sent, on one line and harmless to a terminal: control characters, and those that turn the
 * direction of writing, become `?`.
 */
export function plainText(text: string, longest = 300): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** A word that a POSIX shell takes as it is. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

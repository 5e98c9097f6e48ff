const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/**
 * Bytes in quotes as Go’s `%q` writes them, so that they can be searched for: a TLS alert is "\x15\x03\x01\x00\x02\x02".
 * Go shows printable letters beyond ASCII as they are; here they are escaped byte by byte, since a stranger sent them.
 * @param bytes one byte a character (latin1)
 */
export function goQuoted(bytes: string): string {
  const shown = bytes.replaceAll(/[^ !#-[\]-~]/g, (character) => {
    const byte = character.charCodeAt(0) & 0xff;
    return ESCAPES[character] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${shown}"`;
}

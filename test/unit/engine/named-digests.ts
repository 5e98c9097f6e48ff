// Digests that can be read: the name in hexadecimal, filled up with zeros. They sort as their names do.

/** The digest that stands for a name of at most 32 ASCII characters. */
export function digestOf(name: string): string {
  const hex = Buffer.from(name, 'latin1').toString('hex');
  if (hex.length > 64) throw new RangeError(`${name} is too long to be told from its digest`);
  return `sha256:${hex.padEnd(64, '0')}`;
}

/** The name that a digest stands for. */
export function nameOf(digest: string): string {
  const hex = digest.replace(/^sha256:/, '').replace(/(?:00)+$/, '');
  return Buffer.from(hex, 'hex').toString('latin1');
}

/** The largest part of a page that its head can take: metadata comes first and is small. */
const LONGEST_HEAD = 16 * 1024;
const ITEMS = Buffer.from('"items":');

/**
 * Reads the continue token from the head of a list without parsing its items, so that the next page can be asked for
 * at once. The API server writes a list's metadata before its items.
 * @returns the token, empty for the last page, or undefined where the head doesn't tell
 */
export function continueTokenOf(page: Buffer): string | undefined {
  const end = page.subarray(0, LONGEST_HEAD).indexOf(ITEMS);
  if (end < 0) return undefined;
  try {
    const head: unknown = JSON.parse(`${page.toString('utf8', 0, end)}"items":null}`);
    if (typeof head !== 'object' || head === null || !('metadata' in head)) return undefined;
    const { metadata } = head;
    if (typeof metadata !== 'object' || metadata === null) return undefined;
    if (!('continue' in metadata)) return '';
    return typeof metadata.continue === 'string' ? metadata.continue : undefined;
  } catch {
    // The word stood inside something else: the caller asks whoever parses the whole page.
    return undefined;
  }
}

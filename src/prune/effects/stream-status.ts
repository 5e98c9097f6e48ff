import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import type { TrimmedItem } from '../../engine/trim.ts';
import type { SavedItem } from '../journal/entries.ts';

/** Takes items out of an ImageStream object's status. A tag left with no items goes; other tags stay as they are. */
export function withoutItems(
  stream: JsonObject,
  items: readonly TrimmedItem[],
): { stream: JsonObject; removed: SavedItem[] } {
  const removed: SavedItem[] = [];
  const tags: unknown[] = [];
  const status = objectAt(stream, 'status');
  for (const entry of listAt(status, 'tags')) {
    const tag = textAt(entry, 'tag');
    const positions = new Set(items.filter((item) => item.tag === tag).map((item) => item.position));
    if (positions.size === 0) {
      tags.push(entry);
      continue;
    }
    const all = listAt(entry, 'items');
    for (const [position, item] of all.entries()) {
      if (positions.has(position) && isObject(item)) removed.push({ tag, position, item });
    }
    const rest = all.filter((_, position) => !positions.has(position));
    if (rest.length > 0) tags.push({ ...(isObject(entry) ? entry : {}), items: rest });
  }
  return { stream: { ...stream, status: { ...status, tags } }, removed };
}

/** Whether an ImageStream object's history still has an item. */
export function hasItem(stream: JsonObject, { tag, item }: SavedItem): boolean {
  return listAt(objectAt(stream, 'status'), 'tags').some(
    (entry) =>
      textAt(entry, 'tag') === tag &&
      listAt(entry, 'items').some(
        (other) =>
          textAt(other, 'image') === textAt(item, 'image') &&
          textAt(other, 'created') === textAt(item, 'created'),
      ),
  );
}

/** Each item once, in the order of its first mention. */
export function distinctItems(items: readonly SavedItem[]): SavedItem[] {
  return [...new Map(items.map((item) => [`${item.tag} ${JSON.stringify(item.item)}`, item])).values()];
}

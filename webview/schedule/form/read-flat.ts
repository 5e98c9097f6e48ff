import { isObject } from '../../../src/engine/shape.ts';

/**
 * Reads an object whose values are texts and flags, such as a page remembers a form by.
 * @param like one that has every key, each with a value of its type
 * @returns null where it is another one
 */
export function readFlat<T extends { [key in keyof T]: string | boolean }>(
  value: unknown,
  like: T,
): T | null {
  if (!isObject(value)) return null;
  const read: Record<string, unknown> = {};
  for (const [key, sample] of Object.entries(like)) {
    if (typeof value[key] !== typeof sample) return null;
    read[key] = value[key];
  }
  return read as T;
}

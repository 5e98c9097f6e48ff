import { parseDuration } from '../../engine/duration.ts';
import { isObject, type JsonObject } from '../../engine/shape.ts';
import { ToolInputError } from './read-only-tool.ts';

/**
 * The input of a tool, if it is an object with no other keys than these.
 * @throws ToolInputError
 */
export function inputWith(input: unknown, keys: readonly string[]): JsonObject {
  const object = input ?? {};
  if (!isObject(object)) throw new ToolInputError(`The input must be an object with: ${keys.join(', ')}.`);
  const others = Object.keys(object).filter((key) => !keys.includes(key));
  if (others.length === 0) return object;
  throw new ToolInputError(`${others.join(', ')} can’t be given here. There is: ${keys.join(', ')}.`);
}

/** @throws ToolInputError */
export function textIn(input: JsonObject, key: string): string | undefined {
  const value = input[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim();
  throw new ToolInputError(`${key} must be a text.`);
}

/** The name of a namespace (RFC 1123 label). @throws ToolInputError */
export function namespaceIn(input: JsonObject): string | undefined {
  const name = textIn(input, 'namespace');
  if (name === undefined || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new ToolInputError(
    `${JSON.stringify(name)} is no name of a namespace. Leave it out for the present scope.`,
  );
}

/** @throws ToolInputError */
export function flagIn(input: JsonObject, key: string): boolean | undefined {
  const value = input[key];
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  throw new ToolInputError(`${key} must be true or false.`);
}

/** @throws ToolInputError */
export function countIn(input: JsonObject, key: string): number | undefined {
  const value = input[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new ToolInputError(`${key} must be a whole number, 0 or more.`);
}

/** A Go duration, as milliseconds. @throws ToolInputError */
export function durationIn(input: JsonObject, key: string): number | undefined {
  const text = textIn(input, key);
  if (text === undefined) return undefined;
  try {
    const milliseconds = parseDuration(text);
    if (milliseconds >= 0) return milliseconds;
  } catch {
    // Said below.
  }
  throw new ToolInputError(`${key} must be a duration such as 60m, 96h or 0.`);
}

// Reading values of unknown shape: what the API sends is checked where it enters, not trusted.
import { SaidError } from './said.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** An API object that lacks what every such object must have. The message names the object and the field. */
export class MalformedObjectError extends SaidError {
  override name = 'MalformedObjectError';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a key, or an empty one where there is none. */
export function objectAt(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The list at a key, or an empty one where there is none (the API writes null for empty lists). */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The text at a key, or an empty one. */
export function textAt(value: unknown, key: string): string {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : '';
}

/** The finite number at a key, or undefined. */
export function numberAt(value: unknown, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

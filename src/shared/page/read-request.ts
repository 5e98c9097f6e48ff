// Messages from a page, checked on arrival: a page is outside, whoever wrote it.

import { isObject, type JsonObject } from '../../engine/shape.ts';
import type { Ask, CommonRequests, Protocol, Request, RequestName } from './protocol.ts';

/** A message that no page of ours sends. The message says which part is wrong. */
export class InvalidMessageError extends Error {
  override name = 'InvalidMessageError';
}

/** Longer texts are no queries, paths or commands. */
const LONGEST_TEXT = 100_000;

/** Reads what came as something; `where` is its place in the message. @throws InvalidMessageError */
export type Reader<T> = (value: unknown, where: string) => T;

/** A reader for what belongs to each of a page's own requests. */
export type RequestReaders<P extends Protocol> = {
  [Name in Exclude<RequestName<P>, keyof CommonRequests<unknown>>]: Reader<Ask<P, Name>>;
};

/** Reads a request of a page. @throws InvalidMessageError naming what is wrong */
export type ReadRequest<P extends Protocol> = (message: unknown) => Request<P>;

export const nothing: Reader<null> = (value, where) => {
  if (value !== null) throw invalid(where, 'null');
  return null;
};

const COMMON: { [Name in keyof CommonRequests<unknown>]: Reader<CommonRequests<unknown>[Name]['ask']> } = {
  ready: nothing,
  copy: (value, where) => ({ text: textIn(objectOf(value, where), 'text', where) }),
};

/** Puts a page's readers together to one for all its requests. */
export function requestReader<P extends Protocol>(own: RequestReaders<P>): ReadRequest<P> {
  const readers = new Map<unknown, Reader<unknown>>(Object.entries({ ...own, ...COMMON }));
  return (message) => {
    const object = objectOf(message, 'message');
    if (object.kind !== 'request') throw invalid('message.kind', '"request"');
    const id = textIn(object, 'id', 'message');
    const { name } = object;
    const read = readers.get(name);
    if (!read) throw invalid('message.name', 'a known request');
    // The reader belongs to the name.
    return { kind: 'request', id, name, ask: read(object.ask, String(name)) } as Request<P>;
  };
}

/** The id of a message, so that even an invalid one can be answered; undefined where it has none. */
export function idOf(message: unknown): string | undefined {
  return isObject(message) && typeof message.id === 'string' ? message.id : undefined;
}

export function objectOf(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw invalid(where, 'an object');
  return value;
}

export function textIn(object: JsonObject, key: string, where: string): string {
  return text(object[key], `${where}.${key}`);
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw invalid(where, 'a text');
  return value;
}

export function textOrNull(value: unknown, where: string): string | null {
  return value === null ? null : text(value, where);
}

export function flag(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw invalid(where, 'true or false');
  return value;
}

export function finiteNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(where, 'a number');
  return value;
}

export function wholeNumber(value: unknown, where: string): number {
  const number = finiteNumber(value, where);
  if (!Number.isSafeInteger(number) || number < 0) throw invalid(where, 'a whole number from 0');
  return number;
}

export function oneOf<const T extends string>(allowed: readonly T[], value: unknown, where: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(where, `one of ${allowed.join(', ')}`);
  return found;
}

/** @param wanted what should have been there instead */
export function invalid(where: string, wanted: string): InvalidMessageError {
  return new InvalidMessageError(`the page sent an invalid message: ${where} should be ${wanted}`);
}

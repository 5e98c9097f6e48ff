import { SaidError, said } from '../../engine/said.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../../engine/shape.ts';

/** An object that came, changed or went. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is now; as it last was where it was deleted. */
  object: JsonObject;
}

/** One line of a watch. */
export type WatchEvent =
  | { kind: 'change'; change: Change; version: string }
  /** Everything up to this resourceVersion has been sent. */
  | { kind: 'bookmark'; version: string }
  /** The server gives the watch up; its Status object says why. */
  | { kind: 'error'; status: JsonObject };

/** A line of a watch that is no watch event. The message says what it lacks, not what it holds. */
export class MalformedEventError extends SaidError {
  override name = 'MalformedEventError';
}

/**
 * Reads one line of a watch.
 * @throws MalformedEventError
 */
export function readWatchEvent(line: string): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new MalformedEventError(said('a line of the watch is not JSON'));
  }
  const type = textAt(event, 'type');
  if (!isObject(event) || !isObject(event.object)) {
    throw new MalformedEventError(said('a line of the watch is no watch event'));
  }
  const { object } = event;
  if (type === 'ERROR') return { kind: 'error', status: object };
  const version = textAt(objectAt(object, 'metadata'), 'resourceVersion');
  if (version === '') {
    throw new MalformedEventError(
      said('an event of the watch ({0}) has no resourceVersion', type || said('nameless')),
    );
  }
  switch (type) {
    case 'BOOKMARK':
      return { kind: 'bookmark', version };
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { kind: 'change', change: { type, object }, version };
    default:
      throw new MalformedEventError(said('a watch event has the unknown type {0}', JSON.stringify(type)));
  }
}

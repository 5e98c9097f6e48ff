import { inEnglish, isSaid, type Said, verbatim } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import type { Deleted } from '../../engine/steps.ts';
import { type Failure, failureInWords } from '../failure.ts';

/** A tag item as it stood in a stream's history, whole, so that it can be put back. */
export interface SavedItem {
  tag: string;
  /** Where it stood. */
  position: number;
  item: JsonObject;
}

/** How a process that worked on a run left it. */
export type EndState = 'done' | 'failed' | 'cancelled' | 'stopped';

/** One line of a run's log. Every line but the intentions says what a server has acknowledged. */
export type Entry =
  /** A process began to work on the run. */
  | { event: 'began' }
  /** The intention to take these items out of a stream's history. */
  | { event: 'trimming'; repository: string; items: readonly SavedItem[] }
  /** The stream's history is trimmed; these links of its repository go next. */
  | {
      event: 'trimmed';
      repository: string;
      items: number;
      layerLinks: readonly string[];
      manifestLinks: readonly string[];
      stillNamed: readonly string[];
    }
  | { event: 'streamGone'; repository: string }
  | { event: 'layerLink' | 'manifestLink'; repository: string; digest: string; gone: boolean }
  /** The intention to delete an image: its blobs, then its object. */
  | { event: 'turn'; image: string }
  | { event: 'blob'; digest: string; gone: boolean }
  | { event: 'image'; image: string; gone: boolean }
  /** A blob, or with a repository a link of it, that no answer came for: it may be deleted. */
  | { event: 'unclear'; digest: string; repository?: string }
  /** An image that is left alone because something names it by now, in words. */
  | { event: 'spared'; image: string; by: Said }
  | ({ event: 'failed' } & Failure)
  | { event: 'ended'; state: EndState; deleted: Deleted; freedBytes: number; why?: Said }
  | { event: 'rollout'; state: 'done' | 'failed' | 'left'; why?: Said }
  /** The intention to put things back. From then on the run can't be resumed. */
  | { event: 'restoring' }
  | { event: 'restored'; items: number; images: number };

/** An entry with its time, RFC 3339. */
export type LogLine = Entry & { at: string };

/**
 * A line of a log as it is written: its words in English, and beside them the sentence with what fills it, so that
 * whoever reads it later has it in a language of their own.
 */
export function logLineText(line: LogLine): string {
  switch (line.event) {
    case 'spared':
      return JSON.stringify({ ...line, by: inEnglish(line.by), ...sentenceOf(line.by) });
    case 'failed':
      return JSON.stringify({ ...line, message: inEnglish(failureInWords(line)) });
    case 'ended':
    case 'rollout':
      if (line.why === undefined) return JSON.stringify(line);
      return JSON.stringify({ ...line, why: inEnglish(line.why), ...sentenceOf(line.why) });
    default:
      return JSON.stringify(line);
  }
}

/** The sentence of words that are not the same in every language. */
function sentenceOf(words: Said): { said?: Said } {
  return words.english === '{0}' && typeof words.values[0] !== 'object' ? {} : { said: words };
}

/** Words and their sentence; the words as they stand where no sentence is beside them, as in logs of earlier versions. */
function wordsAt(value: unknown, key: string): Said {
  const text = textAt(value, key);
  const sentence: unknown = isObject(value) ? value.said : undefined;
  return isSaid(sentence) && inEnglish(sentence) === text ? sentence : verbatim(text);
}

/** A failure; cut in two by its words where it is of an earlier version. */
function failureAt(value: unknown): Failure {
  if (isObject(value) && isSaid(value.what) && isSaid(value.cause)) {
    return { what: value.what, cause: value.cause };
  }
  const message = textAt(value, 'message');
  const [what = ''] = /^image(?:stream)? \S+: (?:failed to delete [a-z ]+ \S+: )?/.exec(message) ?? [];
  return { what: verbatim(what.replace(/: $/, '')), cause: verbatim(message.slice(what.length)) };
}

/** Reads a line of a log; undefined where it is none (cut off by a crash, or of a later version). */
export function parseLogLine(line: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const entry = entryOf(value);
  return entry && { ...entry, at: textAt(value, 'at') };
}

function entryOf(value: unknown): Entry | undefined {
  const event = textAt(value, 'event');
  const repository = textAt(value, 'repository');
  const digest = textAt(value, 'digest');
  const image = textAt(value, 'image');
  const gone = isObject(value) && value.gone === true;
  const why = textAt(value, 'why') === '' ? {} : { why: wordsAt(value, 'why') };
  switch (event) {
    case 'began':
    case 'restoring':
      return { event };
    case 'trimming':
      return repository ? { event, repository, items: listAt(value, 'items').flatMap(savedItem) } : undefined;
    case 'trimmed':
      return repository
        ? {
            event,
            repository,
            items: numberAt(value, 'items') ?? 0,
            layerLinks: texts(value, 'layerLinks'),
            manifestLinks: texts(value, 'manifestLinks'),
            stillNamed: texts(value, 'stillNamed'),
          }
        : undefined;
    case 'streamGone':
      return repository ? { event, repository } : undefined;
    case 'layerLink':
    case 'manifestLink':
      return repository && digest ? { event, repository, digest, gone } : undefined;
    case 'turn':
      return image ? { event, image } : undefined;
    case 'blob':
      return digest ? { event, digest, gone } : undefined;
    case 'image':
      return image ? { event, image, gone } : undefined;
    case 'unclear':
      if (!digest) return undefined;
      return repository ? { event, digest, repository } : { event, digest };
    case 'spared':
      return image ? { event, image, by: wordsAt(value, 'by') } : undefined;
    case 'failed':
      return { event, ...failureAt(value) };
    case 'ended': {
      const state = textAt(value, 'state');
      if (!isEndState(state)) return undefined;
      const deleted = deletedOf(objectAt(value, 'deleted'));
      return { event, state, deleted, freedBytes: numberAt(value, 'freedBytes') ?? 0, ...why };
    }
    case 'rollout': {
      const state = textAt(value, 'state');
      return state === 'done' || state === 'failed' || state === 'left'
        ? { event, state, ...why }
        : undefined;
    }
    case 'restored':
      return { event, items: numberAt(value, 'items') ?? 0, images: numberAt(value, 'images') ?? 0 };
    default:
      return undefined;
  }
}

function savedItem(value: unknown): SavedItem[] {
  const tag = textAt(value, 'tag');
  const position = numberAt(value, 'position');
  if (tag === '' || position === undefined) return [];
  return [{ tag, position, item: objectAt(value, 'item') }];
}

function texts(value: unknown, key: string): string[] {
  return listAt(value, key).filter((each) => typeof each === 'string');
}

function isEndState(text: string): text is EndState {
  return text === 'done' || text === 'failed' || text === 'cancelled' || text === 'stopped';
}

function deletedOf(value: JsonObject): Deleted {
  const count = (key: keyof Deleted) => numberAt(value, key) ?? 0;
  return {
    images: count('images'),
    tagItems: count('tagItems'),
    streams: count('streams'),
    layerLinks: count('layerLinks'),
    manifestLinks: count('manifestLinks'),
    blobs: count('blobs'),
  };
}

import type { Place, Reference, ReferrerRecord, ReferrerResource } from './records.ts';

/** An object that uses an image, and where in it: what a reason names. */
export interface Referrer {
  resource: ReferrerResource;
  namespace: string;
  name: string;
  place: Place;
  /** The container's or volume's name; empty where there is none. */
  at: string;
}

/** Takes from a record what a reason shows of it. */
export function referrerAt(record: ReferrerRecord, reference: Reference): Referrer {
  const { resource, namespace, name } = record;
  return { resource, namespace, name, place: reference.place, at: reference.at };
}

/** Orders text by its UTF-16 code units: the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareReferrers(a: Referrer, b: Referrer): number {
  return (
    compareText(a.resource, b.resource) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.place, b.place) ||
    compareText(a.at, b.at)
  );
}

const PLACE_WORDS: Partial<Record<Place, string>> = {
  initContainer: 'init container',
  container: 'container',
  ephemeralContainer: 'ephemeral container',
  volume: 'volume',
};

/** A reference that its grammar doesn't allow: whose, where, and why. */
export interface InvalidReference {
  resource: ReferrerResource;
  namespace: string;
  name: string;
  /** In the words of the reference command, without the object: `container app: invalid image reference "…": …`. */
  message: string;
}

/** Says what is wrong with a reference, in the words of the reference command. */
export function invalidReference(
  record: ReferrerRecord,
  reference: Reference,
  why: string,
): InvalidReference {
  const word = PLACE_WORDS[reference.place];
  const kind = reference.kind === 'DockerImage' ? 'image' : reference.kind;
  return {
    resource: record.resource,
    namespace: record.namespace,
    name: record.name,
    message: `${word ? `${word} ${reference.at}: ` : ''}invalid ${kind} reference ${JSON.stringify(reference.value)}: ${why}`,
  };
}

/** One line for an invalid reference, as the reference command prints it. */
export function invalidReferenceLine(invalid: InvalidReference): string {
  const namespace = invalid.namespace === '' ? '' : ` namespace=${invalid.namespace}`;
  return `${invalid.resource}/${invalid.name}${namespace}: ${invalid.message}`;
}

import { isObject, textAt } from '../../engine/shape.ts';

/** What a command of the view is about: an item of the view, or the same told by another page. */
export type Target =
  | { kind: 'namespace'; namespace: string }
  | { kind: 'stream'; namespace: string; stream: string }
  | { kind: 'tag'; namespace: string; stream: string; tag: string }
  | { kind: 'revision'; namespace: string; stream: string; tag: string; image: string }
  /** The stream is one that names the image, where known. */
  | { kind: 'image'; image: string; namespace?: string; stream?: string };

/** Reads what a command was given; undefined where that is no target. */
export function targetOf(given: unknown): Target | undefined {
  if (!isObject(given)) return undefined;
  const [namespace, stream] = [textAt(given, 'namespace'), textAt(given, 'stream')];
  const [tag, image] = [textAt(given, 'tag'), textAt(given, 'image')];
  const inStream = namespace !== '' && stream !== '';
  // A row of the dry-run page says it by another name: its own menu has a `kind` of its own.
  switch (given.kind ?? given.rowKind) {
    case 'namespace':
      return namespace === '' ? undefined : { kind: 'namespace', namespace };
    case 'stream':
      return inStream ? { kind: 'stream', namespace, stream } : undefined;
    case 'tag':
      return inStream && tag !== '' ? { kind: 'tag', namespace, stream, tag } : undefined;
    case 'revision':
      return inStream && tag !== '' && image !== ''
        ? { kind: 'revision', namespace, stream, tag, image }
        : undefined;
    case 'image':
      if (image === '') return undefined;
      return inStream ? { kind: 'image', image, namespace, stream } : { kind: 'image', image };
    default:
      return undefined;
  }
}

/** A target as people read it: `shop/web:latest`, or the digest of an image. */
export function targetInWords(target: Target): string {
  switch (target.kind) {
    case 'namespace':
      return target.namespace;
    case 'stream':
      return `${target.namespace}/${target.stream}`;
    case 'tag':
      return `${target.namespace}/${target.stream}:${target.tag}`;
    case 'revision':
    case 'image':
      return target.image;
  }
}

/**
 * Reads what somebody wrote to be explained: `sha256:…`, the beginning of a digest, `name@sha256:…`, `stream:tag`,
 * `namespace/stream:tag`.
 * @param namespace of a tag that is written without one
 * @returns undefined where it is none of these
 */
export function writtenTarget(text: string, namespace: string): Target | undefined {
  const written = text.trim();
  const image = /^(?:[^@\s]+@)?(sha256:[0-9a-f]+|[0-9a-f]{6,64})$/.exec(written)?.[1];
  if (image !== undefined) return { kind: 'image', image };
  // A digest that was mistyped is not a tag of a stream called sha256.
  if (written.startsWith('sha256:')) return undefined;
  const [, own = namespace, stream = '', tag = ''] =
    /^(?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9._-]*):([\w][\w.-]*)$/.exec(written) ?? [];
  return targetOf({ kind: 'tag', namespace: own, stream, tag });
}

// The container reference grammar (distribution's "reference" grammar), and how OpenShift reads a pull spec with it:
// REFERENCE section 3, step 1.

/** A pull spec taken apart. Parts that the spec does not state are empty strings. */
export interface PullSpec {
  registry: string;
  namespace: string;
  /** May hold further slashes where the spec has more than two path components. */
  name: string;
  tag: string;
  digest: string;
}

/** The longest repository name that the grammar allows, in characters. */
const LONGEST_NAME = 255;

const domainComponent = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const ipv6 = '\\[(?:[a-fA-F0-9:]+)\\]';
const domain = `(?:${domainComponent}(?:\\.${domainComponent})*|${ipv6})(?::[0-9]+)?`;
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const repository = `(?:${domain}/)?${pathComponent}(?:/${pathComponent})*`;
const tag = '[\\w][\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const whole = new RegExp(`^(${repository})(?::(${tag}))?(?:@(${digest}))?$`);

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** A pull spec, tag name or image name that does not follow its grammar. The message is the bare cause. */
export class InvalidReferenceError extends Error {
  override name = 'InvalidReferenceError';
}

/**
 * Parses a pull spec. The first path component is a registry only where it looks like a host (has a dot or a colon, or
 * is `localhost`); the next one is the namespace where another follows.
 * @throws InvalidReferenceError
 */
export function parsePullSpec(spec: string): PullSpec {
  const match = whole.exec(spec);
  if (!match) {
    if (spec === '') throw new InvalidReferenceError('repository name must have at least one component');
    if (whole.test(spec.toLowerCase())) throw new InvalidReferenceError('repository name must be lowercase');
    throw new InvalidReferenceError('invalid reference format');
  }
  const [, fullName = '', tagPart = '', digestPart = ''] = match;
  if (fullName.length > LONGEST_NAME) {
    throw new InvalidReferenceError(`repository name must not be more than ${LONGEST_NAME} characters`);
  }
  if (digestPart !== '') checkDigest(digestPart);

  const [first = '', ...others] = fullName.split('/');
  const hasRegistry = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? others : [first, ...others];
  const [namespace = '', ...names] = path.length > 1 ? path : ['', ...path];
  return {
    registry: hasRegistry ? first : '',
    namespace,
    name: names.join('/'),
    tag: tagPart,
    digest: digestPart,
  };
}

/** Upper-case hexadecimal digits are let through, as the reference does; such a digest matches no image. */
function checkDigest(text: string): void {
  const colon = text.indexOf(':');
  const length = DIGEST_LENGTHS[text.slice(0, colon)];
  const hex = text.slice(colon + 1);
  if (length === undefined) throw new InvalidReferenceError('unsupported digest algorithm');
  if (hex.length !== length) throw new InvalidReferenceError('invalid checksum digest length');
}

/**
 * Splits an ImageStreamImage name, `name@id`.
 * @throws InvalidReferenceError
 */
export function parseImageStreamImageName(text: string): { name: string; digest: string } {
  const parts = text.split('@');
  const [name = '', id = ''] = parts;
  if (parts.length !== 2) {
    throw new InvalidReferenceError(`expected exactly one @ in the isimage name ${JSON.stringify(text)}`);
  }
  if (name === '' || id === '') {
    throw new InvalidReferenceError(`the isimage name ${JSON.stringify(text)} lacks its name or its ID`);
  }
  return { name, digest: id };
}

/**
 * Splits an ImageStreamTag name, `name:tag`.
 * @throws InvalidReferenceError
 */
export function parseImageStreamTagName(text: string): { name: string; tag: string } {
  if (text.includes('@')) {
    throw new InvalidReferenceError(
      `${JSON.stringify(text)} names an image stream image, not an image stream tag`,
    );
  }
  const parts = text.split(':');
  const [name = '', tagName = ''] = parts;
  if (parts.length !== 2) {
    throw new InvalidReferenceError(`expected exactly one : in the istag name ${JSON.stringify(text)}`);
  }
  if (name === '' || tagName === '') {
    throw new InvalidReferenceError(`the istag name ${JSON.stringify(text)} lacks its name or its tag`);
  }
  return { name, tag: tagName };
}

/** The digest inside an imageID as a node reports it (`docker-pullable://host/ns/name@sha256:…`), or undefined. */
export function digestInImageId(imageId: string): string | undefined {
  return /(?:^|@|\/)(sha256:[0-9a-f]{64})$/.exec(imageId)?.[1];
}

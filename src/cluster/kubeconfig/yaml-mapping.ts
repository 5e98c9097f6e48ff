// Checked reading of one YAML file: every complaint names the file, the line and the field, never a value.
import { LineCounter, parseAllDocuments } from 'yaml';
import { type Said, type SaidValue, said, verbatim } from '../../engine/said.ts';
import { isObject } from '../../engine/shape.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

type FieldPath = readonly (string | number)[];

/** Reads where a value stands, for messages. */
interface Origin {
  readonly file: string;
  lineOf(path: FieldPath): number | undefined;
}

/** One mapping of the file. `null`, an empty string and an absent field are all the same: absent. */
export class YamlMapping {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: FieldPath;
  readonly #origin: Origin;

  constructor(values: unknown, path: FieldPath, origin: Origin) {
    this.#path = path;
    this.#origin = origin;
    if (values === null || values === undefined) this.#values = {};
    else if (isObject(values)) this.#values = values;
    else
      throw this.problem(undefined, (field) => said('{0} must be a mapping, not {1}', field, kindOf(values)));
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === null || value === undefined || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw this.problem(name, (field) =>
      said('{0} must be a string, not {1}; put it in quotes', field, kindOf(value)),
    );
  }

  flag(name: string): boolean {
    const value = this.#values[name];
    if (value === null || value === undefined) return false;
    if (typeof value === 'boolean') return value;
    // kubectl reads YAML 1.1, where these words are booleans.
    if (typeof value === 'string' && /^(y|yes|on)$/i.test(value)) return true;
    if (typeof value === 'string' && /^(n|no|off)$/i.test(value)) return false;
    throw this.problem(name, (field) => said('{0} must be true or false, not {1}', field, kindOf(value)));
  }

  /** A `*-data` field: standard base64, decoded as UTF-8. */
  base64(name: string): string | undefined {
    const encoded = this.text(name)?.replaceAll(/[\r\n]/g, '');
    if (!encoded) return undefined;
    if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) {
      throw this.problem(name, (field) => said('{0} is not valid base64', field));
    }
    return Buffer.from(encoded, 'base64').toString('utf8');
  }

  mapping(name: string): YamlMapping {
    return new YamlMapping(this.#values[name], [...this.#path, name], this.#origin);
  }

  has(name: string): boolean {
    return this.#values[name] !== null && this.#values[name] !== undefined;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  texts(name: string): string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value === 'string') return value;
      throw this.problem(name, (field) =>
        said('{0}[{1}] must be a string, not {2}; put it in quotes', field, index, kindOf(value)),
      );
    });
  }

  mappings(name: string): YamlMapping[] {
    return this.#list(name).map(
      (value, index) => new YamlMapping(value, [...this.#path, name, index], this.#origin),
    );
  }

  /** Whatever stands there, unchecked. */
  raw(name: string): unknown {
    return this.#values[name];
  }

  /** @param what is wrong with the field */
  problem(name: string | undefined, what: (field: SaidValue) => Said): KubeconfigError {
    const path = name === undefined ? this.#path : [...this.#path, name];
    const { file } = this.#origin;
    const line = this.#origin.lineOf(path);
    return invalidFile(file, line, what(path.length === 0 ? said('the file') : fieldName(path)));
  }

  #list(name: string): unknown[] {
    const value = this.#values[name];
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value;
    throw this.problem(name, (field) => said('{0} must be a list, not {1}', field, kindOf(value)));
  }
}

/**
 * The first document of a YAML text, as kubectl reads it: later documents are ignored, of two equal keys the last
 * one counts, merge keys work. Throws {@link KubeconfigError} with file and line.
 */
export function readYamlMapping(text: string, file: string): YamlMapping {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: true });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  const [error] = document?.errors ?? [];
  if (error) throw invalidFile(file, error.linePos?.[0].line, verbatim(sentenceOf(error.message)));
  const origin: Origin = {
    file,
    lineOf(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const offset = offsetOf(document?.getIn(path.slice(0, depth), true));
        if (offset !== undefined) return lines.linePos(offset).line;
      }
      return undefined;
    },
  };
  let values: unknown;
  try {
    values = document?.toJS();
  } catch {
    throw invalidFile(
      file,
      undefined,
      said('an alias (*) in it leads nowhere, or its aliases unfold into too much'),
    );
  }
  return new YamlMapping(values, [], origin);
}

function invalidFile(file: string, line: number | undefined, what: Said): KubeconfigError {
  const where = line === undefined ? file : said('{0}, line {1}', file, line);
  return new KubeconfigError(
    'invalid-file',
    said(
      'The kubeconfig {0} can’t be read: {1}. Correct the file, or name another with --kubeconfig or KUBECONFIG.',
      where,
      what,
    ),
    { file, line },
  );
}

/** The parser's message without its position and without what it quotes of the file, which may be a token. */
function sentenceOf(message: string): string {
  const [first = ''] = message.split('\n');
  return first
    .replace(/ at line \d+, column \d+.*$/, '')
    .replace(/[:"'`].*$/, '')
    .trimEnd();
}

function offsetOf(node: unknown): number | undefined {
  if (!isObject(node)) return undefined;
  const { range } = node;
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : undefined;
}

function fieldName(path: FieldPath): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}

function kindOf(value: unknown): Said {
  if (Array.isArray(value)) return said('a list');
  switch (typeof value) {
    case 'object':
      return said('a mapping');
    case 'number':
      return said('a number');
    case 'boolean':
      return said('a boolean');
    default:
      return said('a string');
  }
}

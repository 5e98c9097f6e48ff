import { isObject, numberAt, textAt } from '../../../engine/shape.ts';

/** How often a text may be wrapped: a log in JSON, in a log in JSON, around a quoted message. */
const DEEPEST = 5;
/** Objects and lists of one JSON value that are looked through. */
const MOST_VALUES = 20_000;

/** What log writers put in front of a line. */
const PREFIXES: readonly RegExp[] = [
  // Quoted mail, a prompt.
  /^(?:[>|] )+/,
  // klog: E0101 12:00:00.000000 1 main.go:34]
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\s\]]{1,100}\] /,
  // A time stamp: 2026-01-01T12:00:00.000Z, [2026-01-01 12:00:00,000], 2026/01/01 12:00:00
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?:?\s+/,
  // The journal: Jan 01 12:00:00 node-1 crio[1234]:
  /^[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \S{1,100} [\w.@/-]{1,100}(?:\[\d+\])?: /,
  // Container runtimes: stdout F
  /^std(?:out|err) [FP] /,
  // oc logs --prefix: [pod/prune-1/pruner]
  /^\[pod\/[^\]\s]{1,300}\] /,
  // Compose: pruner-1 |
  /^[\w.-]{1,80}\s{1,40}\| /,
  // Podman: WARN[0003]
  /^(?:TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[\d+\]\s+/,
];
/** A pair of logfmt that holds what was said. The value ends at a quotation mark that isn’t escaped. */
const SAID = /(?<![\w.])(?:msg|message|err|error|reason|cause)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|(["\\/nrt]))/g;
const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: '\t' };

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
/** Colours, movements of the cursor, links: no part of them is a line’s end, so that an unfinished one hides no other line. */
const TERMINAL = new RegExp(
  `(?:${ESCAPE}\\[|\u009b)[0-?]*[ -/]*[@-~]|${ESCAPE}\\][^${ESCAPE}${BELL}\r\n]*(?:${BELL}|${ESCAPE}\\\\)`,
  'g',
);
/** What would do something to a terminal or to the direction of a line. */
const INVISIBLE = /(?![\n\r\t\u0085])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text without what isn’t shown: control sequences of terminals, control characters. */
export function visible(text: string): string {
  // UTF-16 that was read as UTF-8 has a NUL beside every letter.
  return text.replaceAll('\0', '').replaceAll(TERMINAL, '').replaceAll(INVISIBLE, '');
}

/**
 * The lines of a text as the program meant them: without colours, without what log writers put in front, and taken out
 * of JSON, logfmt and quotation marks. Bytes that Go shows as `\x15` stay as they are.
 */
export function plainLines(text: string): string[] {
  const lines: string[] = [];
  takeLines(text, lines, 0);
  return lines;
}

function takeLines(text: string, lines: string[], depth: number): void {
  const split = visible(text).split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  if (split.length > 1 && takeJson(text, lines, depth)) return;
  for (const line of split) takeLine(line, lines, depth);
}

function takeLine(line: string, lines: string[], depth: number): void {
  const plain = withoutPrefixes(line);
  if (plain === '') return;
  if (depth >= DEEPEST) {
    lines.push(plain);
    return;
  }
  if (takeJson(plain, lines, depth)) return;
  const said = [...plain.matchAll(SAID)].map(([, value = '']) => value);
  if (said.length > 0) {
    for (const value of said) takeLines(unescaped(value), lines, depth + 1);
    takeLine(plain.replaceAll(SAID, ''), lines, depth + 1);
    return;
  }
  if (isEscaped(plain)) takeLines(unescaped(plain), lines, depth + 1);
  else lines.push(plain);
}

function withoutPrefixes(line: string): string {
  let rest = line.trim();
  // In any order, some twice: the runtime’s and the program’s own time.
  for (let before = ''; before !== rest; ) {
    before = rest;
    for (const prefix of PREFIXES) rest = rest.replace(prefix, '');
  }
  return rest;
}

/** Takes the texts out of a JSON value. @returns whether it was one */
function takeJson(text: string, lines: string[], depth: number): boolean {
  if (depth >= DEEPEST || !mayBeJson(text.trim())) return false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const waiting: unknown[] = [value];
  for (let seen = 0; waiting.length > 0 && seen < MOST_VALUES; seen++) {
    const next = waiting.pop();
    if (typeof next === 'string') takeLines(next, lines, depth + 1);
    else if (Array.isArray(next)) waiting.push(...backwards(next));
    else if (isObject(next)) {
      const answer = answerInWords(next);
      waiting.push(...(answer === undefined ? backwards(Object.values(next)) : [answer]));
    }
  }
  return true;
}

/** A failed attempt to parse costs much more than a look at both ends. */
function mayBeJson(text: string): boolean {
  const last = { '"': '"', '{': '}', '[': ']' }[text[0] ?? ''];
  return last !== undefined && text.length > 1 && text.endsWith(last);
}

/** For a stack: the first is taken first. */
function backwards(values: readonly unknown[]): unknown[] {
  return values.slice(0, MOST_VALUES).reverse();
}

/**
 * The error object of a registry, or the Status of the API, in the words in which docker and oc print it:
 * `denied: requested access to the resource is denied`, `Error from server (Forbidden): …`.
 */
function answerInWords(value: object): string | undefined {
  const message = textAt(value, 'message');
  const code = textAt(value, 'code');
  if (message !== '' && /^[A-Z_]+$/.test(code)) {
    return `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`;
  }
  if (message !== '' && textAt(value, 'kind') === 'Status' && numberAt(value, 'code') !== undefined) {
    return `Error from server (${textAt(value, 'reason')}): ${message}`;
  }
  return undefined;
}

/** Go’s `\x15` doesn’t occur in JSON: where it does, the text is as it was printed. */
function isEscaped(line: string): boolean {
  return /\\(?:"|u[0-9a-fA-F]{4})/.test(line) || (/\\[nrt]/.test(line) && !line.includes('\\x'));
}

function unescaped(text: string): string {
  return text.replaceAll(ESCAPES, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === undefined ? '' : (UNESCAPED[letter] ?? letter);
  });
}

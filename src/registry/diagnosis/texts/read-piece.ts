import { ANSWER_RULES, COMMAND_RULES, OTHER_RULES } from './answer-rules.ts';
import { CERTIFICATE_RULES } from './certificate-rules.ts';
import { HANDSHAKE_RULES, OTHERS_RULES } from './handshake-rules.ts';
import { NETWORK_RULES, PROXY_RULES } from './network-rules.ts';
import { placeOf } from './place.ts';
import type { Recognised } from './recognised.ts';
import type { TextRule } from './text-rule.ts';

/** What a message holds of a piece, in characters: the words around what was recognised. */
const LONGEST_MESSAGE = 600;

/** A rule hides what it matches from those after it: `proxyconnect tcp: … connection refused` is no refused registry. */
const RULES: readonly TextRule[] = [
  ...OTHERS_RULES,
  ...COMMAND_RULES,
  ...PROXY_RULES,
  ...CERTIFICATE_RULES,
  ...HANDSHAKE_RULES,
  ...NETWORK_RULES,
  ...ANSWER_RULES,
  ...OTHER_RULES,
];

const DELETING = /\bdelet(?:e|ing)\b|\/admin\/blobs\//i;
const API_SERVER =
  /Unable to connect to the server|The connection to the server |logged in to the server|Error from server \(/;

/** What reading one piece needs of the whole text, and adds to it. */
export interface Reading {
  /** The text speaks of deletions. */
  deleting: boolean;
  /** `ip:port` → the `host:port` that was dialled there; empty where there are several. */
  names: Map<string, string>;
}

/** What a piece of a line says, several problems of it where it names several. */
export function readPiece(piece: string, reading: Reading): Recognised[] {
  const plain = typed(piece);
  const matches = matchesIn(plain, reading.deleting);
  if (matches.length === 0) return [];
  const { address, dialled, path } = placeOf(plain);
  if (dialled !== '' && dialled !== address) {
    const known = reading.names.get(dialled) ?? address;
    reading.names.set(dialled, known === address ? address : '');
  }
  const marks = {
    ...(isApiServer(piece, address, path) ? { server: 'api' } : {}),
    ...(DELETING.test(piece) ? { deleting: 'true' } : {}),
  };
  return matches.flatMap(({ rule, match }) => {
    if (rule.code === null) return [];
    const message = shortened(piece, match.index);
    return [{ code: rule.code, address, message, arguments: { ...factsOf(match), ...rule.facts, ...marks } }];
  });
}

/** A text in the length of a message. @param at what must be in it, in characters from its beginning */
export function shortened(text: string, at: number): string {
  if (text.length <= LONGEST_MESSAGE) return text;
  const start = Math.max(0, Math.min(at - LONGEST_MESSAGE / 3, text.length - LONGEST_MESSAGE));
  const end = start + LONGEST_MESSAGE;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

/** As a program types it, character for character: pages and word processors put other spaces and quotation marks. */
function typed(piece: string): string {
  return piece
    .replaceAll(/[\u00a0\u2007\u202f\t]/g, ' ')
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'");
}

function matchesIn(piece: string, deleting: boolean): { rule: TextRule; match: RegExpExecArray }[] {
  const matches: { rule: TextRule; match: RegExpExecArray }[] = [];
  let rest = piece;
  for (const rule of RULES) {
    if (rule.onlyDeleting && !deleting) continue;
    const { pattern } = rule;
    // Several times faster than matchAll where nothing matches, which is nearly always.
    pattern.lastIndex = 0;
    for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
      matches.push({ rule, match });
      rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(pattern.lastIndex);
    }
  }
  return matches;
}

function factsOf(match: RegExpExecArray): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(match.groups ?? {})) {
    if (value === undefined) continue;
    const fact = value
      .replaceAll(/\b(?:DNS|IP Address|URI):/g, '')
      .trim()
      .replace(/[.,;:]+$/, '');
    if (fact !== '') facts[name] = fact;
  }
  return facts;
}

function isApiServer(piece: string, address: string, path: string): boolean {
  return (
    API_SERVER.test(piece) ||
    /:6443$/.test(address) ||
    /^\/(?:apis?|version|openapi|oauth|\.well-known)\b/.test(path)
  );
}

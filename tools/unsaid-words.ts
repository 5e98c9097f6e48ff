// Finds sentences that people read and that go past the translations: `said(…)` and `l10n.t(…)`. It reads literals and
// where they stand, not types, so it can be deceived; what it finds is real.

/** A sentence that is not translated. */
export interface UnsaidWords {
  line: number;
  words: string;
  /** What shows it: a call such as `showErrorMessage`, or a property such as `tooltip`. */
  where: string;
}

/** Calls whose literals people read, in the editor, on pages and on the command line. */
const SHOWING =
  /^(?:new \w*Error|verbatim|show(?:Error|Warning|Information)Message|h|new Option|option|argument|description|flag|say|writeLines|section)$/;
/** Properties whose literals people read. */
const SHOWN = new Set([
  'title',
  'tooltip',
  'label',
  'detail',
  'description',
  'placeHolder',
  'placeholder',
  'prompt',
  'openLabel',
  'saveLabel',
  "'aria-label'",
  'ariaLabel',
]);
/** Two words of letters with a space between them: a sentence, not an identifier, a path or a class. */
const WORDS = /\p{L}{2,},? \p{L}+/u;
/** What may stand before a regular expression; otherwise a slash divides. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+]|=>|\breturn|\bcase)\s*$/;

/** The sentences of a source that are shown and not translated. */
export function unsaidWords(source: string): UnsaidWords[] {
  const found: UnsaidWords[] = [];
  /** The names of the calls that are open; a list counts for the call that it stands in, an object for none. */
  const open: string[] = [];
  let place = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = place;
    const text = pattern.exec(source)?.[0] ?? source[place] ?? '';
    place += text.length;
    return text;
  };
  while (place < source.length) {
    const before = source.slice(Math.max(0, place - 80), place);
    const character = source[place];
    if (source.startsWith('//', place)) take(/\/\/.*/y);
    else if (source.startsWith('/*', place)) take(/\/\*[\s\S]*?\*\//y);
    else if (character === '/' && BEFORE_PATTERN.test(before))
      take(/\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y);
    else if (character === "'" || character === '"' || character === '`') {
      const start = place;
      const literal =
        character === '`' ? take(/`(?:[^`\\]|\\.)*`/y) : take(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y);
      const where = shownBy(before, open);
      if (where !== undefined && WORDS.test(literal.replaceAll(/\$\{[^}]*\}/g, '…'))) {
        found.push({ line: source.slice(0, start).split('\n').length, words: literal, where });
      }
    } else if (character === '(' || character === '{' || character === '[') {
      const call = character === '(' ? (/(?:\bnew )?[\w$]+$/.exec(before)?.[0] ?? '') : '';
      open.push(character === '[' ? (open.at(-1) ?? '') : call);
      place++;
    } else {
      if (character === ')' || character === '}' || character === ']') open.pop();
      place++;
    }
  }
  return found;
}

/** What shows the literal that stands after a text, in calls; undefined where people don’t read it as it is. */
function shownBy(before: string, open: readonly string[]): string | undefined {
  // A property whose value it is, or one of two values it is.
  const property = /([\w$]+|'[\w-]+'):\s*(?:[^,;{}()]*[?:]\s*)?$/.exec(before)?.[1];
  if (property !== undefined && SHOWN.has(property)) return property;
  const call = open.at(-1) ?? '';
  return SHOWING.test(call) ? call : undefined;
}

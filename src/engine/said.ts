/**
 * Words before their language is chosen: an English sentence with placeholders `{0}`, `{1}`…, which is also the key of
 * its translation, and what fills them. Plain data, so that it crosses threads. Machines get it in English (logs,
 * journals, JSON, messages of errors), people in their language: `inWords` in src/shared/words.
 */
export interface Said {
  readonly english: string;
  readonly values: readonly SaidValue[];
}

export type SaidValue = string | number | Said;

/** Words to be said later. `tools/words.ts` gathers the sentences, so they must stand here literally. */
export function said(english: string, ...values: readonly SaidValue[]): Said {
  return { english, values };
}

/** Words in lines of their own. */
export function saidInLines(lines: readonly SaidValue[]): Said {
  return { english: lines.map((_, place) => `{${place}}`).join('\n'), values: lines };
}

/** Sentences one after the other, as the language sets them. */
export function saidTogether(first: SaidValue, ...others: readonly SaidValue[]): Said {
  const begun = typeof first === 'object' ? first : verbatim(first);
  return others.reduce<Said>((before, next) => said('{0} {1}', before, next), begun);
}

/** Words with an end, to stand before another sentence. */
export function asSentence(words: Said): Said {
  return /[.!?…]$/.test(inEnglish(words)) ? words : said('{0}.', words);
}

/** Words that are the same in every language. */
export function verbatim(text: string | number): Said {
  return { english: '{0}', values: [text] };
}

/** Words in English. */
export function inEnglish(words: SaidValue): string {
  if (typeof words !== 'object') return String(words);
  const values = words.values.map(inEnglish);
  return words.english.replaceAll(/\{(\d+)\}/g, (placeholder, place) => values[Number(place)] ?? placeholder);
}

/** Plain data as JSON for machines: words in English, indented. */
export function jsonInEnglish(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (isSaid(each) ? inEnglish(each) : each), 2);
}

/** The words with each text that fills them changed; their sentences stay, and with them their translations. */
export function withTexts(words: Said, change: (text: string) => string): Said {
  const values = words.values.map((value) =>
    typeof value === 'string' ? change(value) : typeof value === 'object' ? withTexts(value, change) : value,
  );
  return { english: words.english, values };
}

/** An error whose message is English and which can be read in other languages. */
export class SaidError extends Error {
  readonly said: Said;

  constructor(words: Said, options?: ErrorOptions) {
    super(inEnglish(words), options);
    this.said = words;
  }
}

/** One that says what kind of problem it is, for whoever acts on it. */
export class SaidErrorOf<Kind extends string> extends SaidError {
  readonly kind: Kind;

  constructor(kind: Kind, words: Said, { cause }: { cause?: unknown } = {}) {
    super(words, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** What an error says, to be read or to stand in the words of another. */
export function wordsOf(error: unknown): Said {
  if (!(error instanceof Error)) return verbatim(String(error));
  // By its shape: an error may come from another copy of the class.
  const own: unknown = 'said' in error ? error.said : undefined;
  return isSaid(own) ? own : verbatim(error.message);
}

/** Words that came in data of unknown shape. */
export function asSaid(value: unknown): Said {
  return isSaid(value) ? value : verbatim(typeof value === 'string' ? value : '');
}

/** Whether data of unknown shape is words with a sentence. */
export function isSaid(value: unknown): value is Said {
  return (
    typeof value === 'object' &&
    value !== null &&
    'english' in value &&
    typeof value.english === 'string' &&
    'values' in value &&
    Array.isArray(value.values) &&
    value.values.every((each) => typeof each === 'string' || typeof each === 'number' || isSaid(each))
  );
}

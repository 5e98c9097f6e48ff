// How several things are written after one another in the reader's language.
import * as l10n from '@vscode/l10n';

/** Things in a row: `a, b, c`. */
export function listInWords(parts: readonly string[]): string {
  return parts.join(l10n.t(', '));
}

/** Sentences one after another; after the full stop of Japanese there is no space. Empty ones are left out. */
export function sentencesInWords(sentences: readonly string[]): string {
  return sentences
    .filter((sentence) => sentence !== '')
    .reduce((before, sentence) => `${before}${/(^|[。！？])$/u.test(before) ? '' : ' '}${sentence}`, '');
}

/** A clause as a sentence of its own, which may end like one already. */
export function asSentence(clause: string): string {
  return /[.。!！?？]$/u.test(clause) ? clause : l10n.t('{0}.', clause);
}

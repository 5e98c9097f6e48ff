import * as l10n from '@vscode/l10n';
import { type SaidValue, wordsOf } from '../../engine/said.ts';

/** Words in the language of their reader. */
export function inWords(words: SaidValue): string {
  if (typeof words !== 'object') return String(words);
  return l10n.t(words.english, ...words.values.map(inWords));
}

/** What people read of an error. */
export function errorInWords(error: unknown): string {
  return inWords(wordsOf(error));
}

import { readFileSync } from 'node:fs';
import * as l10n from '@vscode/l10n';

/** The languages that there are translations for, besides English. */
const LANGUAGES = ['ja'];

/**
 * The language that the environment asks for, as POSIX has it: LC_ALL before LC_MESSAGES before LANG.
 * @returns undefined for English, and for what there is no translation for
 */
export function languageOf(env: NodeJS.ProcessEnv): string | undefined {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return LANGUAGES.find((language) => new RegExp(`^${language}(?:[_.@-]|$)`, 'i').test(locale));
}

/**
 * Lets the command line speak the language of the environment.
 * @param bundles the folder of the translations; where one is missing, the words stay English
 */
export function useLanguage(env: NodeJS.ProcessEnv, bundles: URL): void {
  const language = languageOf(env);
  if (language === undefined) return;
  try {
    l10n.config({ contents: readFileSync(new URL(`bundle.l10n.${language}.json`, bundles), 'utf8') });
  } catch {
    // Words that somebody can’t read are better than none.
  }
}

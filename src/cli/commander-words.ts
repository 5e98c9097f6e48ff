// What commander says of its own, in the language of the reader. It has no translations and gives no codes to what it
// prints, but its sentences are few; one that isn’t known here stays English. A test holds them to its version.
import * as l10n from '@vscode/l10n';
import type { Command, HelpConfiguration, Option } from 'commander';
import { widthOf } from './table.ts';

type Rule = readonly [RegExp, (...parts: string[]) => string];

const ERRORS: readonly Rule[] = [
  [/^missing required argument '(.*)'$/, (name) => l10n.t("missing required argument '{0}'", name)],
  [/^option '(.*)' argument missing$/, (flags) => l10n.t("option '{0}' argument missing", flags)],
  [/^unknown option '(.*)'$/, (flag) => l10n.t("unknown option '{0}'", flag)],
  [/^unknown command '(.*)'$/, (name) => l10n.t("unknown command '{0}'", name)],
  [
    /^too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)\.$/,
    (command, expected, got) =>
      l10n.t("too many arguments for '{0}'. Expected: {1}, given: {2}.", command, expected, got),
  ],
  [
    /^option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/,
    (flags, value, choices) =>
      l10n.t("option '{0}' argument '{1}' is invalid. Allowed choices are {2}.", flags, value, choices),
  ],
  [
    /^option '(.*)' argument '(.*)' is invalid\. (.*)$/s,
    (flags, value, why) => l10n.t("option '{0}' argument '{1}' is invalid. {2}", flags, value, why),
  ],
];

const SUGGESTION = /^\(Did you mean (?:one of )?(.*)\?\)$/;

/** An error as commander prints it, `error: …` with a suggestion on a line of its own. */
export function commanderErrorInWords(text: string): string {
  const [first = '', ...others] = text.trimEnd().split('\n');
  const message = first.replace(/^error: /, '');
  const lines = [l10n.t('error: {0}', errorInWords(message))];
  for (const line of others) {
    const candidates = SUGGESTION.exec(line)?.[1];
    lines.push(candidates === undefined ? line : l10n.t('(Did you mean {0}?)', candidates));
  }
  return `${lines.join('\n')}\n`;
}

function errorInWords(message: string): string {
  for (const [pattern, words] of ERRORS) {
    const match = pattern.exec(message);
    if (match) return words(...match.slice(1).map((part) => part ?? ''));
  }
  return message;
}

/** How help is laid out. */
export function helpInWords(): HelpConfiguration {
  return {
    displayWidth: widthOf,
    styleTitle: titleInWords,
    optionDescription,
  };
}

/** The options and the command that every command has, described in words. */
export function describeOwnOptions(program: Command): Command {
  const help = l10n.t('display help for command');
  return program.helpOption('-h, --help', help).helpCommand('help [command]', help);
}

function titleInWords(title: string): string {
  switch (title) {
    case 'Usage:':
      return l10n.t('Usage:');
    case 'Arguments:':
      return l10n.t('Arguments:');
    case 'Options:':
      return l10n.t('Options:');
    case 'Commands:':
      return l10n.t('Commands:');
    default:
      return title;
  }
}

function optionDescription({ description, argChoices, required, ...option }: Option): string {
  const notes: string[] = [];
  if (argChoices) notes.push(l10n.t('choices: {0}', argChoices.map((choice) => `"${choice}"`).join(', ')));
  if (required && option.defaultValue !== undefined) {
    const byDefault = option.defaultValueDescription ?? JSON.stringify(option.defaultValue);
    notes.push(l10n.t('default: {0}', byDefault));
  }
  return notes.length === 0 ? description : `${description} (${notes.join(', ')})`;
}

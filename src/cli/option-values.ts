import * as l10n from '@vscode/l10n';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../engine/duration.ts';
import { errorInWords } from '../shared/words/in-words.ts';

/** A boolean as Go's flags read it. */
export function booleanValue(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new InvalidArgumentError(l10n.t('Write true or false.'));
}

/** A whole number; whether it may be negative is checked where its meaning is known. */
export function integerValue(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new InvalidArgumentError(l10n.t('Write a whole number.'));
  return Number(text);
}

/** A Go duration, as milliseconds. */
export function durationValue(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(errorInWords(error));
  }
}

/**
 * Writes boolean flags that stand alone as `--flag=true`, as Go's flags mean them: they take a value only after `=`, so
 * that what follows them is never swallowed.
 */
export function withBooleanValues(args: readonly string[], booleans: ReadonlySet<string>): string[] {
  const end = args.indexOf('--');
  return args.map((arg, place) => {
    const isFlag = booleans.has(arg) && (end < 0 || place < end);
    return isFlag ? `${arg}=true` : arg;
  });
}

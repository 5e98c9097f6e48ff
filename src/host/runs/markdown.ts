// Text from outside in a Markdown document: it must show as it is, and mean nothing.
import * as l10n from '@vscode/l10n';
import type { Said } from '../../engine/said.ts';

const WORD_JOINER = '\u2060';

/** Text on one line, as code. */
export function code(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ').trim();
  if (line === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Words as they are. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~$&-]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** Words in the language of their reader; what fills them, and what a server said, stands in code. */
export function wordsInMarkdown({ english, values }: Said): string {
  const places = values.map((_, place) => `\uE000${place}\uE001`);
  const filling = values.map((value) => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? code(value) : wordsInMarkdown(value);
  });
  return plain(l10n.t(english, ...places)).replaceAll(
    /\uE000(\d+)\uE001/g,
    (_, place) => filling[place] ?? '',
  );
}

/** Words that stand on one line, Japanese ones too: a narrow column would break those after any letter. */
export function unbroken(text: string): string {
  return text.replace(
    /(?<=[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])(?=[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])/gu,
    WORD_JOINER,
  );
}

/** A table. The cells are Markdown; `numbers` says which columns stand at the right. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\\\\|', '\\|')).join(' | ')} |`;
  const rule = heads.map((_, column) => (numbers.includes(column) ? '---:' : '---'));
  return [line(heads.map(unbroken)), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}

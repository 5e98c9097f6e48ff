// What the tests of the pages look at in Markdown.

/** The commands of the shell blocks, without their comments. */
export function commandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/(^|\s)# .*$/, '').trim())
    .filter((line) => line !== '');
}

/** The depth of each heading, in order. */
export function headingsIn(markdown: string): number[] {
  return [...withoutCode(markdown).matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length);
}

/** The cells of each row of every table, without the rules below their heads. */
export function tablesIn(markdown: string): string[][] {
  return [...withoutCode(markdown).matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
}

/** Texts in backticks, in order. */
export function codeIn(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Long options that a text names. */
export function optionsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

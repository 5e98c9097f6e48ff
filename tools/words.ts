// Every text that people read: `node tools/words.ts` writes l10n/bundle.l10n.json, `--check` says what doesn't fit, and
// what goes past the translations.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { isObject } from '../src/engine/shape.ts';
import { unsaidWords } from './unsaid-words.ts';

const root = join(import.meta.dirname, '..');
const english = join(root, 'l10n/bundle.l10n.json');
const languages = ['ja'];

/** The texts of the sources, by the key that a translation has them by. */
async function textsOfSources(): Promise<Map<string, string>> {
  const contents = sources().map((file) => ({
    extension: '.ts' as const,
    contents: gathered(readFileSync(join(root, file), 'utf8')),
  }));
  const bundle = await getL10nJson(contents);
  return new Map(
    Object.entries(bundle).map(([key, value]) => [key, typeof value === 'string' ? value : value.message]),
  );
}

function sources(): string[] {
  return globSync(['src/**/*.ts', 'webview/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.d.ts'))
    .sort();
}

/** `said(…)` keeps a sentence for later: to whom gathers them it is another way to write the library’s `t`. */
function gathered(source: string): string {
  if (!/\bsaid\(/.test(source)) return source;
  return `import * as said from '@vscode/l10n';\n${source.replaceAll(/\bsaid\(/g, 'said.t(')}`;
}

function read(path: string): Map<string, string> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isObject(value)) throw new Error(`${path} is no object`);
  return new Map(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** `{0}` and the like, in order. */
function placeholders(text: string): string {
  return [...text.matchAll(/\{\w+\}/g)]
    .map(([placeholder]) => placeholder)
    .sort()
    .join(' ');
}

/** What may stay English, and why. Of a file as a whole, or by how a text begins. */
const ENGLISH: readonly { file: RegExp; texts?: RegExp; why: string }[] = [
  { file: /^src\/engine\/pull-spec/, why: 'the words of oc about a reference that can’t be parsed' },
  {
    file: /^src\/engine\/(?:blob-table|instants|quantity|row-places)/,
    why: 'a mistake of the program, or said anew by whoever reads the text',
  },
  { file: /^src\/host\/tools\//, why: 'language models read it' },
  { file: /^webview\/preview\//, why: 'the page harness, for whoever works on the pages' },
  { file: /rollout-registry|schedule-run/, texts: /^(?:deployment|job\.batch)/, why: 'the words of oc' },
  { file: /explain-box/, texts: /^error: error communicating/, why: 'the words of oc, as an example' },
  { file: /authority-offer/, texts: /^ {2}--certificate-authority/, why: 'a command line' },
  { file: /schedule-create/, texts: /^--image <pull spec>/, why: 'the name of an argument' },
  { file: /session\/connection/, texts: /^Proxy response/, why: 'recognised by these words, never shown' },
  {
    file: /./,
    texts:
      /^(?:no plan has been made|The tunnel has been closed|The global dispatcher|The path of a request|the editor closes|The guard was closed|no answer|the documented options|the page (?:has been closed|sent an invalid message)|\$\{label\} has no choices)/,
    why: 'a mistake of the program, or the reason of an abort that nobody is shown',
  },
];

function unsaidInSources(): string[] {
  return sources().flatMap((file) =>
    unsaidWords(readFileSync(join(root, file), 'utf8'))
      .filter(
        ({ words }) =>
          !ENGLISH.some((rule) => rule.file.test(file) && (rule.texts?.test(words.slice(1)) ?? true)),
      )
      .map(({ line, words, where }) => `${file}:${line}: not translated, and shown by ${where}: ${words}`),
  );
}

/** What doesn't fit between the sources and a translation. */
function problemsOf(file: string, texts: Map<string, string>, translated: Map<string, string>): string[] {
  const problems: string[] = [];
  for (const [key, text] of texts) {
    const translation = translated.get(key);
    if (!translation) problems.push(`${file}: no text for ${JSON.stringify(key)}`);
    else if (placeholders(translation) !== placeholders(text)) {
      problems.push(`${file}: other placeholders than in ${JSON.stringify(key)}`);
    }
  }
  for (const key of translated.keys()) {
    if (!texts.has(key)) problems.push(`${file}: nothing says ${JSON.stringify(key)}`);
  }
  return problems;
}

const texts = await textsOfSources();
if (process.argv.includes('--check')) {
  const problems = languages.flatMap((language) => {
    const file = `l10n/bundle.l10n.${language}.json`;
    return problemsOf(file, texts, read(join(root, file)));
  });
  problems.push(...problemsOf('l10n/bundle.l10n.json', texts, read(english)), ...unsaidInSources());
  for (const problem of problems) console.error(`error: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
} else {
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(english, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  console.log(`${sorted.length} texts in ${english}`);
}

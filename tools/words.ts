// Every text that people read: `node tools/words.ts` writes l10n/bundle.l10n.json, `--check` says what doesn't fit.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { isObject } from '../src/engine/shape.ts';

const root = join(import.meta.dirname, '..');
const english = join(root, 'l10n/bundle.l10n.json');
const languages = ['ja'];

/** The texts of the sources, by the key that a translation has them by. */
async function textsOfSources(): Promise<Map<string, string>> {
  const files = globSync(['src/**/*.ts', 'webview/**/*.ts'], { cwd: root }).sort();
  const contents = files
    .filter((file) => !file.endsWith('.d.ts'))
    .map((file) => ({
      extension: '.ts' as const,
      contents: gathered(readFileSync(join(root, file), 'utf8')),
    }));
  const bundle = await getL10nJson(contents);
  return new Map(
    Object.entries(bundle).map(([key, value]) => [key, typeof value === 'string' ? value : value.message]),
  );
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
  problems.push(...problemsOf('l10n/bundle.l10n.json', texts, read(english)));
  for (const problem of problems) console.error(`error: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
} else {
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(english, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  console.log(`${sorted.length} texts in ${english}`);
}

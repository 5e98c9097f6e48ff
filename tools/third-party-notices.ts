// Which packages are in the bundles, and the licences that they come under.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { isObject, objectAt, textAt } from '../src/engine/shape.ts';

/** A package of which at least one file is in a bundle. */
export interface BundledPackage {
  /** Below the root, such as `node_modules/ws`. */
  folder: string;
  name: string;
  version: string;
  /** As its package.json names it (SPDX). */
  license: string;
  /** Who made it, where its package.json says so. */
  author: string;
  /** Its licence files and notices as they are; none where it brings none. */
  texts: readonly string[];
}

/** The files in which packages keep what they have to be accompanied by. */
const LICENCE_FILE = /^(un)?licen[cs]e|^copying|^notice/i;

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * The packages in bundles, by name.
 * @param metafiles of the builds
 */
export function bundledPackages(root: string, metafiles: readonly Metafile[]): BundledPackage[] {
  const folders = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap(packageFolder)));
  return [...folders]
    .map((folder) => readPackage(root, folder))
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** The notices that go with the bundles; packages under the very same text share it. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, BundledPackage[]>();
  for (const each of packages) {
    const text = textOf(each);
    byText.set(text, [...(byText.get(text) ?? []), each]);
  }
  const sections = [...byText].map(([text, sharing]) => {
    const names = sharing.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${'='.repeat(80)}\n${names.join('\n')}\n${'='.repeat(80)}\n\n${text}\n`;
  });
  return `This extension contains the following third-party software, each under its own licence.\n\n${sections.join('\n')}`;
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` lies in the package `node_modules/a/node_modules/@b/c`. */
function packageFolder(input: string): string[] {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
  return folder === undefined ? [] : [folder];
}

function readPackage(root: string, folder: string): BundledPackage {
  const path = join(root, folder);
  const manifest: unknown = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const author =
    isObject(manifest) && typeof manifest.author === 'string'
      ? manifest.author
      : textAt(objectAt(manifest, 'author'), 'name');
  const files = readdirSync(path).filter((file) => LICENCE_FILE.test(file));
  return {
    folder,
    name: textAt(manifest, 'name'),
    version: textAt(manifest, 'version'),
    license: textAt(manifest, 'license'),
    author: author.replace(/\s*[<(].*$/, ''),
    texts: files.sort().map((file) => readFileSync(join(path, file), 'utf8')),
  };
}

/** @throws Error where a package brings no licence text and has none that is known here */
function textOf({ name, license, author, texts }: BundledPackage): string {
  if (texts.length > 0) {
    const plain = texts.map((text) => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
    return plain.map((text) => text.trim()).join('\n\n');
  }
  if (license === 'MIT' && author !== '') return `MIT License\n\nCopyright (c) ${author}\n\n${MIT}`;
  throw new Error(
    `${name} is bundled, but brings no licence text, and its ${license || 'missing'} licence is none that tools/third-party-notices.ts knows`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

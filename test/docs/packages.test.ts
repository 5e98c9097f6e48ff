// What is in the bundles, and what has to be said of it.
import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { writeSbom } from '../../tools/sbom.ts';
import { bundledPackages, thirdPartyNotices } from '../../tools/third-party-notices.ts';

const root = join(import.meta.dirname, '../..');
const manifest = json('package.json');

/** Licences that let a package be shipped with this one. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'Unlicense',
];

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** The packages that the sources load by name, types aside. */
function importedPackages(): Set<string> {
  const names = new Set<string>();
  for (const file of globSync(['src/**/*.ts', 'webview/**/*.{ts,css}'], { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    const imports = text.matchAll(
      /^(?:import|export) (?!type\b)(?:[^;'"]*? from )?'([^'.][^']*)'|\bimport\('([^'.][^']*)'\)|@import ['"]([^'".][^'"]*)/gm,
    );
    for (const [, a, b, c] of imports) {
      const specifier = a ?? b ?? c ?? '';
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      const own = specifier.startsWith('node:') || builtinModules.includes(name) || name === 'vscode';
      if (!own) names.add(name);
    }
  }
  return names;
}

describe('the packages in the bundles', () => {
  let notices: string;
  /** As the notices list them. */
  let named: { name: string; version: string; license: string }[];
  before(() => {
    buildIfNeeded();
    notices = readFileSync(join(root, 'dist/ThirdPartyNotices.txt'), 'utf8');
    named = [...notices.matchAll(/^(\S+) (\d+\.\S+) \(([^)]+)\)$/gm)].map(
      ([, name = '', version = '', license = '']) => ({ name, version, license }),
    );
  });

  it('are all named in the notices, each with its licence', () => {
    const names = new Set(named.map(({ name }) => name));
    const imported = importedPackages();
    assert.ok(imported.has('undici') && imported.has('@vscode/codicons'), [...imported].join());
    for (const name of imported) assert.ok(names.has(name), `${name} is missing in the notices`);
    for (const { name, license } of named) assert.ok(PERMISSIVE.includes(license), `${name}: ${license}`);
  });

  it('say what their licences want said', () => {
    for (const { name } of named) {
      if (name === 'tslib') continue;
      const file = globSync(`node_modules/${name}/{LICENSE,LICENCE,license,UNLICENSE,NOTICE}*`, {
        cwd: root,
      })[0];
      if (file === undefined) continue;
      const [line = ''] = readFileSync(join(root, file), 'utf8')
        .split(/\r?\n/)
        .filter((each) => /copyright \(c\)|©/i.test(each))
        .map((each) => each.trim());
      assert.ok(notices.includes(line), `${name}: ${line}`);
    }
  });

  it('are dependencies, not devDependencies, so that an audit and an SBOM without the latter miss none', () => {
    const locked = Object.entries(objectAt(json('package-lock.json'), 'packages'));
    for (const { name, version } of named) {
      const found = locked.filter(
        ([path, each]) => path.endsWith(`node_modules/${name}`) && textAt(each, 'version') === version,
      );
      assert.ok(
        found.some(([, each]) => isObject(each) && each.dev !== true),
        `${name} ${version} is bundled, but only a devDependency`,
      );
    }
  });

  it('are all in the SBOM', () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-hygiene-sbom-'));
    try {
      const sbom: unknown = JSON.parse(readFileSync(writeSbom(folder), 'utf8'));
      assert.equal(
        textAt(objectAt(objectAt(sbom, 'metadata'), 'component'), 'name'),
        textAt(manifest, 'name'),
      );
      const listed = new Set(
        listAt(sbom, 'components').map((each) => {
          const group = textAt(each, 'group');
          return `${group && `${group}/`}${textAt(each, 'name')} ${textAt(each, 'version')}`;
        }),
      );
      for (const { name, version } of named)
        assert.ok(listed.has(`${name} ${version}`), `${name} ${version}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the notices', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-notices-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const install = (path: string, manifestOf: object, files: Record<string, string> = {}) => {
    const at = join(folder, 'node_modules', path);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify(manifestOf));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  };
  const bundled = (...inputs: string[]) =>
    bundledPackages(folder, [
      { inputs: Object.fromEntries(inputs.map((input) => [input, { bytes: 1, imports: [] }])), outputs: {} },
    ]);

  it('know a package inside a package and one with a scope, each once', () => {
    install('a', { name: 'a', version: '1.0.0', license: 'ISC' }, { LICENSE: 'A’s' });
    install(
      'a/node_modules/@b/c',
      { name: '@b/c', version: '2.0.0', license: 'ISC' },
      { 'licence.md': 'C’s' },
    );
    const packages = bundled(
      'src/x.ts',
      'node_modules/a/index.js',
      'node_modules/a/lib/y.js',
      'node_modules/a/node_modules/@b/c/z.js',
    );
    assert.deepEqual(
      packages.map(({ name, texts }) => [name, ...texts]),
      [
        ['@b/c', 'C’s'],
        ['a', 'A’s'],
      ],
    );
  });

  it('fail where a package brings no licence that could be passed on', () => {
    install('bare', { name: 'bare', version: '1.0.0', license: 'SEE LICENSE' });
    assert.throws(
      () => thirdPartyNotices(bundled('node_modules/bare/i.js')),
      /bare .*no licence text.*SEE LICENSE/,
    );
    install('bare', { name: 'bare', version: '1.0.0', license: 'MIT', author: 'Jo <jo@example.org>' });
    assert.match(thirdPartyNotices(bundled('node_modules/bare/i.js')), /Copyright \(c\) Jo\n/);
  });
});

// What a marketplace shows of the extension, and the pictures that the editor shows of it.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { missingForPublication } from '../../tools/package.ts';

const root = join(import.meta.dirname, '../..');

/** https://code.visualstudio.com/api/references/extension-manifest */
const CATEGORIES = [
  'AI',
  'Azure',
  'Chat',
  'Data Science',
  'Debuggers',
  'Extension Packs',
  'Education',
  'Formatters',
].concat(
  [
    'Keymaps',
    'Language Packs',
    'Linters',
    'Machine Learning',
    'Notebooks',
    'Programming Languages',
    'SCM Providers',
  ],
  ['Snippets', 'Testing', 'Themes', 'Visualization', 'Other'],
);

describe('what a marketplace shows', () => {
  it('is complete', () => {
    assert.match(manifest.displayName, /\w/);
    assert.ok(manifest.description.length > 20 && manifest.description.length < 200);
    assert.match(manifest.publisher, /^[a-z0-9-]+$/);
    assert.equal(manifest.license, 'Apache-2.0');
    assert.match(readFileSync(join(root, 'LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/);
    assert.match(manifest.galleryBanner.color, /^#[0-9A-F]{6}$/);
    for (const category of manifest.categories) assert.ok(CATEGORIES.includes(category), category);
    // More than 30 are refused.
    assert.ok(manifest.keywords.length > 4 && manifest.keywords.length <= 30);
  });

  it('says of a package that can’t be published what it lacks', () => {
    assert.deepEqual(missingForPublication({}), ['repository', 'bugs', 'homepage']);
    assert.deepEqual(missingForPublication({ repository: {}, bugs: {}, homepage: '' }), []);
  });

  it('has an icon of at least 128 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width >= 128 && width === height, `${width} × ${height}`);
  });

  it('has its version in the changelog, or what comes next', () => {
    const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    assert.ok(changelog.includes(`## ${manifest.version}`) || changelog.includes('## Unreleased'));
  });
});

describe('the words of the walkthrough', () => {
  for (const file of ['package.nls.json', 'package.nls.ja.json']) {
    it(`${file}: have no code in backticks, which a walkthrough shows as they are`, () => {
      const texts: Record<string, string> = JSON.parse(readFileSync(join(root, file), 'utf8'));
      for (const [key, text] of Object.entries(texts)) {
        if (key.startsWith('walkthrough.')) assert.doesNotMatch(text, /`/, key);
      }
    });
  }
});

describe('the pictures of the walkthrough', () => {
  const pictures = globSync('media/walkthrough/*.svg', { cwd: root }).sort();

  it('are all used', () => {
    const used = manifest.contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => media.svg),
    );
    assert.deepEqual([...new Set(used)].sort(), pictures);
  });

  for (const picture of pictures) {
    it(`${picture}: has the colours of the theme, no words to translate, and nothing that runs or loads`, () => {
      const svg = readFileSync(join(root, picture), 'utf8');
      assert.ok(svg.length < 20_000);
      for (const [paint, value = ''] of svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g)) {
        assert.match(value, /^(none|var\(--vscode-.*\))$/, paint);
      }
      // What stands beside a style attribute or a script, the editor's policy leaves out.
      assert.doesNotMatch(svg, /<(text|style|script|image|foreignObject|use)\b|style=|href=|on\w+=/);
      assert.match(svg, /viewBox="0 0 480 300"/);
    });
  }
});

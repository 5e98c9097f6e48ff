import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();

/** As GitHub makes anchors of headings. */
function anchorsOf(markdown: string): Set<string> {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return new Set(
    [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('the links of the pages', () => {
  for (const page of pages) {
    it(`${page}: lead somewhere`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      for (const [link, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?|mailto):/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(root, page) : join(root, dirname(page), path);
        assert.ok(existsSync(file), link);
        if (anchor !== undefined) {
          assert.ok(anchorsOf(readFileSync(file, 'utf8')).has(decodeURIComponent(anchor)), link);
        }
      }
    });
  }

  it('are found in every page of docs, so that none is forgotten', () => {
    const all = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');
    for (const page of pages.filter((each) => each.startsWith('docs/') && !each.endsWith('README.md'))) {
      assert.ok(
        all.includes(`(${page.split('/').at(-1)})`) || all.includes(`/${page.split('/').at(-1)})`),
        page,
      );
    }
  });
});

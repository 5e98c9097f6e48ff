import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };

/** The packages that a section's table names, in its order. */
function listed(section: string): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/DEPENDENCIES.md'), 'utf8');
  const [, text = ''] = page.split(`## ${section}\n`);
  const [table = ''] = text.split('\n## ');
  return [...table.matchAll(/^\| `([^`]+)` \|[^|]*\w[^|]*\|[^|]*\w[^|]*\|$/gm)].map(([, name = '']) => name);
}

describe('docs/DEPENDENCIES.md', () => {
  it('says of everything that is shipped what it is for', () => {
    assert.deepEqual(listed('What is shipped'), Object.keys(manifest.dependencies).sort());
  });

  it('says of everything that builds and tests what it is for', () => {
    assert.deepEqual(listed('What builds and tests it'), Object.keys(manifest.devDependencies).sort());
  });

  it('is right about exact versions', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});

// What the extension loads at its start: few files, and nothing big.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parseAst } from 'rollup/parseAst';

const dist = join(import.meta.dirname, '../../dist');

/** The files that a module imports when it is loaded, itself included, and what else it imports. */
function start(file: string, files = new Set<string>(), others = new Set<string>()) {
  files.add(file);
  for (const statement of parseAst(readFileSync(file, 'utf8')).body) {
    if (!('source' in statement) || !statement.source) continue;
    const from = String(statement.source.value);
    const path = resolve(dirname(file), from);
    if (!from.startsWith('.')) others.add(from);
    else if (!files.has(path)) start(path, files, others);
  }
  return { files: [...files], others: [...others] };
}

describe('the start of the extension', () => {
  it('takes two files', () => {
    const { files } = start(join(dist, 'extension.js'));
    assert.deepEqual(files, [join(dist, 'extension.js'), join(dist, 'chunks/shared.js')]);
    for (const file of files) assert.ok(statSync(file).size < 300_000, file);
  });

  it('takes nothing but the editor and Node', () => {
    const { others } = start(join(dist, 'extension.js'));
    assert.ok(others.includes('vscode'));
    for (const name of others) assert.match(name, /^(vscode$|node:)/);
  });

  for (const entry of ['cli', 'planner-thread']) {
    it(`shares nothing with ${entry} that needs an editor`, () => {
      assert.ok(!start(join(dist, `${entry}.js`)).others.includes('vscode'));
    });
  }
});

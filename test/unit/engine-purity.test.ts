import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');

const IMPURE = [
  "import { readFileSync } from 'node:fs';\nexport { readFileSync };",
  "import fs from 'fs';\nexport { fs };",
  "import * as vscode from 'vscode';\nexport { vscode };",
  "import type { Planner } from '../cluster/planner/planner.ts';\nexport type { Planner };",
  "import { carryOut } from '../prune/carry-out.ts';\nexport { carryOut };",
  "import { Command } from 'commander';\nexport { Command };",
  "export const later = () => import('../shared/words/reasons.ts');",
  'export const now = () => Date.now();',
  "export const asked = () => fetch('https://example.com');",
  'export const env = () => process.env;',
];
const PURE = "import { isObject } from './shape.ts';\nexport { isObject };";

describe('the lint rule of the engine', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-lint-'));
    mkdirSync(join(folder, 'src/engine'), { recursive: true });
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What the linter says of a source that stands in src/engine. */
  function lint(source: string): string {
    writeFileSync(join(folder, 'src/engine/trial.ts'), source);
    const { stdout, stderr } = spawnSync(
      join(root, 'node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', 'src/engine/trial.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    return stdout + stderr;
  }

  for (const source of IMPURE) {
    it(`refuses ${source.split('\n')[0]}`, () => assert.match(lint(source), /noRestricted(Imports|Globals)/));
  }

  it('allows its own files', () => {
    const said = lint(PURE);
    assert.match(said, /Checked 1 file/);
    assert.doesNotMatch(said, /noRestricted/);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const biome = join(root, 'node_modules/.bin/biome');

/** What the linter says of a source as if it stood in src/engine. */
function lint(source: string): string {
  const { stdout, stderr } = spawnSync(
    biome,
    [
      'lint',
      '--only=style/noRestrictedImports',
      '--only=style/noRestrictedGlobals',
      '--stdin-file-path=src/engine/trial.ts',
    ],
    { cwd: root, input: source, encoding: 'utf8' },
  );
  return stdout + stderr;
}

describe('the engine stays pure', () => {
  for (const source of [
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
  ]) {
    it(`without ${source.split('\n')[0]}`, () => assert.match(lint(source), /noRestricted(Imports|Globals)/));
  }

  it('with its own files', () => {
    assert.doesNotMatch(lint("import { isObject } from './shape.ts';\nexport { isObject };"), /noRestricted/);
  });
});

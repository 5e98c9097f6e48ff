import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unsaidWords } from '../../../tools/unsaid-words.ts';

const FOUND = [
  "throw new Error('it is gone');",
  'throw new PlanError(`the plan is gone`);',
  "void vscode.window.showErrorMessage('it is gone');",
  "h('p', { class: 'two words' }, 'it is gone')",
  "const row = { id, tooltip: open ? 'it is gone' : name };",
  "writeLines(stderr, ['it is gone', name]);",
  "new Option('--all', 'it is gone')",
  "said('it {0}', verbatim('it is gone'))",
];
const PASSED = [
  "throw new PlanError(said('it is gone'));",
  "throw new PlanError('expired', said('made {0}', verbatim(name)));",
  "h('p', { class: 'two words' }, l10n.t('it is gone'))",
  "const row = { id: 'two words', label: l10n.t('it is gone') };",
  "// throw new Error('it is gone');",
  "const pattern = /new Error('it is gone')/; done();",
  "throw new NotTriedError(cause); const text = 'it is gone';",
  "Object.assign(new Error('closed'), { code: 'ECONNRESET' })",
];

describe('what goes past the translations', () => {
  for (const source of FOUND) {
    it(`is found: ${source}`, () => {
      const [first, ...others] = unsaidWords(`\n${source}`);
      assert.match(first?.words ?? '', /gone/);
      assert.equal(first?.line, 2);
      assert.deepEqual(others, []);
    });
  }
  for (const source of PASSED) it(`is not: ${source}`, () => assert.deepEqual(unsaidWords(source), []));
});

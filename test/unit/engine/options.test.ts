import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidOptionError, type RequestedOptions, resolveOptions } from '../../../src/engine/options.ts';

describe('options', () => {
  it('have the documented defaults', () => {
    assert.deepEqual(resolveOptions({}), {
      all: true,
      keepTagRevisions: 3,
      keepYoungerThanMs: 3_600_000,
      pruneOverSizeLimit: false,
      pruneRegistry: true,
      namespace: null,
      ignoreInvalidRefs: false,
      rules: 'extended',
    });
  });

  it('are taken as given, zeros and falses too', () => {
    assert.deepEqual(
      resolveOptions({
        all: false,
        keepTagRevisions: 0,
        keepYoungerThanMs: 0,
        pruneOverSizeLimit: false,
        pruneRegistry: false,
        namespace: 'shop',
        ignoreInvalidRefs: true,
        rules: 'reference',
      }),
      {
        all: false,
        keepTagRevisions: 0,
        keepYoungerThanMs: 0,
        pruneOverSizeLimit: false,
        pruneRegistry: false,
        namespace: 'shop',
        ignoreInvalidRefs: true,
        rules: 'reference',
      },
    );
  });

  it('know no keep option in over-size mode', () => {
    const options = resolveOptions({ pruneOverSizeLimit: true });
    assert.equal(options.keepTagRevisions, null);
    assert.equal(options.keepYoungerThanMs, null);
  });

  it('take an empty namespace for every namespace', () => {
    assert.equal(resolveOptions({ namespace: '' }).namespace, null);
  });

  const refused: readonly (readonly [string, RequestedOptions, RegExp])[] = [
    [
      'over-size with a number of revisions',
      { pruneOverSizeLimit: true, keepTagRevisions: 3 },
      /--prune-over-size-limit cannot be combined with --keep-tag-revisions nor --keep-younger-than/,
    ],
    [
      'over-size with no revisions',
      { pruneOverSizeLimit: true, keepTagRevisions: 0 },
      /--prune-over-size-limit cannot be combined/,
    ],
    [
      'over-size with an age',
      { pruneOverSizeLimit: true, keepYoungerThanMs: 0 },
      /--prune-over-size-limit cannot be combined/,
    ],
    ['a negative age', { keepYoungerThanMs: -60_000 }, /--keep-younger-than must be .* 0, not -1m0s$/],
    ['an age that is no number', { keepYoungerThanMs: Number.NaN }, /--keep-younger-than/],
    ['a negative count', { keepTagRevisions: -1 }, /--keep-tag-revisions must be .* 0, not -1$/],
    ['a broken count', { keepTagRevisions: 1.5 }, /--keep-tag-revisions must be a whole number/],
    ['a count that is no number', { keepTagRevisions: Number.NaN }, /--keep-tag-revisions/],
  ];
  for (const [what, requested, message] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => resolveOptions(requested),
        (error) => {
          assert.ok(error instanceof InvalidOptionError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

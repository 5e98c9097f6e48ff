import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packageReadme } from '../../tools/package-readme.ts';

describe('the README of the package', () => {
  it('has no picture, and no link to a file that isn’t in it', () => {
    const readme =
      '# A\n\n![A picture](docs/a.png)\n\nSee [the docs](docs/B.md), [below](#below), [npm](https://npmjs.com).\n';
    assert.equal(packageReadme(readme), '# A\n\nSee the docs, [below](#below), [npm](https://npmjs.com).\n');
  });
});

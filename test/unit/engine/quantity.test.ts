import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exceeds, parseQuantity, wholeBytes } from '../../../src/engine/quantity.ts';

const ONE = 1_000_000_000n;

describe('a quantity', () => {
  const allowed: readonly (readonly [string, bigint])[] = [
    ['0', 0n],
    ['1', ONE],
    ['+1', ONE],
    ['-1', -ONE],
    ['1024', 1024n * ONE],
    ['1Ki', 1024n * ONE],
    ['10Mi', 10n * 1024n ** 2n * ONE],
    ['10Gi', 10n * 1024n ** 3n * ONE],
    ['1Ti', 1024n ** 4n * ONE],
    ['1Pi', 1024n ** 5n * ONE],
    ['8Ei', 8n * 1024n ** 6n * ONE],
    ['1k', 1_000n * ONE],
    ['500M', 500_000_000n * ONE],
    ['1G', 10n ** 9n * ONE],
    ['1T', 10n ** 12n * ONE],
    ['1P', 10n ** 15n * ONE],
    ['1E', 10n ** 18n * ONE],
    ['1e3', 1_000n * ONE],
    ['1E3', 1_000n * ONE],
    ['1E+3', 1_000n * ONE],
    ['1000e-3', ONE],
    ['12.5e1', 125n * ONE],
    ['0.5Gi', 512n * 1024n ** 2n * ONE],
    ['.5', ONE / 2n],
    ['1.', ONE],
    ['100m', ONE / 10n],
    ['1u', 1_000n],
    ['1n', 1n],
    ['0.1n', 1n],
    ['0.0000000011', 2n],
    ['-0.1n', -1n],
    ['9007199254740993', 9_007_199_254_740_993n * ONE],
  ];
  for (const [text, billionths] of allowed) {
    it(`${text} is ${billionths} billionths`, () => assert.equal(parseQuantity(text), billionths));
  }

  for (const text of [
    '',
    ' ',
    'Gi',
    '.',
    '1 Gi',
    '1gi',
    '1K',
    '1KI',
    '1Gib',
    '1e',
    '1e3Gi',
    '1,5',
    '0x10',
    'ten',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseQuantity(text), {
        name: 'RangeError',
        message: `${JSON.stringify(text)} is not a quantity (write it like 10Gi or 500M)`,
      });
    });
  }

  it('is exceeded by more, not by as much', () => {
    assert.equal(exceeds(1024, parseQuantity('1Ki')), false);
    assert.equal(exceeds(1025, parseQuantity('1Ki')), true);
    assert.equal(exceeds(1000, parseQuantity('1Ki')), false);
    assert.equal(exceeds(1, parseQuantity('1500m')), false);
    assert.equal(exceeds(2, parseQuantity('1500m')), true);
    assert.equal(exceeds(0, parseQuantity('0')), false);
    assert.equal(exceeds(1, parseQuantity('0')), true);
  });

  it('is compared exactly beyond the integers that a number holds', () => {
    assert.equal(exceeds(2 ** 53, parseQuantity('9007199254740993')), false);
    assert.equal(exceeds(2 ** 53 + 2, parseQuantity('9007199254740993')), true);
    assert.equal(exceeds(2 ** 60, parseQuantity('1Ei')), false);
  });

  it('is shown in whole bytes, rounded up', () => {
    assert.equal(wholeBytes(parseQuantity('1Ki')), 1024);
    assert.equal(wholeBytes(parseQuantity('100m')), 1);
    assert.equal(wholeBytes(parseQuantity('0')), 0);
  });
});

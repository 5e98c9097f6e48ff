import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDuration, InvalidDurationError, parseDuration } from '../../../src/engine/duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a duration', () => {
  const allowed: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['0s', 0],
    ['-0s', 0],
    ['60m', HOUR],
    ['96h', 96 * HOUR],
    ['1h30m', 90 * MINUTE],
    ['1h0m0s', HOUR],
    ['30m1h', 90 * MINUTE],
    ['1m1m', 2 * MINUTE],
    ['1.5h', 90 * MINUTE],
    ['.5h', 30 * MINUTE],
    ['1.h', HOUR],
    ['0.001s', 1],
    ['1h2m3.5s', HOUR + 2 * MINUTE + 3.5 * SECOND],
    ['250ms', 250],
    ['1500us', 1.5],
    ['1500µs', 1.5],
    ['1500μs', 1.5],
    ['1000000ns', 1],
    ['+5s', 5 * SECOND],
    ['-5s', -5 * SECOND],
    ['-1h30m', -90 * MINUTE],
    ['2562047h', 2_562_047 * HOUR],
  ];
  for (const [text, milliseconds] of allowed) {
    it(`${text} is ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds));
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['-', /empty/],
    ['+', /empty/],
    ['3', /unit is missing/],
    ['60', /unit is missing/],
    ['1h30', /unit is missing/],
    ['1.5.5h', /unit is missing/],
    ['h', /number is expected/],
    ['.', /number is expected/],
    ['.s', /number is expected/],
    ['--5s', /number is expected/],
    [' 5s', /number is expected/],
    ['5s ', /unknown unit "s "/],
    ['1h 30m', /unknown unit "h "/],
    ['3d', /unknown unit "d"/],
    ['1H', /unknown unit "H"/],
    ['1h-30m', /unknown unit "h-"/],
    ['1e3s', /unknown unit "e"/],
    ['forever', /number is expected/],
    ['00', /unit is missing/],
    ['3000000h', /too long/],
  ];
  for (const [text, why] of refused) {
    it(`${JSON.stringify(text)} is refused with the text and the reason`, () => {
      assert.throws(
        () => parseDuration(text),
        (error) => {
          assert.ok(error instanceof InvalidDurationError);
          assert.match(error.message, why);
          assert.ok(error.message.includes(`invalid duration ${JSON.stringify(text)}`));
          return true;
        },
      );
    });
  }

  it('is written as Go writes it', () => {
    const written: readonly (readonly [number, string])[] = [
      [0, '0s'],
      [HOUR, '1h0m0s'],
      [90 * MINUTE, '1h30m0s'],
      [96 * HOUR, '96h0m0s'],
      [90 * SECOND, '1m30s'],
      [1500, '1.5s'],
      [5, '5ms'],
      [-5 * SECOND, '-5s'],
      [-90 * MINUTE, '-1h30m0s'],
    ];
    for (const [milliseconds, text] of written) assert.equal(formatDuration(milliseconds), text);
  });
});

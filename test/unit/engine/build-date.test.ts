import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasBuildDate } from '../../../src/engine/explain.ts';

const DATED = [
  'v2.1-may-2016',
  '20240131',
  '2024-01-31',
  '2024.01.31',
  '2024_01_31',
  'build-20240131',
  'build-20240131-1205',
  '202401311205',
  '20240131120500',
  '1.0.20231105',
  'v20231105',
  '2024-01',
  'nightly-2024-12-01-rc1',
  'Jan2024',
  'release-DEC-2023',
  'september-2023',
  'may-31-2016',
  '31-may-2016',
];

const NOT_DATED = [
  'latest',
  'v2.1',
  '4.13',
  '1.20',
  '20.04',
  '2024',
  'ltsc2022',
  '1.2024.3',
  'sha-abc1234',
  'v1.0.0-rc.1',
  '8u202',
  '17-jdk',
  '2024-13-01',
  '120240131',
  '20231',
  'may',
  'mayor',
  '1999999999999999',
];

/** A month only counts as a word of its own. */
const WORDS_AROUND_A_MONTH = ['primary-2020', 'summary2024', 'market-2024', 'decoder-2019'];

describe('a tag', () => {
  for (const tag of DATED) it(`${tag} has a build date`, () => assert.equal(hasBuildDate(tag), true));
  for (const tag of [...NOT_DATED, ...WORDS_AROUND_A_MONTH]) {
    it(`${tag} has none`, () => assert.equal(hasBuildDate(tag), false));
  }
});

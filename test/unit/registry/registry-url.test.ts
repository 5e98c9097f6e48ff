import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  InvalidRegistryUrlError,
  parseRegistryUrl,
  type RegistryUrl,
} from '../../../src/registry/address/registry-url.ts';

const url = (scheme: RegistryUrl['scheme'], hostname: string, port: number | null): RegistryUrl => ({
  scheme,
  hostname,
  port,
});

const VALID: readonly (readonly [string, RegistryUrl])[] = [
  [':5000', url(null, '', 5000)],
  ['https://:80/', url('https', '', 80)],
  ['[fd12:3456:789a:1::1]:80/', url(null, 'fd12:3456:789a:1::1', 80)],
  ['registry.org/', url(null, 'registry.org', null)],
  ['localhost:80', url(null, 'localhost', 80)],
  ['HTTP://Registry.org', url('http', 'Registry.org', null)],
  ['172.30.30.30:5000', url(null, '172.30.30.30', 5000)],
];
const INVALID = [
  'ftp://registry.org',
  'httpss://registry.org',
  'http://registry.org/path',
  '/registry.org',
  'https:///',
  'http://registry.org?parm=arg',
  '[fd12:3456:789a:1::1',
  'bad url',
  '',
  'https://',
  'registry.org:0',
  'registry.org:70000',
  'registry.org#x',
  'user:secret@registry.org',
  '[not-ipv6]:80',
];

describe('a registry address', () => {
  for (const [text, expected] of VALID) {
    it(`${text} is valid`, () => assert.deepEqual(parseRegistryUrl(text), expected));
  }
  for (const text of INVALID) {
    it(`${JSON.stringify(text)} is not`, () =>
      assert.throws(() => parseRegistryUrl(text), InvalidRegistryUrlError));
  }

  it('doesn’t repeat a password that was written into it', () => {
    for (const text of ['user:secret@registry.org', 'https://user:secret@registry.org:5000/v2']) {
      assert.throws(
        () => parseRegistryUrl(text),
        (error: Error) => !error.message.includes('secret') && error.message.includes('registry.org'),
      );
    }
  });
});

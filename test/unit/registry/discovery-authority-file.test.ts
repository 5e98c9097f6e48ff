import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  AuthorityFileError,
  readAuthorityFile,
} from '../../../src/registry/authorities/read-authority-file.ts';
import { type Authority, createAuthority } from '../../pki.ts';

describe('a file that is given as certificate authority', () => {
  let folder: string;
  let one: Authority;
  let other: Authority;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authority-file-'));
    [one, other] = await Promise.all([createAuthority('one'), createAuthority('other')]);
  });
  after(() => rm(folder, { recursive: true }));

  async function file(content: string | Buffer): Promise<string> {
    const path = join(folder, 'registry-ca.crt');
    await writeFile(path, content);
    return path;
  }

  it('gives its certificates, and nothing else of what it holds', async () => {
    const damaged = one.certificate.replace(/\n.{20}/, '\n!');
    const path = await file(`# comment\n${one.certificate}${one.key}${damaged}${other.certificate}`);
    const pem = await readAuthorityFile(path);
    const expected = [one, other]
      .map(({ certificate }) => new X509Certificate(certificate).toString())
      .join('');
    assert.equal(pem, expected);
  });

  const REFUSED: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    [
      'is missing',
      async () => join(folder, 'missing.crt'),
      /can’t be read: there is no such file \(ENOENT\)/,
    ],
    [
      'is a folder',
      async () => {
        const path = join(folder, 'certificates');
        await mkdir(path);
        return path;
      },
      /it is a folder \(EISDIR\)/,
    ],
    ['is empty', () => file(''), /it is empty/],
    ['holds only text', () => file('hello'), /holds no certificate in PEM form\. Give the file/],
    ['holds only a key', () => file(one.key), /but a private key/],
    ['is damaged', () => file(one.certificate.replace(/\n.{20}/, '\n!')), /damaged/],
    [
      'is DER',
      () => file(new X509Certificate(one.certificate).raw),
      /openssl x509 -inform der -in \S+registry-ca\.crt/,
    ],
  ];
  for (const [what, path, words] of REFUSED) {
    it(`is refused where it ${what}`, async () => {
      const given = await path();
      await assert.rejects(readAuthorityFile(given), (error: unknown) => {
        assert.ok(error instanceof AuthorityFileError);
        assert.match(error.message, words);
        assert.ok(error.message.startsWith(`the certificate authority ${given} `));
        assert.ok(!error.message.includes('MI'));
        return true;
      });
    });
  }
});

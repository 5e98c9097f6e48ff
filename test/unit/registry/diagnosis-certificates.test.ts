import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { goQuoted } from '../../../src/registry/client/go-quoted.ts';
import { nameMismatchWords, namesIn } from '../../../src/registry/client/name-mismatch.ts';
import { communicationError } from '../../../src/registry/client/reference-message.ts';
import { servedCertificateOf } from '../../../src/registry/diagnosis/probe/served-certificate.ts';
import { signatureAlgorithm } from '../../../src/registry/diagnosis/probe/signature-algorithm.ts';
import { createAuthority } from '../../pki.ts';
import { opensslCertificate } from '../../registry/diagnosis-servers.ts';

const hosts = ['registry.example.com', '192.0.2.7'];

describe('a served certificate', () => {
  const KINDS: readonly (readonly [string, readonly string[], string, string, string, number | null])[] = [
    ['RSA', ['rsa:2048'], '-sha256', 'sha256WithRSAEncryption', 'rsa', 2048],
    ['RSA with SHA-1', ['rsa:1024'], '-sha1', 'sha1WithRSAEncryption', 'rsa', 1024],
    ['RSA with SHA-512', ['rsa:2048'], '-sha512', 'sha512WithRSAEncryption', 'rsa', 2048],
    ['a curve', ['ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'], '-sha384', 'ecdsa-with-SHA384', 'ec', 384],
  ];
  for (const [what, key, digest, signature, type, bits] of KINDS) {
    it(`by ${what}`, async () => {
      const { certificate } = await opensslCertificate({ key, digest, hosts });
      const described = servedCertificateOf(new X509Certificate(certificate));
      assert.deepEqual(
        [described.signature, described.keyType, described.keyBits, described.names],
        [signature, type, bits, hosts],
      );
      assert.equal(described.selfSigned, true);
      assert.equal(described.authority, false);
    });
  }

  it('is signed by itself only where its own key did it', async () => {
    const authority = await createAuthority('registry');
    const impostor = await authority.issue({ commonName: 'registry', hosts });
    const described = servedCertificateOf(new X509Certificate(impostor.certificate));
    assert.equal(described.subject, described.issuer);
    assert.equal(described.selfSigned, false);
    assert.equal(servedCertificateOf(new X509Certificate(authority.certificate)).selfSigned, true);
  });

  it('is harmless, whatever is written into it', async () => {
    const authority = await createAuthority('evil\x1b[31m\u202egood');
    const { subject } = servedCertificateOf(new X509Certificate(authority.certificate));
    assert.match(subject, /^CN=evil/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested.
    assert.doesNotMatch(subject, /[\u0000-\u001f\u202e]/);
  });

  it('has no algorithm where it is no certificate', () => {
    for (const bytes of [
      [],
      [0x30],
      [0x30, 0x80],
      [0x30, 0x82, 0xff, 0xff],
      [0x30, 0x03, 0x02, 0x01, 0x00],
    ]) {
      assert.equal(signatureAlgorithm(Uint8Array.from(bytes)), '');
    }
  });
});

describe('Go’s words', () => {
  it('quote bytes', () => {
    assert.equal(goQuoted('\x15\x03\x01\x00\x02\x02'), '"\\x15\\x03\\x01\\x00\\x02\\x02"');
    assert.equal(goQuoted('a"b\\c\td\r\n\x7f\xe9'), '"a\\"b\\\\c\\td\\r\\n\\x7f\\xe9"');
  });

  it('name what a certificate is for: names to a name, addresses to an address', () => {
    const names = namesIn(
      'DNS:a.example.com, DNS:*.b.example.com, IP Address:192.0.2.1, IP Address:0:0:0:0:0:0:0:1',
    );
    assert.deepEqual(names, { dns: ['a.example.com', '*.b.example.com'], ip: ['192.0.2.1', '::1'] });
    assert.equal(
      nameMismatchWords('c.example.com', names),
      'x509: certificate is valid for a.example.com, *.b.example.com, not c.example.com',
    );
    assert.equal(
      nameMismatchWords('192.0.2.9', names),
      'x509: certificate is valid for 192.0.2.1, ::1, not 192.0.2.9',
    );
    assert.equal(
      nameMismatchWords('192.0.2.9', { dns: ['a'], ip: [] }),
      "x509: cannot validate certificate for 192.0.2.9 because it doesn't contain any IP SANs",
    );
    assert.equal(
      nameMismatchWords('c.example.com', { dns: [], ip: ['192.0.2.1'] }),
      'x509: certificate is not valid for any names, but wanted to match c.example.com',
    );
  });

  it('aren’t taken in by a name that pretends to be several', () => {
    assert.deepEqual(namesIn('DNS:"a.example.com, DNS:b.example.com", DNS:c.example.com').dns, [
      'a.example.com, DNS:b.example.com',
      'c.example.com',
    ]);
  });

  it('put several in brackets, each once', () => {
    assert.equal(communicationError(['a']), 'error communicating with registry: a');
    assert.equal(communicationError(['a', 'b', 'a']), 'error communicating with registry: [a, b]');
  });
});

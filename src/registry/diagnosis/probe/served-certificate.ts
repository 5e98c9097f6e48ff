import type { KeyObject, X509Certificate } from 'node:crypto';
import { subjectOf } from '../../authorities/certificates.ts';
import { namesIn } from '../../client/name-mismatch.ts';
import { plainText } from '../plain-text.ts';
import type { ServedCertificate } from '../registry-diagnosis.ts';
import { rfc3339 } from '../rfc3339.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';

/** More names than anybody reads. */
const MOST_NAMES = 100;

/** Sizes of the curves that certificates have, in bits. */
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  prime192v1: 192,
};

/** A certificate in plain values. What the server wrote into it is made harmless, and cut where it is endless. */
export function servedCertificateOf(certificate: X509Certificate): ServedCertificate {
  const { dns, ip } = namesIn(certificate.subjectAltName ?? '');
  const key = keyOf(certificate);
  return {
    subject: plainText(subjectOf(certificate)),
    issuer: plainText(certificate.issuer.replaceAll('\n', ', ')),
    names: [...dns, ...ip].slice(0, MOST_NAMES).map((name) => plainText(name)),
    notBefore: instant(certificate.validFrom),
    notAfter: instant(certificate.validTo),
    keyType: key?.asymmetricKeyType ?? 'unknown',
    keyBits: key ? bitsOf(key) : null,
    signature: signatureAlgorithm(certificate.raw),
    fingerprint: certificate.fingerprint256,
    selfSigned: certificate.subject === certificate.issuer && verifiesItself(certificate, key),
    authority: certificate.ca,
    namesIssuerUrl: (certificate.infoAccess ?? '').includes('CA Issuers'),
  };
}

/** A key that OpenSSL can't read throws. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

function bitsOf({ asymmetricKeyDetails: details }: KeyObject): number | null {
  if (details?.modulusLength !== undefined) return details.modulusLength;
  return CURVE_BITS[details?.namedCurve ?? ''] ?? null;
}

function verifiesItself(certificate: X509Certificate, key: KeyObject | undefined): boolean {
  try {
    return key !== undefined && certificate.verify(key);
  } catch {
    return false;
  }
}

/** OpenSSL’s `Nov 24 04:41:26 2026 GMT` as RFC 3339, to the second as certificates have it. */
function instant(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? plainText(text) : rfc3339(time);
}

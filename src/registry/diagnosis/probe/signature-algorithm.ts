/** Algorithms that certificates are signed with, by object identifier (RFC 3279, 4055, 5758, 8410). */
const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;

/**
 * What a certificate is signed with. Node tells it only since 24.9, and an editor’s Node may be older.
 * @param der the certificate: a sequence of what is signed, the algorithm, and the signature (RFC 5280, 4.1)
 * @returns a name such as `ecdsa-with-SHA256`, or the bare number of an algorithm without a name here; empty where the
 * bytes are no certificate
 */
export function signatureAlgorithm(der: Uint8Array): string {
  const certificate = elementAt(der, 0);
  const signed = certificate && elementAt(der, certificate.start);
  const algorithm = signed && elementAt(der, signed.end);
  const identifier = algorithm?.tag === SEQUENCE ? elementAt(der, algorithm.start) : undefined;
  if (identifier?.tag !== OBJECT_IDENTIFIER) return '';
  const number = dotted(der.subarray(identifier.start, identifier.end));
  return NAMES[number] ?? number;
}

interface Element {
  tag: number;
  /** Where its content is. */
  start: number;
  end: number;
}

function elementAt(der: Uint8Array, at: number): Element | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = first < 0x80 ? first : 0;
  for (const byte of der.subarray(at + 2, at + 2 + lengthBytes)) length = length * 256 + byte;
  const start = at + 2 + lengthBytes;
  const end = start + length;
  return lengthBytes > 4 || end > der.length ? undefined : { tag, start, end };
}

/** The first byte holds two numbers; the others seven bits each, the last of a number without the top bit. */
function dotted(content: Uint8Array): string {
  const [first = 0, ...rest] = content;
  const numbers = [Math.min(2, Math.floor(first / 40)), first < 80 ? first % 40 : first - 80];
  let value = 0;
  for (const byte of rest) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  return numbers.join('.');
}

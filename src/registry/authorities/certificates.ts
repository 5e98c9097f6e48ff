import { X509Certificate } from 'node:crypto';

/** The certificates in a PEM text. What can’t be parsed is passed over, as Go’s `AppendCertsFromPEM` does. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

/** Certificates as one PEM text, and nothing else that the file they came from held. */
export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}

/** Whom a certificate is about, on one line: `O=acme, CN=registry`. */
export function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ');
}

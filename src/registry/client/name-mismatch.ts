import { isIP } from 'node:net';

/** What a certificate says of whose it is. */
export interface CertificateNames {
  dns: readonly string[];
  ip: readonly string[];
}

/**
 * The words of Go’s `x509.HostnameError` for a certificate that names others: for an IP address its IP addresses count,
 * for a name its names.
 */
export function nameMismatchWords(host: string, { dns, ip }: CertificateNames): string {
  if (isIP(host) !== 0 && ip.length === 0) {
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  }
  const valid = isIP(host) === 0 ? dns : ip;
  return valid.length === 0
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${valid.join(', ')}, not ${host}`;
}

/** The names in Node’s text of a certificate’s alternative names, `DNS:a, IP Address:192.0.2.1`. */
export function namesIn(alternativeNames: string): CertificateNames {
  const named = (kind: string) =>
    [...alternativeNames.matchAll(new RegExp(`(?:^|, )${kind}:("(?:[^"\\\\]|\\\\.)*"|[^,]*)`, 'g'))].map(
      ([, name = '']) => unquoted(name),
    );
  return { dns: named('DNS'), ip: named('IP Address').map(shortAddress) };
}

/** OpenSSL writes every group of an IPv6 address, Go leaves zeros out. */
function shortAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Node writes a name with a comma or a quote in it as JSON, since such a name could pretend to be several. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  try {
    return String(JSON.parse(name));
  } catch {
    return name;
  }
}

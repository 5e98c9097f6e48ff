import type { TextRule } from './text-rule.ts';

/** What others say of their own connections; before all else, because the words are the same. */
export const OTHERS_RULES: readonly TextRule[] = [
  {
    // The log of a server: its client says why it went away.
    code: 'unknownAuthority',
    pattern: /http: TLS handshake error from [^\s]{1,100}: remote error: tls: unknown certificate authority/g,
  },
  // Health checks and port scans; a “bad certificate” may be anything.
  { code: null, pattern: /http: TLS handshake error from (?:(?!http: TLS handshake).){0,600}/g },
  // The engine on this machine, not a registry.
  { code: null, pattern: /\bdial unix [^\s]{1,300}: .{0,300}/g },
];

/** The best that a server can do, which Go writes in hexadecimal, is less than Go accepts (since 1.18). */
function tooOld(hexadecimal: string, version: string): TextRule {
  const pattern = new RegExp(`tls: server selected unsupported protocol version ${hexadecimal}\\b`, 'g');
  return { code: 'tlsVersion', pattern, facts: { version, least: 'TLSv1.2', old: 'version' } };
}

/** What goes wrong in or before the TLS handshake, and when HTTP is spoken to TLS or the other way round. */
export const HANDSHAKE_RULES: readonly TextRule[] = [
  {
    code: 'httpResponseToHttps',
    // 20527 is “P/” of HTTP/1.1, read as a length by Go before 1.6.
    pattern:
      /http: server gave HTTP response to HTTPS client|tls: oversized record received with length 20527/g,
  },
  {
    code: 'httpResponseToHttps',
    pattern:
      /SSL routines:\w{0,60}:(?:wrong version number|unknown protocol|packet length too long)|\[SSL: WRONG_VERSION_NUMBER\]|\bERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)\b/g,
  },
  {
    code: 'malformedHttpResponse',
    // A TLS alert (\x15) or handshake (\x16), then the version’s 3.
    pattern: /malformed HTTP (?:response|status code|version) "(?<answer>\\x1[56]\\x03[^"]{0,200})"?/g,
  },
  {
    code: 'malformedHttpResponse',
    pattern:
      /Client sent an HTTP request to an HTTPS server|The plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port/g,
  },
  {
    code: 'wrongService',
    pattern: /malformed HTTP (?:response|status code|version) "(?<answer>[^"]{0,200})"?/g,
  },
  { code: 'wrongService', pattern: /tls: first record does not look like a TLS handshake/g },
  { code: 'wrongService', pattern: /(?:remote error: tls: |alert )unrecognized name/g },
  {
    // It wants a client’s certificate, or another one; a registry never does.
    code: 'wrongService',
    pattern:
      /remote error: tls: (?:bad certificate|certificate required|expired certificate|unknown certificate(?: authority)?)|\balert (?:bad certificate|certificate required|unknown ca)\b|\bERR_SSL_\w{0,20}_ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA)\b|No required SSL certificate was sent/g,
    facts: { asks: 'certificate' },
  },
  tooOld('300', 'SSLv3'),
  tooOld('301', 'TLSv1'),
  tooOld('302', 'TLSv1.1'),
  { code: 'tlsVersion', pattern: /tls: server selected unsupported protocol version \w{1,4}/g },
  {
    code: 'tlsVersion',
    pattern:
      /remote error: tls: (?<alert>handshake failure|protocol version not supported|insufficient security level)/g,
  },
  {
    code: 'tlsVersion',
    pattern:
      /tls: (?:no supported versions satisfy MinVersion and MaxVersion|server chose an unconfigured cipher suite|unsupported SSLv2 handshake received|no cipher suite supported by both client and server)/g,
  },
  {
    code: 'tlsVersion',
    pattern:
      /\balert (?<alert>handshake failure|protocol version|insufficient security)|SSL routines:\w{0,60}:(?:unsupported protocol|no protocols available|no shared cipher|dh key too small|unsafe legacy renegotiation disabled|legacy sigalg disallowed or unsupported)/g,
  },
  {
    code: 'tlsVersion',
    pattern:
      /\bERR_SSL_(?:\w{1,20}\/?\w{0,20}_ALERT_(?:HANDSHAKE_FAILURE|PROTOCOL_VERSION|INSUFFICIENT_SECURITY)|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|NO_SHARED_CIPHER|DH_KEY_TOO_SMALL|UNSAFE_LEGACY_RENEGOTIATION_DISABLED|TLSV1_ALERT_PROTOCOL_VERSION)\b/g,
  },
];

import type { TextRule } from './text-rule.ts';

/** What curl, openssl, Python and Node put in front of OpenSSL’s words; prose seldom does. */
const SAID =
  '(?:SSL certificate problem: |verify error:num=\\d{1,3}:|verify return code: \\d{1,3} \\(|certificate verify failed: |(?:error|reason|cause|failed): )';

function openssl(words: string): RegExp {
  return new RegExp(`${SAID}(?:${words})`, 'gi');
}

/** The words of Go’s crypto/x509 in their several versions, of OpenSSL, Node, macOS, Java, wget. The order matters. */
export const CERTIFICATE_RULES: readonly TextRule[] = [
  {
    code: 'weakCertificate',
    pattern:
      /x509: (?:certificate signed by unknown authority \(possibly because of "x509: )?cannot verify signature: insecure algorithm (?<algorithm>[\w-]{1,60})(?: \(temporarily override with [^)]{0,60}\))?(?:" while trying to verify candidate authority certificate "(?<candidate>[^"]{0,300})"\))?/g,
  },
  { code: 'weakCertificate', pattern: /crypto\/rsa: (?<bits>\d{1,5})-bit keys are insecure/g },
  {
    code: 'weakCertificate',
    pattern:
      /\b(?:EE certificate key too weak|CA certificate key too weak|CA signature digest algorithm too weak|ee[ _]key[ _]too[ _]small|ca[ _]key[ _]too[ _]small|ca[ _]md[ _]too[ _]weak)\b/gi,
  },
  {
    code: 'weakCertificate',
    pattern: /x509: "(?<subject>[^"]{1,300})" certificate is not standards compliant/g,
  },
  {
    code: 'clockSkew',
    // No OpenShift 3 or later is older than 2015: a clock that says so was never set.
    pattern:
      /(?:certificate has expired or is not yet valid: )?current time (?<now>(?:19\d\d|200\d|201[0-4])-[\dTZ:+.-]{4,40}) is before (?<notBefore>\d[\dTZ:+.-]{4,40})/g,
    facts: { whose: 'machine' },
  },
  {
    code: 'notYetValid',
    pattern:
      /(?:certificate has expired or is not yet valid: )?current time (?<now>\d[\dTZ:+.-]{4,40}) is before (?<notBefore>\d[\dTZ:+.-]{4,40})/g,
  },
  {
    code: 'expired',
    pattern:
      /(?:certificate has expired or is not yet valid: )?current time (?<now>\d[\dTZ:+.-]{4,40}) is after (?<notAfter>\d[\dTZ:+.-]{4,40})/g,
  },
  {
    // Go before 1.15 doesn’t say which; an old certificate is by far the likelier, the way out the same.
    code: 'expired',
    pattern: /x509: certificate has expired or is not yet valid(?!: current time)/g,
    facts: { orNotYetValid: 'true' },
  },
  { code: 'expired', pattern: /x509: certificate has expired(?! or )/g },
  { code: 'expired', pattern: /x509: "(?<subject>[^"]{1,300})" certificate is expired/g },
  { code: 'expired', pattern: openssl('certificate has expired') },
  { code: 'expired', pattern: /\bCERT_HAS_EXPIRED\b|\bSEC_E_CERT_EXPIRED\b|Issued certificate has expired/g },
  { code: 'notYetValid', pattern: openssl('certificate is not yet valid') },
  {
    code: 'notYetValid',
    pattern: /x509: certificate is not yet valid|\bCERT_NOT_YET_VALID\b|Issued certificate not yet valid/g,
  },
  {
    code: 'nameMismatch',
    pattern:
      /x509: certificate is valid for (?<count>\d{1,6}) (?:names|IP SANs), but none matched (?<wanted>[^\s,"'\])]{1,260})/g,
  },
  {
    code: 'nameMismatch',
    pattern: /x509: certificate is valid for (?<names>.{1,2000}?), not (?<wanted>[^\s,"'\])]{1,260})/g,
  },
  {
    code: 'nameMismatch',
    pattern:
      /x509: certificate is not valid for any names(?:, but wanted to match (?<wanted>[^\s,"'\])]{1,260}))?/g,
    facts: { none: 'true' },
  },
  {
    code: 'nameMismatch',
    pattern:
      /x509: cannot validate certificate for (?<wanted>[^\s"]{1,260}) because it doesn't contain any IP SANs/g,
    facts: { none: 'true' },
  },
  {
    code: 'nameMismatch',
    pattern: /x509: certificate relies on legacy Common Name field/g,
    facts: { none: 'true' },
  },
  {
    code: 'nameMismatch',
    pattern: /x509: "(?<names>[^"]{1,300})" certificate name does not match input/g,
  },
  {
    code: 'nameMismatch',
    pattern:
      /no alternative certificate subject name matches target (?:host ?name|ipv[46] address) ['"](?<wanted>[^'"]{1,260})/gi,
  },
  {
    code: 'nameMismatch',
    pattern:
      /certificate subject name ['"(](?<names>[^'")]{1,300})['")] does not match target host ?name ['"](?<wanted>[^'"]{1,260})/gi,
  },
  {
    code: 'nameMismatch',
    pattern:
      /no certificate subject alternative name matches(?:\s{1,10}requested host name ['"](?<wanted>[^'"]{1,260}))?/g,
  },
  {
    code: 'nameMismatch',
    pattern: /(?:Hostname|IP address) mismatch, certificate is not valid for ['"](?<wanted>[^'"]{1,260})/gi,
  },
  {
    code: 'nameMismatch',
    pattern:
      /Host: (?<wanted>[^\s,"']{1,260}?)\.? is not in the cert's altnames: (?<names>(?:DNS|IP Address|URI):[^\s,"']{1,260}(?:, (?:DNS|IP Address|URI):[^\s,"']{1,260}){0,100})/g,
  },
  {
    code: 'nameMismatch',
    pattern:
      /IP: (?<wanted>[\da-fA-F:.]{2,45}) is not in the cert's list: ?(?<names>[\da-fA-F:., ]{0,1000})/g,
  },
  { code: 'nameMismatch', pattern: openssl('hostname mismatch|IP address mismatch') },
  {
    code: 'nameMismatch',
    pattern: /\bERR_TLS_CERT_ALTNAME_INVALID\b|Hostname\/IP does not match certificate's altnames/g,
  },
  { code: 'selfSigned', pattern: openssl('self[- ]signed certificate(?! in certificate chain)') },
  { code: 'selfSigned', pattern: /\bDEPTH_ZERO_SELF_SIGNED_CERT\b|Self-signed certificate encountered/g },
  {
    code: 'unknownAuthority',
    pattern:
      /certificate signed by unknown authority \(possibly because of "(?<why>[^"]{1,300})" while trying to verify candidate authority certificate "(?<candidate>[^"]{0,300})"\)/g,
  },
  { code: 'unknownAuthority', pattern: /certificate signed by unknown authority/g },
  {
    code: 'unknownAuthority',
    pattern: /x509: "(?<subject>[^"]{1,300})" certificate is not trusted/g,
  },
  { code: 'unknownAuthority', pattern: /x509: failed to load system roots and no roots provided/g },
  {
    code: 'unknownAuthority',
    pattern: openssl(
      'unable to get (?:local )?issuer certificate|unable to verify the first certificate|self[- ]signed certificate in certificate chain',
    ),
  },
  {
    code: 'unknownAuthority',
    pattern:
      /\b(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|SEC_E_UNTRUSTED_ROOT)\b/g,
  },
  {
    code: 'unknownAuthority',
    pattern:
      /Unable to locally verify the issuer's authority|unable to find valid certification path to requested target|server certificate verification failed\. CAfile:/g,
  },
];

const REDACTED = '[redacted]';

/** Words that follow `token:` or `password:` in messages and are no secret. */
const MESSAGE_WORD =
  '(?!(?:unauthorized|authentication|authorization|denied|forbidden|invalid|incorrect|unexpected|unsupported|missing|no|not|is|failed|error|x509|tls|dial|http|https|get|head|post|rpc|context|read|write|EOF)\\b)';

/** Each starts where a run of its characters does and takes the run whole, so that none goes over a text twice. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, REDACTED],
  // OpenShift’s tokens.
  [/sha256~[\w-]+/g, REDACTED],
  // JSON web tokens, such as those of ServiceAccounts.
  [/(?<![\w-])eyJ[\w-]*\.[\w.-]*/g, REDACTED],
  // Headers, in whatever notation they are logged.
  [
    /((?:proxy-)?authorization[\\"']{0,4}\s{0,3}[:=]\s{0,3}[[\\"']{0,5}(?:(?:bearer|basic|digest|negotiate)\s{1,3})?)[^\s"'\\,\]]+/gi,
    `$1${REDACTED}`,
  ],
  [/((?<![\w-])(?:set-)?cookie[\\"']{0,4}\s{0,3}:\s{0,3}[[\\"']{0,5})[^"'\\\]\r\n]+/gi, `$1${REDACTED}`],
  [/(?<![\w-])((?:bearer|basic)\s{1,3})[\w.~+/=-]{16,}/gi, `$1${REDACTED}`],
  // User and password in front of a host.
  [/(:\/\/)[^\s/"'<>]*@/g, `$1${REDACTED}@`],
  // Options of commands.
  [/((?<![\w-])(?:--(?:token|password|creds|user|proxy-user)[= ]|-[up] )["']?)[^\s"']+/g, `$1${REDACTED}`],
  // Keys and values: YAML, JSON, the environment, queries of URLs.
  [
    new RegExp(
      `((?:token|passw(?:or)?d|passphrase|secret|api_?key|client-key-data|"auth)[\\\\"']{0,4}\\s{0,3}[:=]\\s{0,3}[\\\\"']{0,4})${MESSAGE_WORD}[^\\s"'\\\\,;&}]{4,}`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
];

/** A text without what has the form of a token, a password, a cookie or a private key. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, [pattern, instead]) => clean.replaceAll(pattern, instead), text);
}

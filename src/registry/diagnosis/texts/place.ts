const HOST = String.raw`(?:\[[\da-fA-F:.%]{2,60}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?)`;
const AUTHORITY = String.raw`(?:\[redacted\]@)?(?<host>${HOST})(?::(?<port>\d{1,5}))?(?![\w@])`;

/** Where a piece of text says that something went wrong. */
export interface Place {
  /** `host:port`, or a host alone where the port can’t be told; empty where none is named. */
  address: string;
  /** The address that its name stood for, `host:port`; empty where it isn’t told. */
  dialled: string;
  /** Of the URL, with its query; empty where there is none. */
  path: string;
}

const NOWHERE: Place = { address: '', dialled: '', path: '' };

const URL_WITH_PATH = new RegExp(
  String.raw`\b(?<scheme>https?|docker):\/\/${AUTHORITY}(?<path>\/[^\s"'<>]{0,500})?`,
  'gi',
);
/** What error messages lead to for more. */
const READING =
  /^(?:curl\.se|curl\.haxx\.se|(?:pkg\.)?go\.dev|golang\.org|github\.com|docs\.openshift\.com|(?:docs|access|bugzilla|issues)\.redhat\.com|kubernetes\.io|docs\.docker\.com|www\.openssl\.org|nodejs\.org|www\.w3\.org)$/i;

const DIALLED = new RegExp(String.raw`\bdial tcp ${AUTHORITY}: `);
/** Other ways to name the other side, the surest first. */
const NAMED: readonly RegExp[] = [
  String.raw`\b(?:failed to ping registry|pinging (?:container|docker) registry|for the registry URL) ${AUTHORITY}`,
  String.raw`\bThe connection to the server ${AUTHORITY} was refused`,
  String.raw`\b(?:Failed to connect to|Connected to) (?<host>${HOST})(?: \([^)]{1,60}\))? port (?<port>\d{1,5})`,
  String.raw`\b(?:Could not resolve host(?:name)?:? |unable to resolve host address )['"]?(?<host>${HOST})`,
  String.raw`\blookup (?<host>${HOST})(?: on|:)`,
  String.raw`\bgetaddrinfo [A-Z_]{4,20} ${AUTHORITY}`,
  String.raw`\b(?:read|write) tcp [^\s>]{1,80}->${AUTHORITY}`,
  String.raw`\bdial tcp ${AUTHORITY}: `,
  String.raw`\bconnect E[A-Z]{4,20} ${AUTHORITY}`,
  String.raw`\bcannot verify (?<host>${HOST})'s certificate`,
  String.raw`(?:\bin |\bimage "|\breference ")(?<host>(?=[^\s/"]{0,250}[.:])${HOST})(?::(?<port>\d{1,5}))?\/`,
].map((source) => new RegExp(source, 'i'));

/** Where commands and logs name the registry that all that follows is about. */
const SUBJECT: readonly RegExp[] = [
  String.raw`--registry-url[= ]["']?(?:(?<scheme>https?):\/\/)?${AUTHORITY}`,
  `-connect ${AUTHORITY}`,
  String.raw`\b(?:docker|podman|buildah|skopeo|nerdctl)\b[^\n]{0,100} (?:login|push|pull)\b[^\n]{0,200}? (?:docker:\/\/)?(?<host>(?=[^\s/"]{0,250}[.:])${HOST})(?::(?<port>\d{1,5}))?(?:\/|\s|$)`,
].map((source) => new RegExp(source, 'i'));
/** Lines in which a URL is what is being spoken to. */
const SPEAKING =
  /\b(?:curl|wget|Get|Head|Post|Put|Patch|Delete|GET|HEAD|POST|PUT|PATCH|DELETE)\b|\bregistry\b|--registry-url/;

/** The place that a piece of text names. */
export function placeOf(piece: string): Place {
  // Behind a proxy’s name stands the proxy’s own address.
  const own = piece.replace(/(?:proxyconnect|socks connect) tcp.{0,2000}/, '');
  const dialled = addressFrom(DIALLED.exec(own));
  for (const match of own.matchAll(URL_WITH_PATH)) {
    if (READING.test(match.groups?.host ?? '')) continue;
    return { address: addressFrom(match), dialled, path: match.groups?.path ?? '' };
  }
  for (const pattern of NAMED) {
    const address = addressFrom(pattern.exec(own));
    if (address !== '') return { address, dialled, path: '' };
  }
  return NOWHERE;
}

/** The host of an address, without the brackets of an IPv6 one. */
export function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** The one address that a text as a whole is about; empty where it names none, or several. */
export function subjectOf(lines: readonly string[]): string {
  return soleAddress(lines, subjectIn) || soleAddress(lines, spokenTo);
}

function soleAddress(lines: readonly string[], addressIn: (line: string) => string): string {
  let sole = '';
  for (const line of lines) {
    const address = addressIn(line);
    if (address === '' || address === sole) continue;
    if (sole !== '') return '';
    sole = address;
  }
  return sole;
}

function subjectIn(line: string): string {
  for (const pattern of SUBJECT) {
    const address = addressFrom(pattern.exec(line));
    if (address !== '') return address;
  }
  return '';
}

function spokenTo(line: string): string {
  return SPEAKING.test(line) || !/:\/\//.test(line) ? placeOf(line).address : '';
}

/** With the scheme’s own port where a URL states none; docker’s are left without. */
function addressFrom(match: RegExpExecArray | null): string {
  const { host = '', port, scheme = '' } = match?.groups ?? {};
  if (host === '') return '';
  const known = port ?? { https: '443', http: '80' }[scheme.toLowerCase()];
  return known === undefined ? host : `${host}:${known}`;
}

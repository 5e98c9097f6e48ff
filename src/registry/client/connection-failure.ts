import { STATUS_CODES } from 'node:http';
import { certificateProblem } from '../../cluster/session/certificate-problems.ts';
import { ProxyFailure } from '../../cluster/session/proxy-failure.ts';
import { inEnglish, type Said, said, verbatim } from '../../engine/said.ts';
import { numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { goQuoted } from './go-quoted.ts';
import { nameMismatchWords, namesIn } from './name-mismatch.ts';

/**
 * What went wrong on the way to a registry. The first five mean that nothing at the address was reached; with the others
 * something answered: `cut` in the middle of the handshake or of an answer, `silent` never to a request.
 */
export type FailureKind =
  | 'name'
  | 'refused'
  | 'timeout'
  | 'noRoute'
  | 'proxy'
  | 'unknownAuthority'
  | 'certificate'
  | 'notTls'
  | 'notHttp'
  | 'tls'
  | 'cut'
  | 'silent'
  | 'other';

export interface ConnectionFailure {
  kind: FailureKind;
  /** Such as `ECONNREFUSED`, `CERT_HAS_EXPIRED`; empty where there is none. */
  code: string;
  /** In short, with the code. */
  words: Said;
  /** As the reference command prints it after the address (REFERENCE section 6), so that it can be searched for. */
  reference: string;
  /** What a proxy answered in place of a connection; absent where none refused. */
  proxyStatus?: number;
}

const UNREACHABLE: readonly FailureKind[] = ['name', 'refused', 'timeout', 'noRoute', 'proxy'];
/** How much of an answer that isn’t HTTP is shown, in characters. */
const LONGEST_ANSWER = 32;

const KINDS: Readonly<Record<string, readonly [FailureKind, Said]>> = {
  ENOTFOUND: ['name', said('no such host')],
  ENODATA: ['name', said('no such host')],
  EAI_NONAME: ['name', said('no such host')],
  EAI_NODATA: ['name', said('no such host')],
  EAI_AGAIN: ['name', said('the name server does not answer')],
  EAI_FAIL: ['name', said('the name server failed')],
  ECONNREFUSED: ['refused', said('connect: connection refused')],
  ETIMEDOUT: ['timeout', said('i/o timeout')],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', said('i/o timeout')],
  EHOSTUNREACH: ['noRoute', said('connect: no route to host')],
  EHOSTDOWN: ['noRoute', said('connect: host is down')],
  ENETUNREACH: ['noRoute', said('connect: network is unreachable')],
  ENETDOWN: ['noRoute', said('connect: network is down')],
  EADDRNOTAVAIL: ['noRoute', said('connect: cannot assign requested address')],
  EACCES: ['noRoute', said('connect: permission denied')],
  EPERM: ['noRoute', said('connect: operation not permitted')],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'unknownAuthority',
    said('x509: certificate signed by unknown authority'),
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['unknownAuthority', said('x509: certificate signed by unknown authority')],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'unknownAuthority',
    said('x509: certificate signed by unknown authority'),
  ],
  SELF_SIGNED_CERT_IN_CHAIN: ['unknownAuthority', said('x509: certificate signed by unknown authority')],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['unknownAuthority', said('x509: certificate signed by unknown authority')],
  CERT_SIGNATURE_FAILURE: ['unknownAuthority', said('x509: certificate signed by unknown authority')],
  CERT_UNTRUSTED: ['unknownAuthority', said('x509: certificate signed by unknown authority')],
  CERT_HAS_EXPIRED: ['certificate', said('x509: certificate has expired')],
  CERT_NOT_YET_VALID: ['certificate', said('x509: certificate is not yet valid')],
  ERR_SSL_WRONG_VERSION_NUMBER: ['notTls', said('http: server gave HTTP response to HTTPS client')],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['notTls', said('http: server gave HTTP response to HTTPS client')],
  ECONNRESET: ['cut', said('the connection was cut')],
  EPIPE: ['cut', said('the connection was cut')],
  UND_ERR_SOCKET: ['cut', said('the connection was cut')],
  TLS_HANDSHAKE_TIMEOUT: ['silent', said('the TLS handshake was never answered')],
  UND_ERR_HEADERS_TIMEOUT: ['silent', said('timeout awaiting response headers')],
  UND_ERR_BODY_TIMEOUT: ['silent', said('the answer stopped half-way')],
};

/** What Go says where that is more, or other, than the words of the table. */
const REFERENCE_WORDS: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_FAIL: 'Non-recoverable failure in name resolution',
  ETIMEDOUT: 'connect: connection timed out',
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'x509: certificate has expired or is not yet valid',
  EPIPE: 'write: broken pipe',
  TLS_HANDSHAKE_TIMEOUT: 'net/http: TLS handshake timeout',
  UND_ERR_HEADERS_TIMEOUT: 'net/http: timeout awaiting response headers',
  UND_ERR_BODY_TIMEOUT:
    'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
};

/** The alerts of TLS (RFC 8446, 6.2) that OpenSSL names, in Go’s words. */
const ALERTS: Readonly<Record<string, string>> = {
  ACCESS_DENIED: 'access denied',
  BAD_CERTIFICATE: 'bad certificate',
  CERTIFICATE_EXPIRED: 'expired certificate',
  CERTIFICATE_REQUIRED: 'certificate required',
  DECODE_ERROR: 'error decoding message',
  HANDSHAKE_FAILURE: 'handshake failure',
  ILLEGAL_PARAMETER: 'illegal parameter',
  INSUFFICIENT_SECURITY: 'insufficient security level',
  INTERNAL_ERROR: 'internal error',
  NO_APPLICATION_PROTOCOL: 'no application protocol',
  PROTOCOL_VERSION: 'protocol version not supported',
  UNKNOWN_CA: 'unknown certificate authority',
  UNRECOGNIZED_NAME: 'unrecognized name',
  UNSUPPORTED_CERTIFICATE: 'unsupported certificate',
};

/**
 * What an error of a connection means. Libraries wrap errors: the innermost counts.
 * @param asked the host that was connected to, for the words where the error itself doesn’t name it
 */
export function connectionFailure(error: unknown, asked = ''): ConnectionFailure {
  const atProxy = proxyTrouble(error);
  if (atProxy) return atProxy;
  const inner = innermost(error);
  const code = textAt(inner, 'code');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      kind: 'certificate',
      code,
      words: withCode(wrongName(inner), code),
      reference: nameMismatchWords(textAt(inner, 'host') || asked, namesIn(alternativeNamesOf(inner))),
    };
  }
  const known = Object.hasOwn(KINDS, code) ? KINDS[code] : undefined;
  if (known) {
    const [kind, words] = known;
    return {
      kind,
      code,
      words: withCode(words, code),
      reference: inReferenceWords(inner, code, known, asked),
    };
  }
  const problem = certificateProblem(code);
  if (problem) return described('certificate', code, said('x509: {0}', problem.what));
  if (inner instanceof Error && inner.name === 'HTTPParserError') {
    const line = firstLine(textOf(inner, 'data'));
    const words = said('malformed HTTP response {0}', line);
    return { kind: 'notHttp', code, words, reference: `malformed HTTP response ${line}` };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    const alert = /ALERT_([A-Z_]+)$/.exec(code)?.[1] ?? /_(UNRECOGNIZED_NAME)$/.exec(code)?.[1] ?? '';
    const known = Object.hasOwn(ALERTS, alert) ? ALERTS[alert] : undefined;
    const words = said('the TLS handshake failed');
    const reference = known === undefined ? inEnglish(words) : `remote error: tls: ${known}`;
    return { kind: 'tls', code, words: withCode(words, code), reference };
  }
  const message = inner instanceof Error ? inner.message : String(inner);
  // OpenSSL has errors of verification that Node gives no name.
  if (code === 'UNSPECIFIED') return described('certificate', code, said('x509: {0}', message));
  return described('other', code, verbatim(message));
}

/** Whether nothing was reached from here: another address may do where this one doesn’t. */
export function isUnreachable(kind: FailureKind): boolean {
  return UNREACHABLE.includes(kind);
}

function described(kind: FailureKind, code: string, words: Said): ConnectionFailure {
  return { kind, code, words: withCode(words, code), reference: inEnglish(words) };
}

function innermost(error: unknown): unknown {
  // One error for each address of a name; the first stands for them.
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause instanceof Error ? innermost(error.cause) : error;
}

function withCode(words: Said, code: string): Said {
  return code === '' || inEnglish(words).includes(code) ? words : said('{0} ({1})', words, code);
}

/** Go puts in front what it was doing, and with which address. */
function inReferenceWords(
  error: unknown,
  code: string,
  [kind, ofTable]: readonly [FailureKind, Said],
  asked: string,
): string {
  const words = REFERENCE_WORDS[code] ?? inEnglish(ofTable);
  switch (kind) {
    case 'name': {
      const name = textAt(error, 'hostname') || asked;
      return name === '' ? `dial tcp: lookup: ${words}` : `dial tcp: lookup ${name}: ${words}`;
    }
    case 'refused':
    case 'timeout':
    case 'noRoute':
      return `dial tcp${addressIn(error)}: ${words}`;
    case 'cut':
      return code === 'EPIPE' ? words : textAt(error, 'syscall') === 'read' ? RESET : 'EOF';
    default:
      return words;
  }
}

const RESET = 'read: connection reset by peer';

/** ` 192.0.2.1:5000` where the error tells it. */
function addressIn(error: unknown): string {
  const address = textAt(error, 'address');
  const port = numberAt(error, 'port');
  if (address !== '' && port !== undefined) {
    return address.includes(':') ? ` [${address}]:${port}` : ` ${address}:${port}`;
  }
  // undici’s own timeout tells it in its message alone.
  const message = error instanceof Error ? error.message : '';
  const attempted = /attempted addresse?s?: ([^,)\s]+)/.exec(message)?.[1];
  return attempted === undefined ? '' : ` ${attempted}`;
}

/** The failure where it was the proxy’s. It is what Go prints for a proxy: its status, or `proxyconnect`. */
function proxyTrouble(error: unknown): ConnectionFailure | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const refusal = /^Proxy response \((\d{3})\)/.exec(each.message)?.[1];
    const status = refusal ?? /\((407)\)$/.exec(each.message)?.[1];
    if (status !== undefined) {
      const proxyStatus = Number(status);
      const reference = STATUS_CODES[proxyStatus] ?? `status ${status}`;
      const words = said('the proxy refused to connect to it: {0}', `${status} ${reference}`);
      return { kind: 'proxy', code: '', words, reference, proxyStatus };
    }
    const code = textAt(each, 'code');
    if (each instanceof ProxyFailure || code === 'UND_ERR_PRX_TLS' || code === 'UND_ERR_PRX_CONN') {
      const { words, reference, code: below } = connectionFailure(each.cause);
      return {
        kind: 'proxy',
        code: below,
        words: said('the proxy can’t be used: {0}', words),
        reference: `proxyconnect tcp: ${reference}`,
      };
    }
  }
  return undefined;
}

function alternativeNamesOf(error: unknown): string {
  return textAt(objectAt(error, 'cert'), 'subjectaltname');
}

/** Node keeps the certificate that it refused at the error. */
function wrongName(error: unknown): Said {
  const names = alternativeNamesOf(error).replaceAll(/(?:DNS|IP Address):/g, '');
  const host = textAt(error, 'host');
  if (names === '') return said('x509: certificate is not valid for any names');
  return host === ''
    ? said('x509: certificate is valid for {0}', names)
    : said('x509: certificate is valid for {0}, not {1}', names, host);
}

function textOf(error: Error, key: string): string {
  const value: unknown = Reflect.get(error, key);
  return value === undefined ? '' : String(value);
}

/** The beginning of what is no HTTP. Go reads, and shows, its first line. */
function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  return goQuoted(line.slice(0, LONGEST_ANSWER));
}

import { certificateProblem } from '../../cluster/session/certificate-problems.ts';
import { objectAt, textAt } from '../../engine/shape.ts';

/**
 * What went wrong on the way to a registry. The first four mean that nothing at the address was reached; with the others
 * something answered: `cut` in the middle of the handshake or of an answer, `silent` never to a request.
 */
export type FailureKind =
  | 'name'
  | 'refused'
  | 'timeout'
  | 'noRoute'
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
  /** In the reference command’s words where it has any (REFERENCE section 6), so that they can be searched for. */
  words: string;
}

const UNREACHABLE: readonly FailureKind[] = ['name', 'refused', 'timeout', 'noRoute'];
/** How much of an answer that isn’t HTTP is shown, in characters. */
const LONGEST_ANSWER = 32;

const KINDS: Readonly<Record<string, readonly [FailureKind, string]>> = {
  ENOTFOUND: ['name', 'no such host'],
  ENODATA: ['name', 'no such host'],
  EAI_NONAME: ['name', 'no such host'],
  EAI_NODATA: ['name', 'no such host'],
  EAI_AGAIN: ['name', 'the name server does not answer'],
  EAI_FAIL: ['name', 'the name server failed'],
  ECONNREFUSED: ['refused', 'connect: connection refused'],
  ETIMEDOUT: ['timeout', 'i/o timeout'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'i/o timeout'],
  EHOSTUNREACH: ['noRoute', 'connect: no route to host'],
  EHOSTDOWN: ['noRoute', 'connect: host is down'],
  ENETUNREACH: ['noRoute', 'connect: network is unreachable'],
  ENETDOWN: ['noRoute', 'connect: network is down'],
  EADDRNOTAVAIL: ['noRoute', 'connect: cannot assign requested address'],
  EACCES: ['noRoute', 'connect: permission denied'],
  EPERM: ['noRoute', 'connect: operation not permitted'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  SELF_SIGNED_CERT_IN_CHAIN: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  CERT_SIGNATURE_FAILURE: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  CERT_UNTRUSTED: ['unknownAuthority', 'x509: certificate signed by unknown authority'],
  CERT_HAS_EXPIRED: ['certificate', 'x509: certificate has expired'],
  CERT_NOT_YET_VALID: ['certificate', 'x509: certificate is not yet valid'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['notTls', 'http: server gave HTTP response to HTTPS client'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['notTls', 'http: server gave HTTP response to HTTPS client'],
  ECONNRESET: ['cut', 'the connection was cut'],
  EPIPE: ['cut', 'the connection was cut'],
  UND_ERR_SOCKET: ['cut', 'the connection was cut'],
  UND_ERR_HEADERS_TIMEOUT: ['silent', 'timeout awaiting response headers'],
  UND_ERR_BODY_TIMEOUT: ['silent', 'the answer stopped half-way'],
};

/** What an error of a connection means. Libraries wrap errors: the innermost counts. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const inner = innermost(error);
  const code = textAt(inner, 'code');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { kind: 'certificate', code, words: withCode(wrongName(inner), code) };
  }
  const known = Object.hasOwn(KINDS, code) ? KINDS[code] : undefined;
  if (known) return { kind: known[0], code, words: withCode(known[1], code) };
  const problem = certificateProblem(code);
  if (problem) return { kind: 'certificate', code, words: withCode(`x509: ${problem.what}`, code) };
  if (inner instanceof Error && inner.name === 'HTTPParserError') {
    return { kind: 'notHttp', code, words: `malformed HTTP response ${beginning(textOf(inner, 'data'))}` };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return { kind: 'tls', code, words: withCode('the TLS handshake failed', code) };
  }
  const message = inner instanceof Error ? inner.message : String(inner);
  return { kind: 'other', code, words: withCode(message, code) };
}

/** Whether nothing was reached from here: another address may do where this one doesn’t. */
export function isUnreachable(kind: FailureKind): boolean {
  return UNREACHABLE.includes(kind);
}

function innermost(error: unknown): unknown {
  // One error for each address of a name; the first stands for them.
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause instanceof Error ? innermost(error.cause) : error;
}

function withCode(words: string, code: string): string {
  return code === '' || words.includes(code) ? words : `${words} (${code})`;
}

/** Node keeps the certificate that it refused at the error. */
function wrongName(error: unknown): string {
  const names = textAt(objectAt(error, 'cert'), 'subjectaltname').replaceAll(/(?:DNS|IP Address):/g, '');
  const host = textAt(error, 'host');
  const asked = host === '' ? '' : `, not ${host}`;
  return names === ''
    ? 'x509: certificate is not valid for any names'
    : `x509: certificate is valid for ${names}${asked}`;
}

function textOf(error: Error, key: string): string {
  const value: unknown = Reflect.get(error, key);
  return value === undefined ? '' : String(value);
}

/** The beginning of what is no HTTP, quoted as Go does it: a TLS alert is "\x15\x03\x01\x00\x02\x02". */
function beginning(text: string): string {
  const shown = text.slice(0, LONGEST_ANSWER).replaceAll(/[^ !#-[\]-~]/g, (character) => {
    const byte = character.charCodeAt(0) & 0xff;
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${shown}"`;
}

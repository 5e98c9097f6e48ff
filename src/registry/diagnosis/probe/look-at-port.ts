import type { Socket } from 'node:net';
import { goQuoted } from '../../client/go-quoted.ts';
import type { ProtocolFact } from '../facts.ts';

/** Of what answers, in bytes. */
const LOOKED_AT = 1024;
/** Of its first line, in characters. */
const SHOWN = 80;
/** What servers of TLS say to a client that speaks plain HTTP: Go, nginx, Apache. */
const SAYS_TLS = /HTTP request to an HTTPS server|sent to HTTPS port|SSL-enabled server port/;

/**
 * What answers to plain HTTP on a connection, which it ends: for a port that doesn’t shake hands. No credential is sent.
 * @param host for the `Host` header
 */
export async function lookAtPort(
  socket: Socket,
  host: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Pick<ProtocolFact, 'speaks' | 'first'>> {
  const pieces: Buffer[] = [];
  const onAbort = () => socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    const ended = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
      socket.on('data', (piece: Buffer) => {
        pieces.push(piece);
        if (isEnough(Buffer.concat(pieces))) resolve(true);
      });
      socket.on('error', () => resolve(true)).once('close', () => resolve(true));
      socket.once('end', () => resolve(true));
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    signal?.throwIfAborted();
    const seen = Buffer.concat(pieces).subarray(0, LOOKED_AT);
    const text = seen.toString('latin1');
    if (text === '') return { speaks: ended ? 'closed' : 'silent', first: '' };
    if (text.startsWith('HTTP/')) return { speaks: SAYS_TLS.test(text) ? 'tls' : 'http', first: '' };
    const [line = ''] = text.split(/\r?\n/, 1);
    return { speaks: isTlsRecord(seen) ? 'tls' : 'other', first: goQuoted(line.slice(0, SHOWN)) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

/** The first line tells, unless HTTP refuses the request and may say why. */
function isEnough(seen: Buffer): boolean {
  if (seen.length >= LOOKED_AT) return true;
  return seen.includes(0x0a) && !/^HTTP\/1\.[01] 400/.test(seen.toString('latin1'));
}

/** An alert, or another record of TLS, in a version that there is (RFC 8446, 5.1). */
function isTlsRecord([type = 0, major = 0, minor = 0]: Uint8Array): boolean {
  return type >= 0x14 && type <= 0x17 && major === 3 && minor <= 4;
}

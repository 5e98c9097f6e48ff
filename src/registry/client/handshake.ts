import { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';

/** Of the wait for the other end’s close. */
const LONGEST_END_MS = 1000;

/** Whom a handshake trusts, and what it speaks. */
export interface HandshakeSettings {
  /** The name to verify and to ask for. */
  name: string;
  secureContext: tls.SecureContext;
  /** false: to look, not to trust. */
  verify: boolean;
  /**
   * Waits, a second at most, until the other end has closed the connection too: in TLS 1.3 a server that wants a
   * client’s certificate says so only after the handshake.
   */
  hearOut?: boolean;
  /** 10 s where absent. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface ShakenHands {
  /** Such as `TLSv1.3`. */
  version: string;
  cipher: string;
  /** Those of the served certificates that lead up from the server’s own, that one first. */
  chain: readonly X509Certificate[];
  /** Whether the first is for the name. */
  nameFits: boolean;
}

/** The other end took a connection and then said nothing. */
class SilentHandshakeError extends Error {
  readonly code = 'TLS_HANDSHAKE_TIMEOUT';
}

/**
 * Shakes hands on a connection and ends it. No request and no credential is sent.
 * @throws what broke the handshake, or the signal’s reason
 */
export async function shakeHands(socket: Socket, settings: HandshakeSettings): Promise<ShakenHands> {
  const { name, secureContext, verify, hearOut = false, timeoutMs = 10_000, signal } = settings;
  // An IP address can be verified, but not be sent as SNI (RFC 6066).
  const asked = isIP(name) === 0 ? { servername: name } : {};
  const secured = tls.connect({
    socket,
    secureContext,
    rejectUnauthorized: verify,
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate),
    ...asked,
  });
  const timer = setTimeout(() => secured.destroy(new SilentHandshakeError()), timeoutMs);
  const onAbort = () => secured.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.on('error', reject);
      secured.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    });
    signal?.throwIfAborted();
    const served = secured.getPeerCertificate(true);
    const shaken = {
      version: secured.getProtocol() ?? '',
      cipher: secured.getCipher().standardName,
      chain: chainOf(served),
      nameFits: tls.checkServerIdentity(name, served) === undefined,
    };
    if (hearOut) await ended(secured, Math.min(timeoutMs, LONGEST_END_MS));
    return shaken;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    secured.destroy();
    socket.destroy();
  }
}

/** Ends our side and waits for the other’s. @throws what it says in place of an end */
async function ended(secured: tls.TLSSocket, atMostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(resolve, atMostMs);
      secured.once('close', resolve);
      secured.once('error', (error: NodeJS.ErrnoException) => {
        // A connection that is merely cut says nothing of the handshake.
        if (error.code?.includes('ALERT')) reject(error);
        else resolve();
      });
      secured.resume().end();
    });
  } finally {
    clearTimeout(timer);
  }
}

/** A certificate that signed itself is its own issuer, without end. */
function chainOf(served: tls.DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let each: tls.DetailedPeerCertificate | undefined = served;
  while (each?.raw && !seen.has(each.fingerprint256)) {
    seen.add(each.fingerprint256);
    chain.push(new X509Certificate(each.raw));
    each = each.issuerCertificate;
  }
  return chain;
}

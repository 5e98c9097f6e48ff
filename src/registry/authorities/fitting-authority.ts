import { isIP, type LookupFunction } from 'node:net';
import tls from 'node:tls';
import type { RegistryUrl } from '../address/registry-url.ts';
import type { PublishedAuthority } from './published-authorities.ts';

export interface HandshakeOptions {
  /** How host names are resolved; the machine’s way where absent. */
  lookup?: LookupFunction;
  /** For one handshake, the connection included; 10 s where absent. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * The first of the published authorities that verifies what the registry serves, its name included; undefined where none
 * does. Only TLS handshakes: no request and no credential is sent.
 * @param serverName the name to verify, where it isn’t the address’s host (a tunnel to the service)
 * @throws the signal’s reason, where it is aborted
 */
export async function fittingAuthority(
  url: RegistryUrl,
  serverName: string | undefined,
  published: readonly PublishedAuthority[],
  options: HandshakeOptions = {},
): Promise<PublishedAuthority | undefined> {
  for (const authority of published) {
    if (await isVerifiedBy(url, serverName, authority.pem, options)) return authority;
  }
  return undefined;
}

/** Whether authorities verify what the registry serves; false also where it can’t be reached. */
export async function isVerifiedBy(
  url: RegistryUrl,
  serverName: string | undefined,
  authorities: string | readonly string[],
  { lookup, timeoutMs = 10_000, signal }: HandshakeOptions = {},
): Promise<boolean> {
  signal?.throwIfAborted();
  const host = url.hostname === '' ? 'localhost' : url.hostname;
  const name = serverName ?? host;
  const socket = tls.connect({
    host,
    port: url.port ?? 443,
    lookup,
    secureContext: tls.createSecureContext({ ca: [authorities].flat(), allowPartialTrustChain: true }),
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    // An IP address can be verified, but not be sent as SNI (RFC 6066).
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate),
  });
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const onAbort = () => socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const verified = await new Promise<boolean>((resolve) => {
      socket.once('secureConnect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.once('close', () => resolve(false));
    });
    signal?.throwIfAborted();
    return verified;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

import tls from 'node:tls';
import type { RegistryUrl } from '../address/registry-url.ts';
import { type ConnectionFailure, connectionFailure } from '../client/connection-failure.ts';
import { shakeHands } from '../client/handshake.ts';
import { openRawConnection, type RawConnectionOptions } from '../client/raw-connection.ts';
import type { PublishedAuthority } from './published-authorities.ts';

/** `timeoutMs`: for the connection, and again for the handshake. */
export type HandshakeOptions = RawConnectionOptions;

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
  options: HandshakeOptions = {},
): Promise<boolean> {
  return (await whyNotVerified(url, serverName, authorities, options)) === undefined;
}

/**
 * Why authorities don’t verify what the registry serves, its name included; undefined where they do.
 * @param authorities PEM
 * @throws the signal’s reason, where it is aborted
 */
export async function whyNotVerified(
  url: RegistryUrl,
  serverName: string | undefined,
  authorities: string | readonly string[],
  options: HandshakeOptions = {},
): Promise<ConnectionFailure | undefined> {
  const { timeoutMs, signal } = options;
  const name = serverName ?? (url.hostname || 'localhost');
  const secureContext = tls.createSecureContext({ ca: [authorities].flat(), allowPartialTrustChain: true });
  try {
    const socket = await openRawConnection(url, 'https', options);
    await shakeHands(socket, { name, secureContext, verify: true, timeoutMs, signal });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return connectionFailure(error, name);
  }
}

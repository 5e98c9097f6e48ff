import type { LookupFunction, Socket } from 'node:net';
import tls from 'node:tls';
import { openConnection } from '../../cluster/session/connection.ts';
import { loadUndici } from '../../cluster/session/undici.ts';
import { unlessAborted } from '../../cluster/session/unless-aborted.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import { DEFAULT_PORTS, hostOf } from './registry-connection.ts';
import { type Environment, registryProxy } from './registry-proxy.ts';

export interface RawConnectionOptions {
  /** How host names are resolved; the machine’s way where absent. */
  lookup?: LookupFunction;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read from it; `process.env` where absent. */
  env?: Environment;
  /** 10 s where absent. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * A connection to a registry’s port on which nothing has been said yet, made as the registry’s client makes its own:
 * through the proxy of the environment where one is set. It is the caller’s to end.
 * @param scheme what is to be spoken on it: it decides on the proxy and the port
 */
export async function openRawConnection(
  { hostname, port }: Pick<RegistryUrl, 'hostname' | 'port'>,
  scheme: 'http' | 'https',
  { lookup, env = process.env, timeoutMs = 10_000, signal }: RawConnectionOptions = {},
): Promise<Socket> {
  signal?.throwIfAborted();
  const undici = await loadUndici();
  const host = hostOf({ hostname, port: port ?? DEFAULT_PORTS[scheme] });
  const proxy = registryProxy(`${scheme}://${host}`, env);
  const trust = { secureContext: tls.createSecureContext(), rejectUnauthorized: true, lookup, signal };
  const opening = openConnection(undici, new URL(`http://${host}`), {
    tls: trust,
    proxy,
    connectTimeoutMs: timeoutMs,
  });
  // What comes too late is nobody’s.
  opening.then((late) => signal?.aborted && late.destroy()).catch(() => {});
  return unlessAborted(opening, signal);
}

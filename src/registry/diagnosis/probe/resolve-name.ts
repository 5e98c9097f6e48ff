import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { unlessAborted } from '../../../cluster/session/unless-aborted.ts';
import { connectionFailure } from '../../client/connection-failure.ts';
import type { NameFact } from '../facts.ts';

/** Resolves a host’s name as a connection does it; null for an IP address, which needs none. */
export async function resolveName(
  hostname: string,
  {
    lookup = systemLookup,
    timeoutMs,
    signal,
  }: { lookup?: LookupFunction; timeoutMs: number; signal?: AbortSignal },
): Promise<NameFact | null> {
  if (isIP(hostname) !== 0) return null;
  const began = performance.now();
  const ms = () => performance.now() - began;
  let timer: NodeJS.Timeout | undefined;
  try {
    const resolved = new Promise<string[]>((resolve, reject) => {
      timer = setTimeout(
        () => reject(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN', hostname })),
        timeoutMs,
      );
      lookup(hostname, { all: true }, (error, addresses) => {
        if (error) reject(error);
        else resolve([addresses].flat().map((one) => (typeof one === 'string' ? one : one.address)));
      });
    });
    const addresses = await unlessAborted(resolved, signal);
    return { ms: ms(), addresses, failure: null };
  } catch (error) {
    signal?.throwIfAborted();
    return { ms: ms(), addresses: [], failure: connectionFailure(error, hostname) };
  } finally {
    clearTimeout(timer);
  }
}

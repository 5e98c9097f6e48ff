import type { AddressFacts, HttpFact } from './facts.ts';

/** Whether an answer of `/v2/` is a registry’s: 200 or a challenge, and the version of its API. */
export function looksLikeRegistry({ status, apiVersion, challenge }: HttpFact): boolean {
  if (apiVersion.startsWith('registry/')) return status === 200 || status === 401;
  // Some proxies take the version away; a challenge for a registry remains.
  return status === 401 && /^(basic|bearer) /i.test(challenge);
}

/** Whether a registry answers at an address, over a connection that the transport policy allows. */
export function isRegistry({ connected, api }: AddressFacts): boolean {
  return connected !== null && api !== null && looksLikeRegistry(api);
}

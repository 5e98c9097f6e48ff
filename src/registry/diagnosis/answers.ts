import type { AddressFacts, HttpFact } from './facts.ts';

/** Every answer of HTTP that an address gave without a credential, in order. */
export function answersOf({ pings, root, healthz, api, connected }: AddressFacts): HttpFact[] {
  // Where one of the two has answered well, the other may not exist.
  const asked = connected ? [api] : [...pings, root, healthz, api];
  return asked.filter((one): one is HttpFact => one !== null && one.status !== null);
}

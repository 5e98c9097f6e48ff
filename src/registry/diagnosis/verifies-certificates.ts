import type { AddressFacts } from './facts.ts';

/** Whether certificates matter for an address: a verified connection is tried, and TLS answers. */
export function verifiesCertificates({ policy, protocol, chain }: AddressFacts): boolean {
  return policy.attempts.some(({ verified }) => verified) && protocol?.speaks === 'tls' && chain.length > 0;
}

import type { AddressFacts, Surroundings } from './facts.ts';
import type { Fix } from './finding.ts';
import { giveAuthority, useClusterAuthority } from './fixes.ts';
import type { Verification } from './registry-diagnosis.ts';

/** Who signed the last of the served certificates; empty without one. */
export function issuerOf({ chain }: AddressFacts): string {
  return chain.at(-1)?.issuer ?? '';
}

/** The authorities that verify what is served, the cluster’s own before others; undefined where none do. */
export function whoVerifies({ verifications }: AddressFacts): Verification | undefined {
  const fits = (source: Verification['source']) =>
    verifications.find((one) => one.source === source && one.verified);
  return fits('published') ?? fits('kubeconfig') ?? fits('machine');
}

/** What to give in place of the authorities that don’t verify it: what the cluster publishes, where that does. */
export function authorityFixes(facts: AddressFacts, { published }: Surroundings): Fix[] {
  const fits = whoVerifies(facts);
  const place = fits && published.find(({ name }) => name === fits.name);
  if (place) return [useClusterAuthority(place)];
  const give = giveAuthority(issuerOf(facts));
  return [fits ? { ...give, arguments: { ...give.arguments, fits: fits.source } } : give];
}

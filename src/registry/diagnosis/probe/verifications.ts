import type { RegistryUrl } from '../../address/registry-url.ts';
import { whyNotVerified } from '../../authorities/fitting-authority.ts';
import type { Verification } from '../registry-diagnosis.ts';
import type { LookOptions } from './look-at-address.ts';

/** Certificate authorities that may verify a registry. */
export interface AuthoritySource {
  source: Verification['source'];
  /** As in `Verification`. */
  name: string;
  /** PEM. */
  authorities: string | readonly string[];
  /** A prune verifies with these. */
  decides: boolean;
}

/**
 * Verifies what the server serves with each of the authorities, its name included. Only handshakes.
 * @param hostname the name to verify
 * @throws the signal’s reason
 */
export async function verificationsOf(
  url: RegistryUrl,
  hostname: string,
  sources: readonly AuthoritySource[],
  options: LookOptions,
): Promise<Verification[]> {
  return Promise.all(
    sources.map(async ({ source, name, authorities, decides }) => {
      const began = performance.now();
      const failure = await whyNotVerified(url, hostname, authorities, options);
      const ms = performance.now() - began;
      const verified = failure === undefined;
      return {
        source,
        name,
        verified,
        code: failure?.code ?? '',
        why: failure?.words ?? null,
        decides,
        ms,
      };
    }),
  );
}

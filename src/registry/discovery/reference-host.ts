import { parsePullSpec } from '../../engine/pull-spec.ts';
import { parseRegistryUrl, type RegistryUrl } from '../address/registry-url.ts';

export interface ReferenceHost {
  source: 'youngestImage' | 'streamRepository';
  url: RegistryUrl;
}

/**
 * The registry’s address by the rule of REFERENCE section 4: that of the youngest managed image, otherwise that of a
 * stream’s repository. Where streams disagree, the one that most of them name, then the first by name.
 * @param youngestManaged a pull spec, or null
 * @param repositories pull specs in any order; empty texts are passed over
 * @returns undefined where none of them names a registry
 */
export function referenceHost(
  youngestManaged: string | null,
  repositories: readonly string[],
): ReferenceHost | undefined {
  const url = youngestManaged === null ? undefined : addressOf(registryIn(youngestManaged));
  if (url) return { source: 'youngestImage', url };
  const named = new Map<string, number>();
  for (const repository of repositories) {
    const host = registryIn(repository);
    if (addressOf(host)) named.set(host, (named.get(host) ?? 0) + 1);
  }
  const [most] = [...named].sort(([a, times], [b, otherTimes]) => otherTimes - times || (a < b ? -1 : 1));
  const ofStreams = most && addressOf(most[0]);
  return ofStreams && { source: 'streamRepository', url: ofStreams };
}

/** `host[:port]`; empty where the pull spec names none or is none. */
function registryIn(pullSpec: string): string {
  try {
    return parsePullSpec(pullSpec).registry;
  } catch {
    return '';
  }
}

/** A host as an address without a scheme: what the cluster’s objects name says nothing of one. */
export function addressOf(host: string): RegistryUrl | undefined {
  try {
    return { ...parseRegistryUrl(host), scheme: null };
  } catch {
    return undefined;
  }
}

import type { ApiSession } from '../../../cluster/session/api-session.ts';
import { certificateAuthorityOf, machineAuthorities } from '../../../cluster/session/tls-trust.ts';
import type { PublishedAuthority } from '../../authorities/published-authorities.ts';
import type { AuthoritySource } from './verifications.ts';

/** Whom a prune trusts. */
export interface Trust {
  source: 'file' | 'kubeconfig' | 'machine';
  /** PEM; undefined for the authorities of this machine. */
  authority: string | undefined;
  /** PEM of the kubeconfig’s, which stand for the cluster; undefined where it has none. */
  kubeconfig: string | undefined;
}

/**
 * REFERENCE section 2: the file that was given; by default the kubeconfig’s authority.
 * @param given PEM
 * @throws KubeconfigError where the kubeconfig’s can’t be read
 */
export async function trustFor(
  session: Pick<ApiSession, 'target'>,
  given: string | undefined,
): Promise<Trust> {
  const kubeconfig = await certificateAuthorityOf(session.target.cluster);
  if (given !== undefined) return { source: 'file', authority: given, kubeconfig };
  return { source: kubeconfig === undefined ? 'machine' : 'kubeconfig', authority: kubeconfig, kubeconfig };
}

/** Everything that may verify a registry: what a prune trusts, this machine’s authorities, what the cluster publishes. */
export function authoritySources(trust: Trust, published: readonly PublishedAuthority[]): AuthoritySource[] {
  const decides = (source: Trust['source']) => source === trust.source;
  const of = (source: Trust['source'], authorities: string | readonly string[]): AuthoritySource => ({
    source,
    name: '',
    authorities,
    decides: decides(source),
  });
  return [
    ...(trust.source === 'file' && trust.authority !== undefined ? [of('file', trust.authority)] : []),
    ...(trust.kubeconfig === undefined ? [] : [of('kubeconfig', trust.kubeconfig)]),
    of('machine', machineAuthorities()),
    ...published.map((one) => ({
      source: 'published' as const,
      name: placeName(one),
      authorities: one.pem,
      decides: false,
    })),
  ];
}

/** What a published authority is called. */
export function placeName({ configMap, key, namespace }: PublishedAuthority): string {
  return `${configMap} (${key}) in ${namespace}`;
}

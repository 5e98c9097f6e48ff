import type { ApiSession } from '../../cluster/session/api-session.ts';
import { machineAuthorities } from '../../cluster/session/tls-trust.ts';
import { type Said, said, verbatim } from '../../engine/said.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import { fittingAuthority, type HandshakeOptions, isVerifiedBy } from './fitting-authority.ts';
import {
  type PublishedAuthority,
  publishedAuthorities,
  type UnreadAuthority,
} from './published-authorities.ts';

/** What a registry whose authority is unknown could be verified with. Nothing of it is trusted before the user says so. */
export interface AuthorityOffer {
  /** The published authority that verifies the registry; undefined where none does. */
  fitting: PublishedAuthority | undefined;
  /** The authorities of this machine verify it, where no published one does. */
  machineFits: boolean;
  /** The published authorities that were looked at. */
  published: readonly PublishedAuthority[];
  unread: readonly UnreadAuthority[];
}

/**
 * Looks for an authority that verifies the registry at an address.
 * @param serverName the name to verify, where it isn’t the address’s host
 * @throws the signal’s reason, where it is aborted
 */
export async function authorityOffer(
  session: Pick<ApiSession, 'json'>,
  url: RegistryUrl,
  serverName: string | undefined,
  options: HandshakeOptions = {},
): Promise<AuthorityOffer> {
  const { found, unread } = await publishedAuthorities(session, options);
  const fitting = await fittingAuthority(url, serverName, found, options);
  const machineFits =
    fitting === undefined && (await isVerifiedBy(url, serverName, machineAuthorities(), options));
  return { fitting, machineFits, published: found, unread };
}

/** The command that saves a published authority to a file, for `--certificate-authority`. */
export function saveAuthorityCommand({
  namespace,
  configMap,
  key,
}: Pick<PublishedAuthority, 'namespace' | 'configMap' | 'key'>): string {
  const path = key.replaceAll('.', '\\.');
  return `oc get configmap ${configMap} -n ${namespace} -o jsonpath='{.data.${path}}' > registry-ca.crt`;
}

/** The offer in words, line by line. */
export function offerLines({ fitting, machineFits, published, unread }: AuthorityOffer): Said[] {
  if (fitting) {
    const { name, namespace, configMap, subjects } = fitting;
    return [
      said(
        'The cluster publishes an authority that verifies it: {0} ({1}), in the ConfigMap {2} in {3}. It is not trusted unless you say so:',
        name,
        subjects.join('; '),
        configMap,
        namespace,
      ),
      verbatim(`  ${saveAuthorityCommand(fitting)}`),
      verbatim('  --certificate-authority registry-ca.crt'),
    ];
  }
  const lines = machineFits
    ? [
        said(
          'This machine’s own authorities verify it, the kubeconfig’s don’t. To trust them, give the file that holds them with --certificate-authority, such as /etc/pki/tls/certs/ca-bundle.crt or /etc/ssl/certs/ca-certificates.crt.',
        ),
      ]
    : [noneFits(published), said('Give the one that signed its certificate with --certificate-authority.')];
  return [
    ...lines,
    ...unread.map(({ name, namespace, configMap, why }) =>
      configMap === ''
        ? said('Not looked at: {0}: {1}', name, why)
        : said('Not looked at: {0}, ConfigMap {1} in {2}: {3}', name, configMap, namespace, why),
    ),
  ];
}

function noneFits(published: readonly PublishedAuthority[]): Said {
  if (published.length === 0) return said('No authority that the cluster publishes could be read.');
  const places = published.map(({ namespace, configMap, key }) => `${configMap} (${key}) in ${namespace}`);
  return said('None of the authorities that the cluster publishes verifies it: {0}.', places.join(', '));
}

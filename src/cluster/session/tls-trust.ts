import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { said } from '../../engine/said.ts';
import type { ClusterTarget, TargetCluster } from '../kubeconfig/cluster-target.ts';
import { KubeconfigError } from '../kubeconfig/kubeconfig-error.ts';
import type { Credential } from './credential.ts';
import { CredentialError } from './credential-error.ts';

/** Options of `tls.connect` that say whom to trust and who we are. */
export interface TlsOptions {
  readonly secureContext: tls.SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
  readonly checkServerIdentity?: typeof tls.checkServerIdentity;
}

/** PEM of the cluster's certificate authority, checked to hold a certificate. Throws `KubeconfigError`. */
export async function certificateAuthorityOf(cluster: TargetCluster): Promise<string | undefined> {
  const source = cluster.certificateAuthority;
  if (!source) return undefined;
  const pem = source.kind === 'data' ? source.pem : await readAuthority(source.path, cluster);
  const certificates = certificatesIn(pem);
  if (certificates.length > 0) return certificates.join('\n');
  const where = source.kind === 'data' ? 'certificate-authority-data' : source.path;
  throw new KubeconfigError(
    'invalid-cluster',
    said(
      'The certificate authority of the cluster “{0}” ({1}) holds no certificate in PEM form. Correct it, or remove it to trust the authorities of this machine.',
      cluster.name,
      where,
    ),
    { file: cluster.file },
  );
}

/**
 * Whom to trust: only the cluster's authority where there is one, otherwise the authorities of Node, of the
 * machine and of NODE_EXTRA_CA_CERTS. As in Go, any given certificate is an anchor, an intermediate too.
 * Throws `CredentialError` where the client certificate or its key can't be used.
 */
export function tlsOptionsFor(
  target: ClusterTarget,
  certificateAuthority: string | undefined,
  credential: Credential,
): TlsOptions {
  const { insecureSkipTlsVerify, tlsServerName, server } = target.cluster;
  const client = credential.clientCertificate();
  // Reading the machine's authorities takes a tenth of a second.
  const verifies = !insecureSkipTlsVerify && server.startsWith('https:');
  const trust = verifies ? { ca: certificateAuthority ?? machineAuthorities() } : {};
  let secureContext: tls.SecureContext;
  try {
    secureContext = tls.createSecureContext({
      ...trust,
      allowPartialTrustChain: true,
      cert: client?.certificate,
      key: client?.key,
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : said('not PEM');
    throw new CredentialError(
      'invalid-certificate',
      said(
        'The client certificate of the user “{0}” and its key can’t be used together ({1}). Both must be PEM, belong together, and the key must not be encrypted. Log in again, or correct them in the kubeconfig.',
        target.user.name,
        code,
      ),
      { cause },
    );
  }
  return { secureContext, rejectUnauthorized: !insecureSkipTlsVerify, ...serverName(tlsServerName) };
}

/** Node's own authorities with those that the machine's administrator has added. */
export function machineAuthorities(): string[] {
  return [...new Set([...authorities('default'), ...authorities('system'), ...authorities('extra')])];
}

function authorities(kind: 'default' | 'system' | 'extra'): string[] {
  try {
    return tls.getCACertificates(kind);
  } catch {
    // An editor's Node may lack a store that plain Node has.
    return kind === 'default' ? [...tls.rootCertificates] : [];
  }
}

/** An IP address can be verified, but not be sent as SNI (RFC 6066). */
function serverName(name: string | undefined): Pick<TlsOptions, 'servername' | 'checkServerIdentity'> {
  if (name === undefined) return {};
  if (isIP(name) === 0) return { servername: name };
  return { checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate) };
}

async function readAuthority(path: string, cluster: TargetCluster): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new KubeconfigError(
      'invalid-cluster',
      said(
        'The certificate authority {0} of the cluster “{1}” can’t be read ({2}). Correct the path in {3}.',
        path,
        cluster.name,
        String(code),
        cluster.file ?? said('the pod'),
      ),
      { file: cluster.file, cause },
    );
  }
}

/** Those that can be parsed, as Go's `AppendCertsFromPEM` does it. */
function certificatesIn(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.filter((block) => {
    try {
      return Boolean(new X509Certificate(block));
    } catch {
      return false;
    }
  });
}

import { access, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ClusterTarget } from './cluster-target.ts';

export const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The cluster that this process runs in as a pod, as its service account; `undefined` outside of one. The rule is
 * that of client-go's `rest.InClusterConfig`: KUBERNETES_SERVICE_HOST and _PORT are set and a token is mounted.
 */
export async function inClusterTarget(
  env: Readonly<Record<string, string | undefined>>,
  serviceAccountDir: string,
): Promise<ClusterTarget | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, POD_NAMESPACE: podNamespace } = env;
  const tokenFile = join(serviceAccountDir, 'token');
  if (!host || !port || !(await exists(tokenFile))) return undefined;
  const authority = join(serviceAccountDir, 'ca.crt');
  return {
    context: 'in-cluster',
    namespace: podNamespace || (await namespaceOf(serviceAccountDir)) || 'default',
    cluster: {
      name: 'in-cluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      certificateAuthority: (await exists(authority)) ? { kind: 'file', path: authority } : undefined,
      insecureSkipTlsVerify: false,
    },
    user: { name: 'service account of this pod', tokenFile },
    files: [],
  };
}

async function namespaceOf(serviceAccountDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(serviceAccountDir, 'namespace'), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

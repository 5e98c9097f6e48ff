// A kubeconfig with a context for every user of the miniature cluster.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Issued } from '../pki.ts';
import { USERS, type UserName } from './seeds/roles.ts';

/** `certificate` is an administrator with a client certificate and no token. */
export type ContextName = UserName | 'certificate';

export interface KubeconfigOptions {
  /** The current context. Default: admin. */
  context?: ContextName;
  /** The contexts' namespace; none where absent. */
  namespace?: string;
  /** In place of the cluster's own address. */
  server?: string;
  /** `insecure-skip-tls-verify: true` in place of the authority. */
  insecure?: boolean;
  /** Default: kubeconfig. */
  fileName?: string;
}

export async function writeKubeconfig(
  directory: string,
  cluster: { url: string; ca: string; clientCertificate: Issued },
  options: KubeconfigOptions = {},
): Promise<string> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const trust = options.insecure
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': base64(cluster.ca) };
  const certificate = {
    'client-certificate-data': base64(cluster.clientCertificate.certificate),
    'client-key-data': base64(cluster.clientCertificate.key),
  };
  const users = [
    ...Object.entries(USERS).map(([name, { token }]) => ({
      name,
      user: { token } as Record<string, string>,
    })),
    { name: 'certificate', user: certificate },
  ];
  const namespace = options.namespace === undefined ? {} : { namespace: options.namespace };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'miniature', cluster: { server: options.server ?? cluster.url, ...trust } }],
    users,
    contexts: users.map(({ name }) => ({
      name,
      context: { cluster: 'miniature', user: name, ...namespace },
    })),
    'current-context': options.context ?? 'admin',
  };
  const path = join(directory, options.fileName ?? 'kubeconfig');
  await mkdir(directory, { recursive: true });
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}

import type { RegistryUrl } from '../address/registry-url.ts';

/** Where OpenShift’s integrated registry lives in every cluster. */
export const REGISTRY_SERVICE = {
  namespace: 'openshift-image-registry',
  service: 'image-registry',
  port: 5000,
  /** The name in its certificate. */
  host: 'image-registry.openshift-image-registry.svc',
} as const;

const HOSTS: readonly string[] = [REGISTRY_SERVICE.host, `${REGISTRY_SERVICE.host}.cluster.local`];

/** Whether an address names that service, so that a tunnel to its pod leads to the same. */
export function isRegistryService({ hostname, port }: Pick<RegistryUrl, 'hostname' | 'port'>): boolean {
  return port === REGISTRY_SERVICE.port && HOSTS.includes(hostname.toLowerCase());
}

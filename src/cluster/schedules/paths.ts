import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';

export const BATCH = '/apis/batch/v1';

/** Where the registry's operator keeps the CronJob it makes of the ImagePruner. */
export const OPERATOR_CRON_JOB = { namespace: REGISTRY_NAMESPACE, name: 'image-pruner' } as const;

/** The path of a namespaced object of batch/v1. */
export function batchPath(resource: 'cronjobs' | 'jobs', namespace: string, name?: string): string {
  const path = `${BATCH}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

/** The path of a pod, or of its log. */
export function podPath(namespace: string, name: string, subresource?: 'log'): string {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

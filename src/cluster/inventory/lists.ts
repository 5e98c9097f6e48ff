import type { InventoryResource } from '../../engine/inventory.ts';

/** Where a list of the inventory is, and what its absence means. */
export interface ListSource {
  resource: InventoryResource;
  /** `/api/v1` or `/apis/<group>/<version>`. */
  groupPath: string;
  namespaced: boolean;
  /** The API is part of OpenShift but may be disabled: a 404 means that there are no such objects. */
  mayBeDisabled: boolean;
}

/** The API group whose absence means that this is not an OpenShift. */
export const IMAGE_API = '/apis/image.openshift.io/v1';

const source = (
  resource: InventoryResource,
  groupPath: string,
  more: Partial<ListSource> = {},
): ListSource => ({
  resource,
  groupPath,
  namespaced: true,
  mayBeDisabled: false,
  ...more,
});

/** The lists of REFERENCE section 4. The largest come first: they take longest. */
export const LISTS: readonly ListSource[] = [
  source('images', IMAGE_API, { namespaced: false }),
  source('imagestreams', IMAGE_API),
  source('pods', '/api/v1'),
  source('replicasets', '/apis/apps/v1'),
  source('builds', '/apis/build.openshift.io/v1', { mayBeDisabled: true }),
  source('replicationcontrollers', '/api/v1'),
  source('jobs', '/apis/batch/v1'),
  source('deployments', '/apis/apps/v1'),
  source('deploymentconfigs', '/apis/apps.openshift.io/v1', { mayBeDisabled: true }),
  source('buildconfigs', '/apis/build.openshift.io/v1', { mayBeDisabled: true }),
  source('daemonsets', '/apis/apps/v1'),
  source('statefulsets', '/apis/apps/v1'),
  source('cronjobs', '/apis/batch/v1'),
  source('limitranges', '/api/v1'),
];

/** The path of a list, in one namespace or in all. */
export function listPath({ groupPath, resource, namespaced }: ListSource, namespace: string | null): string {
  return namespace !== null && namespaced
    ? `${groupPath}/namespaces/${encodeURIComponent(namespace)}/${resource}`
    : `${groupPath}/${resource}`;
}

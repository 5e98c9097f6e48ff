// Where OpenShift keeps its integrated registry. The registry's operator uses these names in every cluster.

export const REGISTRY_NAMESPACE = 'openshift-image-registry';
export const REGISTRY_DEPLOYMENT = 'image-registry';

/** The deployments of the registry's namespace. */
export const DEPLOYMENTS_PATH = `/apis/apps/v1/namespaces/${REGISTRY_NAMESPACE}/deployments`;
export const REGISTRY_DEPLOYMENT_PATH = `${DEPLOYMENTS_PATH}/${REGISTRY_DEPLOYMENT}`;

/** The operator's own configuration, as `oc get` names it. */
export const REGISTRY_CONFIG = 'configs.imageregistry.operator.openshift.io/cluster';
export const REGISTRY_CONFIG_PATH = '/apis/imageregistry.operator.openshift.io/v1/configs/cluster';

// What the miniature cluster serves: the table that routing, discovery and printing read.
import type { ApiObject } from './api-object.ts';

export interface Resource {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: readonly string[];
  subresources: readonly string[];
  /** Where the objects live: `stored`, or derived from others by a handler of its own. */
  origin: 'stored' | 'derived';
  /** An update without a resourceVersion is refused (422). */
  needsVersion: boolean;
}

type Extra = Partial<Pick<Resource, 'shortNames' | 'subresources' | 'origin' | 'needsVersion' | 'singular'>>;

function resource(
  group: string,
  version: string,
  plural: string,
  kind: string,
  scope: 'namespaced' | 'cluster',
  extra: Extra = {},
): Resource {
  return {
    group,
    version,
    plural,
    kind,
    singular: kind.toLowerCase(),
    namespaced: scope === 'namespaced',
    shortNames: [],
    subresources: [],
    origin: 'stored',
    needsVersion: false,
    ...extra,
  };
}

const IMAGE = 'image.openshift.io';
const REGISTRY_OPERATOR = 'imageregistry.operator.openshift.io';
const RBAC = 'rbac.authorization.k8s.io';
const status = { subresources: ['status'] };

export const RESOURCES: readonly Resource[] = [
  resource('', 'v1', 'namespaces', 'Namespace', 'cluster', { ...status, shortNames: ['ns'] }),
  resource('', 'v1', 'nodes', 'Node', 'cluster', { ...status, shortNames: ['no'] }),
  resource('', 'v1', 'pods', 'Pod', 'namespaced', {
    subresources: ['status', 'log', 'exec', 'portforward'],
    shortNames: ['po'],
  }),
  resource('', 'v1', 'replicationcontrollers', 'ReplicationController', 'namespaced', {
    ...status,
    shortNames: ['rc'],
  }),
  resource('', 'v1', 'limitranges', 'LimitRange', 'namespaced', { shortNames: ['limits'] }),
  resource('', 'v1', 'services', 'Service', 'namespaced', { ...status, shortNames: ['svc'] }),
  resource('', 'v1', 'secrets', 'Secret', 'namespaced'),
  resource('', 'v1', 'configmaps', 'ConfigMap', 'namespaced', { shortNames: ['cm'] }),
  resource('', 'v1', 'events', 'Event', 'namespaced', { shortNames: ['ev'] }),
  resource('', 'v1', 'serviceaccounts', 'ServiceAccount', 'namespaced', {
    shortNames: ['sa'],
    subresources: ['token'],
  }),
  resource('apps', 'v1', 'daemonsets', 'DaemonSet', 'namespaced', { ...status, shortNames: ['ds'] }),
  resource('apps', 'v1', 'deployments', 'Deployment', 'namespaced', { ...status, shortNames: ['deploy'] }),
  resource('apps', 'v1', 'replicasets', 'ReplicaSet', 'namespaced', { ...status, shortNames: ['rs'] }),
  resource('apps', 'v1', 'statefulsets', 'StatefulSet', 'namespaced', { ...status, shortNames: ['sts'] }),
  resource('batch', 'v1', 'jobs', 'Job', 'namespaced', status),
  resource('batch', 'v1', 'cronjobs', 'CronJob', 'namespaced', { ...status, shortNames: ['cj'] }),
  resource('build.openshift.io', 'v1', 'buildconfigs', 'BuildConfig', 'namespaced', { shortNames: ['bc'] }),
  resource('build.openshift.io', 'v1', 'builds', 'Build', 'namespaced'),
  resource('apps.openshift.io', 'v1', 'deploymentconfigs', 'DeploymentConfig', 'namespaced', {
    ...status,
    shortNames: ['dc'],
  }),
  resource(IMAGE, 'v1', 'imagestreams', 'ImageStream', 'namespaced', {
    shortNames: ['is'],
    subresources: ['status', 'layers'],
    needsVersion: true,
  }),
  resource(IMAGE, 'v1', 'images', 'Image', 'cluster'),
  resource(IMAGE, 'v1', 'imagestreamtags', 'ImageStreamTag', 'namespaced', {
    shortNames: ['istag'],
    origin: 'derived',
  }),
  resource(IMAGE, 'v1', 'imagestreamimages', 'ImageStreamImage', 'namespaced', {
    shortNames: ['isimage'],
    origin: 'derived',
  }),
  resource('project.openshift.io', 'v1', 'projects', 'Project', 'cluster', { origin: 'derived' }),
  resource('user.openshift.io', 'v1', 'users', 'User', 'cluster'),
  resource('route.openshift.io', 'v1', 'routes', 'Route', 'namespaced', status),
  resource('config.openshift.io', 'v1', 'images', 'Image', 'cluster', status),
  resource(REGISTRY_OPERATOR, 'v1', 'configs', 'Config', 'cluster', status),
  resource(REGISTRY_OPERATOR, 'v1', 'imagepruners', 'ImagePruner', 'cluster', status),
  resource(RBAC, 'v1', 'clusterroles', 'ClusterRole', 'cluster'),
  resource(RBAC, 'v1', 'clusterrolebindings', 'ClusterRoleBinding', 'cluster'),
  resource(RBAC, 'v1', 'roles', 'Role', 'namespaced'),
  resource(RBAC, 'v1', 'rolebindings', 'RoleBinding', 'namespaced'),
];

/** The unique name of a resource, as error messages write it: `pods`, `images.image.openshift.io`. */
export function qualified(resource: Pick<Resource, 'plural' | 'group'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function apiVersionOf(resource: Pick<Resource, 'version' | 'group'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** @throws Error where the cluster has no such resource */
export function resourceNamed(plural: string, group = ''): Resource {
  const found = RESOURCES.find((one) => one.plural === plural && one.group === group);
  if (found === undefined) throw new Error(`no resource ${qualified({ plural, group })}`);
  return found;
}

/** @throws Error where the object's kind is not served */
export function resourceOf(object: ApiObject): Resource {
  const found = RESOURCES.find((one) => one.kind === object.kind && apiVersionOf(one) === object.apiVersion);
  if (found === undefined) throw new Error(`no resource for ${object.apiVersion} ${object.kind}`);
  return found;
}

/** A stored object as it is sent alone: kind and apiVersion in front. */
export function typed(resource: Resource, object: ApiObject): ApiObject {
  return { ...object, kind: resource.kind, apiVersion: apiVersionOf(resource) };
}

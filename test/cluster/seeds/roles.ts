// The users of the miniature cluster and the roles they hold.
import type { User } from '../access.ts';
import type { ApiObject } from '../api-object.ts';

export type UserName = 'admin' | 'pruner' | 'developer' | 'nobody';

function user(name: UserName, ...groups: string[]): User {
  return {
    name,
    uid: `uid-of-${name}`,
    groups: [...groups, 'system:authenticated:oauth', 'system:authenticated'],
  };
}

export const USERS: Record<UserName, { token: string; user: User }> = {
  admin: { token: 'sha256~token-of-admin', user: user('admin', 'system:cluster-admins') },
  pruner: { token: 'sha256~token-of-pruner', user: user('pruner') },
  developer: { token: 'sha256~token-of-developer', user: user('developer') },
  nobody: { token: 'sha256~token-of-nobody', user: user('nobody') },
};

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete', 'deletecollection'];

function rule(verbs: string[], group: string | string[], resources: string[]) {
  return { verbs, apiGroups: [group].flat(), resources };
}

function clusterRole(name: string, rules: unknown[]): ApiObject {
  return { kind: 'ClusterRole', apiVersion: `${RBAC}/v1`, metadata: { name }, rules };
}

export function clusterRoleBinding(name: string, role: string, subject: object): ApiObject {
  return {
    kind: 'ClusterRoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

export function roleBinding(namespace: string, role: string, userName: string): ApiObject {
  return {
    kind: 'RoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: { name: `${role}-${userName}`, namespace },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: userName }],
  };
}

const WORKLOADS = ['deployments', 'daemonsets', 'replicasets', 'statefulsets'];
const CORE = ['pods', 'replicationcontrollers', 'services', 'configmaps', 'events', 'serviceaccounts'];
const STREAMS = ['imagestreams', 'imagestreamtags', 'imagestreamimages', 'imagestreams/status'];

/** The rules of OpenShift's own cluster roles, so far as the served resources go. */
export function clusterRoles(): ApiObject[] {
  const view = (verbs: string[]) => [
    rule(READ, ['', 'project.openshift.io'], ['namespaces', 'projects', 'limitranges']),
    rule(verbs, '', CORE),
    rule(READ, '', ['pods/log', 'pods/status']),
    rule(verbs, 'apps', WORKLOADS),
    rule(verbs, 'batch', ['jobs', 'cronjobs']),
    rule(verbs, ['', 'build.openshift.io'], ['buildconfigs', 'builds']),
    rule(verbs, ['', 'apps.openshift.io'], ['deploymentconfigs']),
    rule(verbs, ['', 'image.openshift.io'], STREAMS),
    rule(verbs, ['', 'route.openshift.io'], ['routes']),
  ];
  return [
    clusterRole('cluster-admin', [rule(['*'], '*', ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }]),
    clusterRole('view', view(READ)),
    clusterRole('edit', [
      ...view(WRITE),
      rule(WRITE, '', ['secrets']),
      rule(['create'], '', ['serviceaccounts/token', 'pods/exec', 'pods/portforward']),
      rule(['get', 'update'], ['', 'image.openshift.io'], ['imagestreams/layers']),
    ]),
    clusterRole('system:image-pruner', [
      rule(['get', 'list'], '', ['pods', 'replicationcontrollers']),
      rule(['list'], '', ['limitranges']),
      rule(['get', 'list'], ['', 'build.openshift.io'], ['buildconfigs', 'builds']),
      rule(['get', 'list'], ['', 'apps.openshift.io'], ['deploymentconfigs']),
      rule(['get', 'list'], 'batch', ['jobs', 'cronjobs']),
      rule(['get', 'list'], 'apps', WORKLOADS),
      rule(['delete'], ['', 'image.openshift.io'], ['images']),
      rule(READ, ['', 'image.openshift.io'], ['images', 'imagestreams']),
      rule(['update'], ['', 'image.openshift.io'], ['imagestreams/status']),
    ]),
  ];
}

/** The bindings every miniature cluster has; a seed adds role bindings for the developer's namespaces. */
export function clusterRoleBindings(): ApiObject[] {
  const named = (name: string) => ({ apiGroup: RBAC, kind: 'User', name });
  return [
    clusterRoleBinding('cluster-admins', 'cluster-admin', {
      apiGroup: RBAC,
      kind: 'Group',
      name: 'system:cluster-admins',
    }),
    clusterRoleBinding('image-pruners', 'system:image-pruner', named('pruner')),
  ];
}

import type { ApiSession } from '../../cluster/session/api-session.ts';

const PATH = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
const ROLE = 'system:image-pruner';
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** A request that gives somebody the right to prune. */
export interface GrantRequest {
  method: 'POST';
  path: string;
  body: object;
}

/**
 * What gives a user the cluster role `system:image-pruner`, as `oc adm policy add-cluster-role-to-user` does it.
 * @param user as roles are granted to them; a ServiceAccount by its full name
 */
export function grantRequest(user: string): GrantRequest {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user) ?? [];
  const subject =
    namespace === undefined || name === undefined
      ? { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }
      : { kind: 'ServiceAccount', namespace, name };
  return {
    method: 'POST',
    path: PATH,
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { generateName: `${ROLE}-` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
      subjects: [subject],
    },
  };
}

/** Gives the right. @throws what the session throws, such as ApiError where this user may grant nothing */
export async function grantPruner(session: ApiSession, user: string): Promise<void> {
  await session.json({ ...grantRequest(user), query: { fieldManager: 'image-hygiene' } });
}

// Who a job runs as, and what that account may do.
import { any, boolean, list, object, oneOf, type Schema, text } from './schema.ts';

export const serviceAccount: Schema = object({
  automountServiceAccountToken: boolean,
  imagePullSecrets: list(object({ name: text })),
  secrets: any,
});

const subject = object(
  {
    kind: oneOf('User', 'Group', 'ServiceAccount'),
    name: text,
    namespace: text,
    apiGroup: oneOf('', 'rbac.authorization.k8s.io'),
  },
  'kind',
  'name',
);

export const binding: Schema = object(
  {
    roleRef: object(
      {
        apiGroup: oneOf('', 'rbac.authorization.k8s.io'),
        kind: oneOf('Role', 'ClusterRole'),
        name: text,
      },
      'kind',
      'name',
    ),
    subjects: list(subject),
  },
  'roleRef',
);

import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import type { Action } from '../rights.ts';
import type { Grant } from '../schedules/schedule-error.ts';

const EDIT: Grant = { role: 'edit', namespace: REGISTRY_NAMESPACE };
const ADMIN: Grant = { role: 'cluster-admin', namespace: null };

/** What looking takes: the service's pods, and a program in one of them. */
export const RIGHTS_TO_CHECK: readonly { action: Action; grant: Grant }[] = [
  { action: { verb: 'get', group: '', resource: 'services', namespace: REGISTRY_NAMESPACE }, grant: EDIT },
  { action: { verb: 'list', group: '', resource: 'pods', namespace: REGISTRY_NAMESPACE }, grant: EDIT },
  {
    action: {
      verb: 'create',
      group: '',
      resource: 'pods',
      subresource: 'exec',
      namespace: REGISTRY_NAMESPACE,
    },
    grant: EDIT,
  },
];

/** What deleting takes besides: switching the registry read-only, and ending a pod in which the program may go on. */
export const RIGHTS_TO_DELETE: readonly { action: Action; grant: Grant }[] = [
  ...RIGHTS_TO_CHECK,
  {
    action: {
      verb: 'patch',
      group: 'imageregistry.operator.openshift.io',
      resource: 'configs',
      name: 'cluster',
    },
    grant: ADMIN,
  },
  {
    action: { verb: 'get', group: 'apps', resource: 'deployments', namespace: REGISTRY_NAMESPACE },
    grant: EDIT,
  },
  { action: { verb: 'delete', group: '', resource: 'pods', namespace: REGISTRY_NAMESPACE }, grant: EDIT },
];

import type { Said } from '../../engine/said.ts';
import { IMAGE_PRUNER_GROUP } from '../../schedules/image-pruner.ts';
import type { Manifest } from '../../schedules/manifests.ts';
import { type Action, actionInWords, mayDo } from '../rights.ts';
import type { ApiSession } from '../session/api-session.ts';
import type { Grant } from './schedule-error.ts';

/** Something to be done, whether this user may, and what would allow it. */
export interface Right {
  action: Action;
  /** As RBAC words it: `create cronjobs (batch) in the namespace x`. */
  words: Said;
  /** undefined: the server doesn't let the user ask. */
  allowed: boolean | undefined;
  grant: Grant;
}

/** Asks the API server for each, at once. Throws what the session throws. */
export function askRights(
  session: ApiSession,
  wanted: readonly { action: Action; grant: Grant }[],
  signal?: AbortSignal,
): Promise<Right[]> {
  return Promise.all(
    wanted.map(async ({ action, grant }) => ({
      action,
      words: actionInWords(action),
      allowed: await mayDo(session, action, signal),
      grant,
    })),
  );
}

const RESOURCES: Record<Manifest['kind'], { group: string; resource: string }> = {
  ServiceAccount: { group: '', resource: 'serviceaccounts' },
  ClusterRoleBinding: { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  CronJob: { group: 'batch', resource: 'cronjobs' },
  Job: { group: 'batch', resource: 'jobs' },
};

/** What making an object takes: server-side apply is a patch, and a creation where there is none yet. */
export function rightsToApply({ kind, metadata }: Manifest): { action: Action; grant: Grant }[] {
  const namespace = metadata.namespace;
  // Only who holds a role, or may bind it, may bind it.
  const grant: Grant =
    namespace === undefined ? { role: 'cluster-admin', namespace: null } : { role: 'edit', namespace };
  return ['create', 'patch'].map((verb) => ({
    action: { verb, ...RESOURCES[kind], ...(namespace === undefined ? {} : { namespace }) },
    grant,
  }));
}

/** What changing the ImagePruner takes. */
export const RIGHT_TO_CHANGE_PRUNER: { action: Action; grant: Grant } = {
  action: { verb: 'patch', group: IMAGE_PRUNER_GROUP, resource: 'imagepruners', name: 'cluster' },
  grant: { role: 'cluster-admin', namespace: null },
};

/** What running a CronJob's Job at once takes. */
export function rightToRun(namespace: string): { action: Action; grant: Grant } {
  return {
    action: { verb: 'create', group: 'batch', resource: 'jobs', namespace },
    grant: { role: 'edit', namespace },
  };
}

/** What changing a CronJob (suspend, resume) takes. */
export function rightToChangeCronJob(namespace: string): { action: Action; grant: Grant } {
  return {
    action: { verb: 'patch', group: 'batch', resource: 'cronjobs', namespace },
    grant: { role: 'edit', namespace },
  };
}

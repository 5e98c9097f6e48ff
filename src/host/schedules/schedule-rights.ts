import {
  askRights,
  RIGHT_TO_CHANGE_PRUNER,
  type Right,
  rightsToApply,
} from '../../cluster/schedules/rights.ts';
import { grantCommand } from '../../cluster/schedules/schedule-error.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { type Manifest, PRUNER_NAMESPACE } from '../../schedules/manifests.ts';
import type { RightInWords, ScheduleRights } from '../../shared/schedule/view.ts';

/**
 * What this user may make or change.
 * @param namespace of CronJobs, Jobs and their account; empty: the documented one
 * @param user as a role must be granted to them
 * @throws what the session throws
 */
export async function scheduleRights(
  session: ApiSession,
  namespace: string,
  user: string,
): Promise<ScheduleRights> {
  const toApply = async (kind: Manifest['kind'], where?: string): Promise<RightInWords> => {
    const manifest: Manifest = {
      apiVersion: '',
      kind,
      metadata: { name: '', ...(where === undefined ? {} : { namespace: where }) },
    };
    return inWords(await askRights(session, rightsToApply(manifest)), user);
  };
  const where = namespace || PRUNER_NAMESPACE;
  const [ServiceAccount, ClusterRoleBinding, CronJob, Job, pruner] = await Promise.all([
    toApply('ServiceAccount', where),
    toApply('ClusterRoleBinding'),
    toApply('CronJob', where),
    toApply('Job', where),
    askRights(session, [RIGHT_TO_CHANGE_PRUNER]),
  ]);
  const ImagePruner = inWords(pruner, user);
  return { namespace, ServiceAccount, ClusterRoleBinding, CronJob, Job, ImagePruner };
}

/** Several rights that go together: all are there, or one is missing. */
function inWords(rights: readonly Right[], user: string): RightInWords {
  const lacking = rights.find(({ allowed }) => allowed === false);
  const unknown = rights.some(({ allowed }) => allowed === undefined);
  const grant = (lacking ?? rights[0])?.grant ?? { role: 'cluster-admin', namespace: null };
  return {
    may: lacking ? false : unknown ? null : true,
    role: grant.role,
    command: grantCommand(grant, user),
  };
}

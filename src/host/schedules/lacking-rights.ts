import {
  askRights,
  RIGHT_TO_CHANGE_PRUNER,
  type Right,
  rightToChangeCronJob,
  rightToRun,
} from '../../cluster/schedules/rights.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import type { Schedules } from '../../schedules/schedules.ts';

/** What this user lacks to change what prunes, or to run it now; what the server doesn't tell isn't lacking. */
export interface LackingRights {
  /** To change the ImagePruner. */
  pruner: Right | undefined;
  /** By namespace: to change its CronJobs, and to run one of them now. */
  namespaces: ReadonlyMap<string, { change: Right | undefined; run: Right | undefined }>;
  /** Whom a role must be granted to. */
  user: string;
}

/**
 * Asks for the rights that the actions on these schedules take.
 * @param user as a role must be granted to them
 * @throws what the session throws
 */
export async function lackingRights(
  session: ApiSession,
  { pruner, cronJobs }: Pick<Schedules, 'pruner' | 'cronJobs'>,
  user: string,
  signal?: AbortSignal,
): Promise<LackingRights> {
  const all = [...cronJobs, ...(pruner?.cronJob ? [pruner.cronJob] : [])];
  const names = [...new Set(all.map(({ namespace }) => namespace))];
  const [toChangePruner, ...inNamespaces] = await Promise.all([
    pruner ? askRights(session, [RIGHT_TO_CHANGE_PRUNER], signal) : [],
    ...names.map(async (namespace) => {
      const wanted = [rightToChangeCronJob(namespace), rightToRun(namespace)];
      const [change, run] = await askRights(session, wanted, signal);
      return [namespace, { change: ifLacking(change), run: ifLacking(run) }] as const;
    }),
  ]);
  return { pruner: ifLacking(toChangePruner[0]), namespaces: new Map(inNamespaces), user };
}

function ifLacking(right: Right | undefined): Right | undefined {
  return right?.allowed === false ? right : undefined;
}

import type { Action } from '../../cluster/rights.ts';
import { batchPath } from '../../cluster/schedules/paths.ts';
import type { Grant } from '../../cluster/schedules/schedule-error.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';

/** Deletes a Job; its pods go with it. @throws what the session throws */
export async function removeJob(
  session: ApiSession,
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  await session.json({
    method: 'DELETE',
    path: batchPath('jobs', namespace, name),
    query: { propagationPolicy: 'Background' },
  });
}

/** What deleting a Job takes. */
export function rightToDeleteJob(namespace: string): { action: Action; grant: Grant } {
  return {
    action: { verb: 'delete', group: 'batch', resource: 'jobs', namespace },
    grant: { role: 'edit', namespace },
  };
}

import { type Action, actionInWords, mayDo } from '../../cluster/rights.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { SaidError, said } from '../../engine/said.ts';
import type { PruneOrder } from '../order.ts';

/** The API server would not let this user prune. Nothing has been changed. */
export class RightsMissingError extends SaidError {
  override name = 'RightsMissingError';
  readonly missing: readonly Action[];

  constructor(missing: readonly Action[], user: string) {
    const what = missing.map(actionInWords).reduce((before, next) => said('{0} and {1}', before, next));
    super(
      said(
        'the user {0} may not {1}, so nothing was changed. Grant the right with: {2}',
        JSON.stringify(user),
        what,
        `oc adm policy add-cluster-role-to-user system:image-pruner ${user || '<user>'}`,
      ),
    );
    this.missing = missing;
  }
}

/**
 * Asks whether the API server would accept what the order changes, before anything is changed.
 * @throws RightsMissingError
 */
export async function checkRights(
  session: ApiSession,
  order: PruneOrder,
  signal?: AbortSignal,
): Promise<void> {
  const group = 'image.openshift.io';
  const namespace = order.plan.options.namespace ?? undefined;
  const actions: Action[] = [];
  if (order.streams.length > 0) {
    actions.push({ verb: 'update', group, resource: 'imagestreams', subresource: 'status', namespace });
  }
  if (order.images.length > 0) actions.push({ verb: 'delete', group, resource: 'images' });
  const missing: Action[] = [];
  for (const action of actions) if ((await mayDo(session, action, signal)) === false) missing.push(action);
  if (missing.length > 0) throw new RightsMissingError(missing, session.target.user.name);
}

import { SaidErrorOf, type SaidValue, said } from '../../engine/said.ts';
import type { ApiError } from '../session/api-error.ts';

/**
 * What stood in the way of a change to what prunes in the cluster. `changed`: somebody else has changed it since it was
 * looked at; `invalid`: the API server doesn't take it; `exists`: there is another already, and it is left alone.
 */
export type ScheduleProblem =
  | 'forbidden'
  | 'not-found'
  | 'changed'
  | 'invalid'
  | 'exists'
  | 'busy'
  | 'operators';

/** Nothing was changed, or not everything: the message says which. */
export class ScheduleError extends SaidErrorOf<ScheduleProblem> {
  override readonly name = 'ScheduleError';
}

/** Who grants a role, and how. */
export interface Grant {
  role: string;
  /** null: in the whole cluster. */
  namespace: string | null;
}

/** The command that grants a role. */
export function grantCommand({ role, namespace }: Grant, user: string): string {
  const who = user || '<user>';
  return namespace === null
    ? `oc adm policy add-cluster-role-to-user ${role} ${who}`
    : `oc adm policy add-role-to-user ${role} ${who} -n ${namespace}`;
}

/** The server knows the user by the name that a role must be granted to; the kubeconfig's entry may be called anything. */
export function userIn({ serverMessage }: ApiError): string {
  return /User "([^"]+)"/.exec(serverMessage)?.[1] ?? '';
}

/** A refusal of 403 in words. */
export function forbiddenTo(what: SaidValue, error: ApiError, grant: Grant): ScheduleError {
  return new ScheduleError(
    'forbidden',
    said(
      'This user may not {0} ({1}). The role {2} allows it; an administrator can grant it: {3}',
      what,
      error.serverMessage,
      grant.role,
      grantCommand(grant, userIn(error)),
    ),
    { cause: error },
  );
}

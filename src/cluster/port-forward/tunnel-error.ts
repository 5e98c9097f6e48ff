import { SaidErrorOf, said } from '../../engine/said.ts';
import type { ApiError } from '../session/api-error.ts';

/**
 * What stood in the way of a tunnel. `forbidden`: a right is missing; `no-service`: there is no such service, or it has
 * no such port; `no-pod`: no pod behind it is ready; `refused`: nothing in the pod listens there; `failed`: the rest.
 */
export type TunnelProblem = 'forbidden' | 'no-service' | 'no-pod' | 'refused' | 'failed';

/** There is no way to the service, or a way has broken. The message holds no secret. */
export class TunnelError extends SaidErrorOf<TunnelProblem> {
  override readonly name = 'TunnelError';
}

/**
 * The API server said 403. A tunnel takes three rights in the namespace; the forwarding itself is `create` to Kubernetes
 * since 1.35 and `get` too, and `get` alone before.
 */
export function forbidden(error: ApiError, namespace: string): TunnelError {
  return new TunnelError(
    'forbidden',
    said(
      'This user may not open a tunnel: {0}. A tunnel takes the rights to get services, to list pods, and to get and create pods/portforward in {1}. The role edit holds them all: oc adm policy add-role-to-user edit <user> -n {1}',
      error.serverMessage || said('the API server answered 403'),
      namespace,
    ),
    { cause: error },
  );
}

import { type Said, said, verbatim } from '../engine/said.ts';
import { type JsonObject, objectAt } from '../engine/shape.ts';
import { withRetry } from './inventory/retry.ts';
import { ApiError, type ApiSession } from './session/api-session.ts';

/** Something that a user may or may not do, in the terms of RBAC. */
export interface Action {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  /** Absent: in every namespace, or cluster scoped. */
  namespace?: string;
  name?: string;
}

/**
 * Asks the API server whether this session's user may do something.
 * @returns undefined where the server doesn't let the user ask
 */
export async function mayDo(
  session: ApiSession,
  action: Action,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const { verb, group, resource, subresource, namespace, name } = action;
  const body: JsonObject = {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  try {
    const review = await withRetry(() => session.json({ method: 'POST', path, body, signal }), signal);
    return objectAt(review, 'status').allowed === true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/** An action as people read it: `update imagestreams/status (image.openshift.io)`. */
export function actionInWords({ verb, group, resource, subresource, namespace }: Action): Said {
  const name = subresource ? `${resource}/${subresource}` : resource;
  const what = `${verb} ${name}${group ? ` (${group})` : ''}`;
  return namespace === undefined ? verbatim(what) : said('{0} in the namespace {1}', what, namespace);
}

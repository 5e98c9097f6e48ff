import { asSentence, type Said, said, saidTogether, wordsOf } from '../../engine/said.ts';
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from '../inventory/retry.ts';
import {
  REGISTRY_CONFIG,
  REGISTRY_DEPLOYMENT_PATH,
  REGISTRY_NAMESPACE,
} from '../registry-deployment/location.ts';
import { managementStateOf } from '../registry-deployment/management-state.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { DELETE_PODS_COMMAND, DEPLOYMENT, RESUME_COMMAND, STATUS_COMMAND } from './commands.ts';
import { type DeploymentState, deploymentState, RESTARTED_AT } from './deployment-state.ts';
import { RolloutError } from './rollout-error.ts';

export interface RestartOptions {
  signal?: AbortSignal;
  /** For the annotation's value; the machine's clock where absent. */
  now?: () => Date;
  retry?: RetryPolicy;
}

/** A restart that the API server has taken. */
export interface Restart {
  /** RFC 3339. */
  restartedAt: string;
  before: DeploymentState;
  after: DeploymentState;
}

/**
 * Restarts the registry as `oc rollout restart` does, by a patch of the pod template's annotation (REFERENCE section
 * 4), and waits for nothing.
 * @throws RolloutError; what the session throws, where nothing has been asked for yet
 */
export async function restartRegistry(session: ApiSession, options: RestartOptions = {}): Promise<Restart> {
  const { signal, retry = DEFAULT_RETRY, now = () => new Date() } = options;
  const before = await read(session, signal, retry);
  await refuseIfPointless(session, before, signal);
  const restartedAt = newValue(before.restartedAt, now());
  const after = await patch(session, restartedAt, signal, retry);
  if (after.generation <= before.generation) {
    throw new RolloutError(
      'failed',
      said(
        'The restart of {0} changed nothing, so nothing was restarted: something in the cluster takes the annotation {1} away. Delete the registry’s pods instead: {2}',
        DEPLOYMENT,
        RESTARTED_AT,
        DELETE_PODS_COMMAND,
      ),
      { restarted: 'no', conditions: after.conditions },
    );
  }
  return { restartedAt, before, after };
}

/**
 * RFC 3339 like `oc`'s, but with milliseconds, and never the present value: the same value again would change
 * nothing, and so restart nothing.
 */
function newValue(present: string, now: Date): string {
  const value = now.toISOString();
  return value === present ? new Date(now.getTime() + 1).toISOString() : value;
}

async function read(
  session: ApiSession,
  signal: AbortSignal | undefined,
  retry: RetryPolicy,
): Promise<DeploymentState> {
  const get = () => session.json({ path: REGISTRY_DEPLOYMENT_PATH, signal });
  try {
    return deploymentState(await withRetry(get, signal, retry));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw await knownRefusal(session, error, signal);
  }
}

async function patch(
  session: ApiSession,
  restartedAt: string,
  signal: AbortSignal | undefined,
  retry: RetryPolicy,
): Promise<DeploymentState> {
  // The same value every time: where the first answer was lost, the second attempt restarts nothing more.
  const send = () =>
    session.json({
      method: 'PATCH',
      path: REGISTRY_DEPLOYMENT_PATH,
      query: { fieldManager: 'image-hygiene' },
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: restartedAt } } } } },
      signal,
    });
  try {
    return deploymentState(await withRetry(send, signal, retry));
  } catch (error) {
    if (signal?.aborted) {
      throw new RolloutError(
        'cancelled',
        said(
          'The restart of {0} was cancelled before the API server answered, so it may have begun. See: {1}',
          DEPLOYMENT,
          STATUS_COMMAND,
        ),
        { restarted: 'unknown', cause: signal.reason },
      );
    }
    const known = await knownRefusal(session, error, signal);
    if (known !== error) throw known;
    const refused = error instanceof ApiError && error.status < 500;
    throw new RolloutError(
      'failed',
      refused
        ? said(
            'The restart of {0} (namespace {1}) was refused, so nothing was restarted. {2} Try again, or see: {3}',
            DEPLOYMENT,
            REGISTRY_NAMESPACE,
            asSentence(wordsOf(error)),
            STATUS_COMMAND,
          )
        : said(
            'The restart of {0} (namespace {1}) got no clear answer, so it may have begun. {2} See: {3}',
            DEPLOYMENT,
            REGISTRY_NAMESPACE,
            asSentence(wordsOf(error)),
            STATUS_COMMAND,
          ),
      { restarted: refused ? 'no' : 'unknown', cause: error },
    );
  }
}

async function refuseIfPointless(
  session: ApiSession,
  { paused, desired, conditions }: DeploymentState,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (paused) {
    throw new RolloutError(
      'paused',
      said(
        'The rollout of {0} (namespace {1}) is paused, so it can’t be restarted. Resume it and try again: {2}',
        DEPLOYMENT,
        REGISTRY_NAMESPACE,
        RESUME_COMMAND,
      ),
      { restarted: 'no', conditions },
    );
  }
  if (desired === 0) {
    const state = await managementStateOf(session, signal);
    throw new RolloutError(
      'no-replicas',
      withState(
        said(
          'The {0} (namespace {1}) is scaled to 0 replicas, so there is no registry to restart.',
          DEPLOYMENT,
          REGISTRY_NAMESPACE,
        ),
        state,
        said(
          'No registry runs, so none caches in memory. To run it, set spec.managementState to Managed and spec.replicas to at least 1: {0}',
          `oc edit ${REGISTRY_CONFIG}`,
        ),
      ),
      { restarted: 'no', conditions },
    );
  }
}

/** The error itself where it is neither 403 nor 404. */
async function knownRefusal(
  session: ApiSession,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 403) return forbidden(session, error);
  if (error.status !== 404) return error;
  const state = await managementStateOf(session, signal);
  return new RolloutError(
    'not-found',
    withState(
      said(
        'There is no {0} in the namespace {1} of {2}, so there is no registry to restart.',
        DEPLOYMENT,
        REGISTRY_NAMESPACE,
        session.server,
      ),
      state,
      said('See what its operator says: {0}', `oc get ${REGISTRY_CONFIG} -o yaml`),
    ),
    { restarted: 'no', cause: error },
  );
}

function forbidden(session: ApiSession, error: ApiError): RolloutError {
  // The server knows the user by the name that a role must be granted to; the kubeconfig's entry may be called anything.
  const user = /User "([^"]+)"/.exec(error.serverMessage)?.[1] ?? (session.target.user.name || '<user>');
  return new RolloutError(
    'forbidden',
    said(
      'The user {0} may not {1} {2} in the namespace {3}, so the registry was not restarted ({4}). It takes get and patch of deployments.apps there; an administrator can grant the role edit: oc adm policy add-role-to-user edit {0} -n {3}',
      user,
      error.verb,
      DEPLOYMENT,
      REGISTRY_NAMESPACE,
      error.serverMessage,
    ),
    { restarted: 'no', cause: error },
  );
}

/** What is wrong, what the operator was told about the registry where that is known, and what to do. */
function withState(what: Said, managementState: string | undefined, next: Said): Said {
  if (managementState === undefined) return saidTogether(what, next);
  const told =
    managementState === 'Removed'
      ? said('The registry is removed (managementState Removed in {0}).', REGISTRY_CONFIG)
      : said('Its managementState in {0} is {1}.', REGISTRY_CONFIG, managementState);
  return saidTogether(what, told, next);
}

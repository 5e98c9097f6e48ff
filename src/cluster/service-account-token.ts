import { type Said, SaidError, SaidErrorOf, said } from '../engine/said.ts';
import { numberAt, objectAt, textAt } from '../engine/shape.ts';
import { isWorthRetrying, type RetryPolicy, withRetry } from './inventory/retry.ts';
import { Secret } from './kubeconfig/secret.ts';
import { ApiError, type ApiSession } from './session/api-session.ts';

export interface ServiceAccountName {
  namespace: string;
  name: string;
}

/** A token that is renewed before it expires. It holds the token where nothing prints it. */
export interface TokenSource {
  /** The token to send now. */
  current(): Promise<string>;
  /**
   * Another token than the one that was refused; without `rejected`, than the present one. However many ask, one
   * request is made.
   */
  renew(rejected?: string): Promise<string>;
}

export interface TokenOptions {
  signal?: AbortSignal;
  /** The machine's clock where absent. */
  now?: () => Date;
  retry?: RetryPolicy;
}

export type ServiceAccountProblem = 'not-found' | 'forbidden' | 'answer';

/** There is no token of a ServiceAccount. The message holds no secret. */
export class ServiceAccountTokenError extends SaidErrorOf<ServiceAccountProblem> {
  override readonly name = 'ServiceAccountTokenError';
}

/** What names no ServiceAccount. */
export class InvalidServiceAccountNameError extends SaidError {
  override readonly name = 'InvalidServiceAccountNameError';
}

const LIFE_SECONDS = 3600;
/** The part of its life before whose end a token is renewed. */
const RESERVE = 0.2;

interface HeldToken {
  token: Secret;
  /** Milliseconds since the epoch, by our clock. */
  renewFrom: number;
  expires: number;
}

/**
 * Tokens of a ServiceAccount, asked of the API server when they are first needed (`authentication.k8s.io/v1`
 * TokenRequest, an hour each). The registry takes them as a password (REFERENCE section 9). Both calls throw
 * {@link ServiceAccountTokenError} or what the session throws.
 */
export function serviceAccountToken(
  session: ApiSession,
  account: ServiceAccountName,
  options: TokenOptions = {},
): TokenSource {
  const now = () => (options.now?.() ?? new Date()).getTime();
  let held: HeldToken | undefined;
  let pending: Promise<string> | undefined;

  function fetchOnce(): Promise<string> {
    pending ??= fetchNow().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function fetchNow(): Promise<string> {
    // By our own clock, and before the answer travels, so that a clock that is wrong does no harm.
    const asked = now();
    const { token, lifeMs } = await requestToken(session, account, asked, options);
    held = { token, renewFrom: asked + lifeMs * (1 - RESERVE), expires: asked + lifeMs };
    return token.reveal();
  }

  return {
    async current() {
      const had = held;
      if (had && now() < had.renewFrom) return had.token.reveal();
      try {
        return await fetchOnce();
      } catch (error) {
        // There is time left to try again.
        if (had && held === had && now() < had.expires && isWorthRetrying(error)) return had.token.reveal();
        throw error;
      }
    },
    async renew(rejected) {
      if (held && rejected !== undefined && held.token.reveal() !== rejected) return held.token.reveal();
      held = undefined;
      return fetchOnce();
    },
  };
}

/**
 * Parses `<namespace>/<name>`, or the user name `system:serviceaccount:<namespace>:<name>`.
 * @throws InvalidServiceAccountNameError
 */
export function parseServiceAccountName(text: string): ServiceAccountName {
  const [, namespace = '', name = ''] =
    /^system:serviceaccount:([^:/]+):([^:/]+)$/.exec(text) ?? /^([^:/]+)\/([^:/]+)$/.exec(text) ?? [];
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const isNamespace = new RegExp(`^${label}$`).test(namespace);
  const isName = name.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(name);
  if (isNamespace && isName) return { namespace, name };
  throw new InvalidServiceAccountNameError(
    said(
      'invalid ServiceAccount {0}: {1}. Write it as <namespace>/<name>, such as openshift-image-registry/pruner',
      JSON.stringify(text),
      whatIsWrong(namespace, name, isNamespace),
    ),
  );
}

function whatIsWrong(namespace: string, name: string, isNamespace: boolean): Said {
  if (namespace === '' && name === '') return said('it is not a namespace and a name');
  return isNamespace
    ? said('{0} can’t be the name of a ServiceAccount', JSON.stringify(name))
    : said('{0} can’t be the name of a namespace', JSON.stringify(namespace));
}

async function requestToken(
  session: ApiSession,
  account: ServiceAccountName,
  asked: number,
  { signal, retry }: TokenOptions,
): Promise<{ token: Secret; lifeMs: number }> {
  const { namespace, name } = account;
  const create = () =>
    session.json({
      method: 'POST',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: LIFE_SECONDS },
      },
      signal,
    });
  let answer: unknown;
  try {
    answer = await withRetry(create, signal, retry);
  } catch (error) {
    throw error instanceof ApiError ? refusal(session, account, error) : error;
  }
  const status = objectAt(answer, 'status');
  const token = textAt(status, 'token');
  // The server may grant less than was asked for.
  const granted = numberAt(objectAt(answer, 'spec'), 'expirationSeconds');
  const lifeMs =
    granted === undefined ? Date.parse(textAt(status, 'expirationTimestamp')) - asked : granted * 1000;
  if (/^[\x21-\x7e]+$/.test(token) && lifeMs > 0) return { token: new Secret(token), lifeMs };
  throw new ServiceAccountTokenError(
    'answer',
    token === ''
      ? said(
          '{0} answered the request for a token of the ServiceAccount {1}/{2} with none. Try again, or see: oc create token {2} -n {1}',
          session.server,
          namespace,
          name,
        )
      : said(
          '{0} answered the request for a token of the ServiceAccount {1}/{2} with one that can’t be used. Try again, or see: oc create token {2} -n {1}',
          session.server,
          namespace,
          name,
        ),
  );
}

function refusal(session: ApiSession, { namespace, name }: ServiceAccountName, error: ApiError): Error {
  if (error.status === 404) {
    return new ServiceAccountTokenError(
      'not-found',
      said(
        'There is no ServiceAccount {0} in the namespace {1} of {2} ({3}). Create it and let it prune: oc create serviceaccount {0} -n {1} && oc adm policy add-cluster-role-to-user system:image-pruner system:serviceaccount:{1}:{0}',
        name,
        namespace,
        session.server,
        error.serverMessage,
      ),
      { cause: error },
    );
  }
  if (error.status !== 403) return error;
  const user = /User "([^"]+)"/.exec(error.serverMessage)?.[1] ?? (session.target.user.name || '<user>');
  return new ServiceAccountTokenError(
    'forbidden',
    said(
      'The user {0} may not ask for a token of the ServiceAccount {1} in the namespace {2} ({3}). It takes create of serviceaccounts/token there; an administrator can grant the role edit: oc adm policy add-role-to-user edit {0} -n {2}',
      user,
      name,
      namespace,
      error.serverMessage,
    ),
    { cause: error },
  );
}

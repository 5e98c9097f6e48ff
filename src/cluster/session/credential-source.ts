import { readFile } from 'node:fs/promises';
import { type Said, said } from '../../engine/said.ts';
import type { ClusterTarget, KeySource, PemSource, TargetUser } from '../kubeconfig/cluster-target.ts';
import { Credential, type CredentialParts } from './credential.ts';
import { CredentialError } from './credential-error.ts';
import { type ExecOptions, runExecPlugin } from './exec-plugin.ts';

/** client-go reads a token file again after a minute at the latest. */
const TOKEN_FILE_MS = 60_000;

export interface CredentialSource {
  /** The credential to send now; cached while it is valid, fetched once however many ask. */
  current(): Promise<Credential>;
  /** The server answered 401 to `rejected`: another credential, or `undefined` where there is no other. */
  renewed(rejected: Credential): Promise<Credential | undefined>;
  /** Stops a plugin that is running. */
  close(): void;
}

export interface CredentialOptions {
  /** Environment of exec plugins; its PATH is searched for the command. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exec?: ExecOptions;
  /** PEM of the cluster's authority, for plugins that ask for the cluster. */
  readonly certificateAuthority?: string;
  readonly now?: () => number;
}

interface Acquired {
  readonly parts: CredentialParts;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
  /** Whether asking again may give something else. */
  readonly renewable: boolean;
}

/**
 * The credential of a target's user. The order is that of client-go: a token file, else a token, else user name and
 * password, else an exec plugin; a client certificate goes with any of them (a plugin's replaces the configured one).
 * Nothing is read or run before the first call. Both calls throw `CredentialError`.
 */
export function credentialSource(target: ClusterTarget, options: CredentialOptions): CredentialSource {
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  let held: { credential: Credential; validUntil: number; renewable: boolean } | undefined;
  let pending: Promise<Credential> | undefined;

  function fetchOnce(): Promise<Credential> {
    pending ??= fetchNow().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function fetchNow(): Promise<Credential> {
    const acquired = await acquire(target, options, closing.signal, held?.credential);
    const fresh = new Credential(acquired.parts);
    // The same object for the same content, so that connections made with a certificate can go on being used.
    const credential = held?.credential.sameAs(fresh) ? held.credential : fresh;
    held = { credential, validUntil: acquired.validUntil, renewable: acquired.renewable };
    return credential;
  }

  return {
    async current() {
      return held && now() < held.validUntil ? held.credential : fetchOnce();
    },
    async renewed(rejected) {
      if (held && held.credential !== rejected && now() < held.validUntil) return held.credential;
      if (held && !held.renewable) return undefined;
      const fresh = await fetchOnce();
      // A plugin has been asked again, so its answer is worth another try even where it is the same.
      return fresh === rejected && !target.user.exec ? undefined : fresh;
    },
    close() {
      closing.abort();
    },
  };
}

async function acquire(
  target: ClusterTarget,
  options: CredentialOptions,
  signal: AbortSignal,
  previous: Credential | undefined,
): Promise<Acquired> {
  const { user } = target;
  const clientCertificate = await clientCertificateOf(user);
  const fromFile = user.clientCertificate?.certificate.kind === 'file';
  if (user.tokenFile !== undefined) {
    const token = await tokenFromFile(user, user.tokenFile, previous);
    const now = options.now ?? Date.now;
    return { parts: { token, clientCertificate }, validUntil: now() + TOKEN_FILE_MS, renewable: true };
  }
  const validUntil = Number.POSITIVE_INFINITY;
  if (user.token) {
    const token = sendableToken(user.token.reveal(), said('the token of the user “{0}”', user.name));
    return { parts: { token, clientCertificate }, validUntil, renewable: fromFile };
  }
  if (user.basic) {
    const basic = { username: user.basic.username, password: user.basic.password.reveal() };
    return { parts: { basic, clientCertificate }, validUntil, renewable: fromFile };
  }
  if (!user.exec) return { parts: { clientCertificate }, validUntil, renewable: fromFile };
  const answer = await runExecPlugin(user.exec, target, {
    ...options.exec,
    env: options.env,
    certificateAuthority: options.certificateAuthority,
    signal,
  });
  const token =
    answer.token === undefined ? undefined : sendableToken(answer.token, said('the token of the plugin'));
  const parts = { token, clientCertificate: answer.clientCertificate ?? clientCertificate };
  return { parts, validUntil: answer.expires ?? validUntil, renewable: true };
}

/** The file's content; where it can't be read just now, the configured token or the last one read (as client-go). */
async function tokenFromFile(
  user: TargetUser,
  path: string,
  previous: Credential | undefined,
): Promise<string> {
  try {
    const token = (await readFile(path, 'utf8')).trim();
    if (token !== '') return sendableToken(token, said('the token in {0}', path));
    throw new CredentialError(
      'unreadable-file',
      said(
        'The token file {0} of the user “{1}” is empty. Write a token into it or log in again.',
        path,
        user.name,
      ),
    );
  } catch (error) {
    const last = previous?.token() ?? user.token?.reveal();
    if (last !== undefined) return last;
    throw error instanceof CredentialError ? error : unreadable(said('token file'), path, user, error);
  }
}

/** A header can't carry control characters; undici would fail later without saying whose fault it is. */
function sendableToken(token: string, what: Said): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CredentialError(
    'invalid-token',
    said(
      'A request can’t carry {0}: it is empty or holds spaces, line breaks or other characters that no token has. Log in again.',
      what,
    ),
  );
}

async function clientCertificateOf(user: TargetUser): Promise<CredentialParts['clientCertificate']> {
  if (!user.clientCertificate) return undefined;
  const { certificate, key } = user.clientCertificate;
  return {
    certificate: await pemOf(certificate, said('client certificate'), user),
    key: await pemOf(key, said('client key'), user),
  };
}

async function pemOf(source: PemSource | KeySource, what: Said, user: TargetUser): Promise<string> {
  if (source.kind === 'data') return typeof source.pem === 'string' ? source.pem : source.pem.reveal();
  try {
    return await readFile(source.path, 'utf8');
  } catch (cause) {
    throw unreadable(what, source.path, user, cause);
  }
}

function unreadable(what: Said, path: string, user: TargetUser, cause: unknown): CredentialError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
  return new CredentialError(
    'unreadable-file',
    said(
      'The {0} {1} of the user “{2}” can’t be read ({3}). Check the path in the kubeconfig, or log in again.',
      what,
      path,
      user.name,
      String(code),
    ),
    { cause },
  );
}

import { randomBytes } from 'node:crypto';
import { wordsOf } from '../../../engine/said.ts';
import { connectionFailure } from '../../client/connection-failure.ts';
import type { RegistryConnection } from '../../client/registry-connection.ts';
import { deleteBlob, deleteLayerLink, RegistryDeletionError } from '../../client/registry-deletions.ts';
import type { DeletionFact, RightsFacts, TokenFact } from '../facts.ts';

export interface RightsQuestion {
  /** What the registry takes as a password; undefined where the user has none. */
  token: () => Promise<string | undefined>;
  /** `<namespace>/<name>` to ask about; undefined where none is known. */
  repository: string | undefined;
  signal?: AbortSignal;
}

/**
 * Asks the registry to delete a blob and a layer link that can’t exist, so that it says whether it would delete at all.
 * Nothing is changed. This is the only place of a diagnosis where a credential is sent.
 * @throws the signal’s reason
 */
export async function askForRights(
  connection: RegistryConnection,
  { token: fetchToken, repository, signal }: RightsQuestion,
): Promise<RightsFacts> {
  let token: string | undefined;
  const began = performance.now();
  const fetched = () => performance.now() - began;
  try {
    token = await fetchToken();
  } catch (error) {
    signal?.throwIfAborted();
    return without({ state: 'failed', ms: fetched(), why: wordsOf(error) });
  }
  const ms = fetched();
  if (token === undefined) return without({ state: 'absent', ms });
  const credential = token;
  const nothing = `sha256:${randomBytes(32).toString('hex')}`;
  const blob = await deletion(() => deleteBlob(connection, credential, nothing), signal);
  const refused = blob.status === 401 || blob.status === 403;
  const signIn = refused ? await signInStatus(connection, credential, signal) : null;
  const asksOn = blob.failure === null && !refused && repository !== undefined;
  const link = asksOn
    ? await deletion(() => deleteLayerLink(connection, credential, repository, nothing), signal)
    : null;
  return { token: { state: 'present', ms }, blob, link, signIn };
}

function without(token: TokenFact): RightsFacts {
  return { token, blob: null, link: null, signIn: null };
}

async function deletion(
  request: () => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<DeletionFact> {
  const began = performance.now();
  const ms = () => performance.now() - began;
  try {
    await request();
    // It doesn't exist, and that is what a registry says that would have deleted it.
    return { ms: ms(), status: 404, failure: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RegistryDeletionError) return { ms: ms(), status: error.status, failure: null };
    return { ms: ms(), status: null, failure: connectionFailure(error) };
  }
}

/** A registry says 401 to a stranger and to whoever may not delete; here only to a stranger. */
async function signInStatus(
  connection: RegistryConnection,
  token: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  try {
    return (await connection.send('GET', '/v2/', { token, signal })).status;
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

import type { RegistryAccess } from '../../prune/run/prune-run.ts';
import { checkRightToPrune, NotAllowedToPruneError } from '../../registry/client/registry-deletions.ts';

/** Whether somebody may prune the registry, and who says so. */
export interface RightToPrune {
  /** null: not known. */
  may: boolean | null;
  /** The registry itself; or the API server, by the right that the registry asks it for. */
  saidBy: 'registry' | 'cluster';
  /** In the registry's case, why it would not prune. */
  why?: string;
  /** It deletes for nobody. */
  deletionOff?: boolean;
}

/** Asks the registry whether it would delete for this user: the token goes there. Nothing is deleted. */
export async function rightAtRegistry({ connection, token }: RegistryAccess): Promise<RightToPrune> {
  try {
    await checkRightToPrune(connection, await token(), undefined);
    return { may: true, saidBy: 'registry' };
  } catch (error) {
    if (!(error instanceof NotAllowedToPruneError)) throw error;
    const { status, message: why } = error;
    // REFERENCE section 4: 401 and 403 are about the user, 405 about the registry; anything else is no answer.
    const refused = status === 401 || status === 403 || status === 405;
    return { may: refused ? false : null, saidBy: 'registry', why, deletionOff: status === 405 };
  }
}

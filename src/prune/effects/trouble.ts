import { ApiError, ClusterUnreachableError } from '../../cluster/session/api-session.ts';
import { CredentialError } from '../../cluster/session/credential-error.ts';
import { RegistryDeletionError } from '../../registry/client/registry-deletions.ts';

/** What a failed request says about the server. */
export type Trouble =
  /** It has too much to do; how long it asks to wait, if it says. */
  | { kind: 'overload'; waitSeconds: number | undefined }
  /** It gave no answer, or a gateway answered for it: it may be gone altogether. */
  | { kind: 'unavailable' }
  /** It failed at this request. */
  | { kind: 'broken' }
  /** It doesn't accept who we are: nothing more will work. */
  | { kind: 'credential' }
  /** It has answered: this request is refused, and no repetition helps. */
  | { kind: 'refused' };

/** Reads what an error of a request to the API server or to the registry means for the next one. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError || error instanceof RegistryDeletionError) {
    return troubleOfStatus(error.status, error.retryAfterSeconds);
  }
  if (error instanceof CredentialError) return { kind: 'credential' };
  if (error instanceof ClusterUnreachableError) return { kind: 'unavailable' };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(UND_ERR_|E[A-Z]|CERT_|DEPTH_|UNABLE_)/.test(code) ? { kind: 'unavailable' } : { kind: 'refused' };
}

function troubleOfStatus(status: number, retryAfterSeconds: number | undefined): Trouble {
  switch (status) {
    case 401:
      return { kind: 'credential' };
    case 429:
      return { kind: 'overload', waitSeconds: retryAfterSeconds };
    case 503:
      if (retryAfterSeconds !== undefined) return { kind: 'overload', waitSeconds: retryAfterSeconds };
      return { kind: 'unavailable' };
    case 502:
    case 504:
      return { kind: 'unavailable' };
    default:
      return { kind: status >= 500 ? 'broken' : 'refused' };
  }
}

import { formatDuration } from './duration.ts';
import { SaidError, said } from './said.ts';

/** Which rules decide: `reference` exactly as `oc adm prune images` does, `extended` with more protection. */
export type Rules = 'reference' | 'extended';

/** What a prune was asked to do. Keys left out were not given. */
export interface RequestedOptions {
  all?: boolean;
  keepTagRevisions?: number;
  keepYoungerThanMs?: number;
  pruneOverSizeLimit?: boolean;
  pruneRegistry?: boolean;
  namespace?: string;
  ignoreInvalidRefs?: boolean;
  rules?: Rules;
}

/** Options with every default in place, as a plan records them. */
export interface PruneOptions {
  all: boolean;
  /** null in over-size mode, where neither keep option applies. */
  keepTagRevisions: number | null;
  /** Milliseconds; null in over-size mode. */
  keepYoungerThanMs: number | null;
  pruneOverSizeLimit: boolean;
  pruneRegistry: boolean;
  /** null: every namespace. */
  namespace: string | null;
  ignoreInvalidRefs: boolean;
  rules: Rules;
}

export const DEFAULT_KEEP_TAG_REVISIONS = 3;
export const DEFAULT_KEEP_YOUNGER_THAN_MS = 60 * 60 * 1000;
export const DEFAULT_WORKERS = 5;

/** Options that contradict each other or are out of range. The message names the option and the way out. */
export class InvalidOptionError extends SaidError {
  override name = 'InvalidOptionError';
}

/**
 * Checks the options against each other and fills in the documented defaults (REFERENCE section 2).
 * @throws InvalidOptionError
 */
export function resolveOptions(requested: RequestedOptions): PruneOptions {
  const { keepTagRevisions, keepYoungerThanMs, pruneOverSizeLimit = false } = requested;
  if (pruneOverSizeLimit && (keepTagRevisions !== undefined || keepYoungerThanMs !== undefined)) {
    throw new InvalidOptionError(
      said(
        '--prune-over-size-limit cannot be combined with --keep-tag-revisions nor --keep-younger-than: it prunes by size alone. Leave one or the other out.',
      ),
    );
  }
  if (keepYoungerThanMs !== undefined && !(keepYoungerThanMs >= 0)) {
    throw new InvalidOptionError(
      said(
        '--keep-younger-than must be greater than or equal to 0, not {0}',
        formatDuration(keepYoungerThanMs),
      ),
    );
  }
  if (keepTagRevisions !== undefined && !(Number.isInteger(keepTagRevisions) && keepTagRevisions >= 0)) {
    throw new InvalidOptionError(
      said(
        '--keep-tag-revisions must be a whole number greater than or equal to 0, not {0}',
        keepTagRevisions,
      ),
    );
  }
  return {
    all: requested.all ?? true,
    keepTagRevisions: pruneOverSizeLimit ? null : (keepTagRevisions ?? DEFAULT_KEEP_TAG_REVISIONS),
    keepYoungerThanMs: pruneOverSizeLimit ? null : (keepYoungerThanMs ?? DEFAULT_KEEP_YOUNGER_THAN_MS),
    pruneOverSizeLimit,
    pruneRegistry: requested.pruneRegistry ?? true,
    namespace: requested.namespace || null,
    ignoreInvalidRefs: requested.ignoreInvalidRefs ?? false,
    rules: requested.rules ?? 'extended',
  };
}

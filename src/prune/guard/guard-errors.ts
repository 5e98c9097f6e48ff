import { ApiError } from '../../cluster/session/api-session.ts';
import type { InventoryResource, MissingList } from '../../engine/inventory.ts';
import { inEnglish, type Said, SaidError, said, wordsOf } from '../../engine/said.ts';

/** Guarding could not begin. Nothing has been changed. */
export class GuardStartError extends SaidError {
  override name = 'GuardStartError';
  /** The list that could not be had, in the terms of an inventory. */
  readonly list: MissingList;

  constructor(resource: InventoryResource, cause: unknown) {
    super(
      said(
        'Nothing was changed: {0} can’t be listed, so an image that is newly used would go unnoticed. {1}',
        resource,
        causeOf(cause),
      ),
      { cause },
    );
    const forbidden = cause instanceof ApiError && cause.status === 403;
    const own = cause instanceof ApiError ? cause.serverMessage : '';
    const words = causeOf(cause);
    this.list = {
      resource,
      cause: forbidden ? 'forbidden' : 'failed',
      ...(own === '' ? { message: inEnglish(words), words } : { message: own }),
    };
  }
}

/** A part of the view that is behind. */
export interface Loss {
  resource: InventoryResource;
  /** RFC 3339. */
  since: string;
  /** What went wrong last. */
  cause: unknown;
}

/** The cluster could not be seen for too long while a prune ran. */
export class GuardLostError extends SaidError {
  override name = 'GuardLostError';
  /** The longest first. */
  readonly losses: readonly Loss[];

  constructor(losses: readonly [Loss, ...Loss[]]) {
    const [{ since, cause }] = losses;
    const resources = losses.map(({ resource }) => resource).join(', ');
    super(
      said(
        'What happens to {0} could not be followed since {1}, so an image that is newly used would go unnoticed. The run stopped there and can be resumed. {2}',
        resources,
        since,
        causeOf(cause),
      ),
      { cause },
    );
    this.losses = losses;
  }
}

function causeOf(cause: unknown): Said {
  return cause === undefined ? said('The server hasn’t answered.') : wordsOf(cause);
}

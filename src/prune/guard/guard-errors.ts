import { ApiError } from '../../cluster/session/api-session.ts';
import type { InventoryResource, MissingList } from '../../engine/inventory.ts';

const UNNOTICED = 'so an image that is newly used would go unnoticed';

/** Guarding could not begin. Nothing has been changed. */
export class GuardStartError extends Error {
  override name = 'GuardStartError';
  /** The list that could not be had, in the terms of an inventory. */
  readonly list: MissingList;

  constructor(resource: InventoryResource, cause: unknown) {
    super(`Nothing was changed: ${resource} can’t be listed, ${UNNOTICED}. ${textOf(cause)}`, { cause });
    const forbidden = cause instanceof ApiError && cause.status === 403;
    const message = cause instanceof ApiError ? cause.serverMessage || cause.message : textOf(cause);
    this.list = { resource, cause: forbidden ? 'forbidden' : 'failed', message };
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
export class GuardLostError extends Error {
  override name = 'GuardLostError';
  /** The longest first. */
  readonly losses: readonly Loss[];

  constructor(losses: readonly [Loss, ...Loss[]]) {
    const [{ since, cause }] = losses;
    const resources = losses.map(({ resource }) => resource).join(', ');
    super(
      `What happens to ${resources} could not be followed since ${since}, ${UNNOTICED}. The run stopped there and can be resumed. ${textOf(cause)}`,
      { cause },
    );
    this.losses = losses;
  }
}

function textOf(cause: unknown): string {
  if (cause === undefined) return 'The server hasn’t answered.';
  return cause instanceof Error ? cause.message : String(cause);
}

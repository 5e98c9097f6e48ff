import type { InventoryResource } from '../../engine/inventory.ts';
import { GuardLostError, type Loss } from './guard-errors.ts';

export interface FreshnessOptions {
  /** How long a part may be behind before it counts as lost, in milliseconds. */
  restoreWithinMs: number;
  /** RFC 3339. */
  now: () => string;
  /** Something went wrong with a part; told once until it is restored. */
  onLoss?: (loss: Loss) => void;
  onRestored?: (loss: Loss) => void;
}

interface Behind extends Loss {
  /** Milliseconds, by performance.now(). */
  sinceMs: number;
  reported: boolean;
}

/** Keeps track of which parts of the view are up to date. */
export class Freshness {
  readonly #options: FreshnessOptions;
  readonly #behind = new Map<InventoryResource, Behind>();
  #changed = Promise.withResolvers<void>();
  #end: { reason: unknown } | undefined;

  constructor(options: FreshnessOptions) {
    this.#options = options;
  }

  fresh(resource: InventoryResource): void {
    const before = this.#behind.get(resource);
    if (!before) return;
    this.#behind.delete(resource);
    if (before.reported) this.#options.onRestored?.(lossOf(before));
    this.#wake();
  }

  /** @param cause what went wrong; undefined where nothing did */
  stale(resource: InventoryResource, cause: unknown): void {
    const { now, onLoss } = this.#options;
    const part = this.#behind.get(resource) ?? {
      resource,
      since: now(),
      sinceMs: performance.now(),
      cause: undefined,
      reported: false,
    };
    this.#behind.set(resource, part);
    if (cause === undefined) return;
    part.cause = cause;
    if (part.reported) return;
    part.reported = true;
    onLoss?.(lossOf(part));
  }

  /** Nothing is waited for any more. */
  end(reason: unknown): void {
    this.#end ??= { reason };
    this.#wake();
  }

  /**
   * Waits until every part is up to date.
   * @throws GuardLostError where a part is behind for too long; what it was ended with
   */
  async whole(): Promise<void> {
    while (true) {
      if (this.#end) throw this.#end.reason;
      const parts = [...this.#behind.values()].sort((a, b) => a.sinceMs - b.sinceMs);
      const [oldest] = parts;
      if (!oldest) return;
      const lostBefore = performance.now() - this.#options.restoreWithinMs;
      const [first, ...others] = parts.filter(({ sinceMs }) => sinceMs <= lostBefore).map(lossOf);
      if (first) throw new GuardLostError([first, ...others]);
      await this.#changeWithin(oldest.sinceMs - lostBefore);
    }
  }

  async #changeWithin(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([promise, this.#changed.promise]);
    clearTimeout(timer);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function lossOf({ resource, since, cause }: Loss): Loss {
  return { resource, since, cause };
}

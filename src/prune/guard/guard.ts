import { LISTS, type ListSource, listPath } from '../../cluster/inventory/lists.ts';
import type { RetryPolicy } from '../../cluster/inventory/retry.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { type WatchedList, watchList } from '../../cluster/watch/watch-list.ts';
import { Inventory } from '../../engine/inventory.ts';
import { InvalidReferencesError } from '../../engine/make-plan.ts';
import type { ReferrerRecord } from '../../engine/records.ts';
import { type InvalidReference, invalidReferenceLine, type Referrer } from '../../engine/referrer.ts';
import { usageOf } from '../../engine/usage.ts';
import { Freshness } from './freshness.ts';
import { GuardStartError, type Loss } from './guard-errors.ts';
import type { GuardScope } from './guard-scope.ts';
import { type Protection, Protections } from './protections.ts';

export { GuardLostError, GuardStartError, type Loss } from './guard-errors.ts';
export type { GuardScope } from './guard-scope.ts';
export type { Protection } from './protections.ts';

/** Watches who names images while a prune runs (REFERENCE section 7). */
export interface Guard {
  /** Everyone seen to use a stream's tag since guarding began. */
  usersOfTag(namespace: string, stream: string, tag: string): readonly Referrer[];
  /**
   * Everyone seen to use an image as it stands in a stream, also by a digest that a node reports. By the extended rules
   * with the users of an index's members, where the scope tells them.
   */
  usersOfImage(namespace: string, stream: string, digest: string): readonly Referrer[];
  /** True once anything newly names the image, in any way that makes its data needed. */
  isProtected(image: string): boolean;
  /** In the order seen, each image once a cause. */
  readonly protections: readonly Protection[];
  /** References that came later and can't be parsed: they protect nothing. Each once. */
  readonly invalidReferences: readonly InvalidReference[];
  /**
   * Resolves at once while everything is seen as it happens (or at the last poll); waits while that is being restored.
   * @throws GuardLostError where it could not be restored in time; the signal's reason after an abort
   */
  ready(): Promise<void>;
  /** Ends all watches. */
  close(): Promise<void>;
}

export interface GuardOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  /** Objects in a page of a list; 500 where absent. */
  pageSize?: number;
  /** The pause between two polls of what may be listed but not watched; 5 s where absent. */
  pollMs?: number;
  /** How long the view may be behind before the guard counts as lost; 120 s where absent. */
  restoreWithinMs?: number;
  /** How long the server may take to begin with its answer to a watch; 30 s where absent. */
  answerWithinMs?: number;
  /** Whole seconds until a watch is made anew; 30 to 45 where absent. */
  watchSeconds?: number;
  /** Also called while guarding begins: for what is new since the plan. */
  onProtection?(protection: Protection): void;
  /**
   * Told once of each image that stays and that a tag got since the plan was made, or may have: it can share data with
   * what goes. Also called while guarding begins.
   */
  onYoungImage?(image: string): void;
  onInvalid?(reference: InvalidReference): void;
  /** A list or watch fails; told once until it is restored. */
  onLoss?(loss: Loss): void;
  onRestored?(loss: Loss): void;
  /** Milliseconds since the epoch, for what is reported. */
  now?: () => number;
}

const RESTORE_WITHIN_MS = 120_000;

/** Lists that say nothing of who names what. */
const UNWATCHED: ReadonlySet<string> = new Set(['images', 'limitranges']);
const WATCHED = LISTS.filter(({ resource }) => !UNWATCHED.has(resource));

/** The session's connections that a guard holds while it runs: one for every list that may be watched. */
export const GUARD_CONNECTIONS = WATCHED.length;

/**
 * Begins to guard what a plan removes: every list that names images is read afresh and then followed, by watch where
 * the user may watch and by listing again where not. It looks where planning looked.
 * @param session must be allowed more than GUARD_CONNECTIONS connections, since watches hold that many
 * @throws GuardStartError where a list can't be had; InvalidReferencesError where a reference can't be parsed and that
 *   is not to be ignored; the signal's reason after an abort. Nothing was changed in any of these cases
 */
export async function startGuard(
  session: ApiSession,
  scope: GuardScope,
  options: GuardOptions = {},
): Promise<Guard> {
  const guard = new RunningGuard(session, scope, options);
  try {
    await guard.start();
    return guard;
  } catch (error) {
    await guard.close();
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

class RunningGuard implements Guard {
  readonly invalidReferences: InvalidReference[] = [];
  readonly #session: ApiSession;
  readonly #scope: GuardScope;
  readonly #options: GuardOptions;
  readonly #protections: Protections;
  readonly #freshness: Freshness;
  readonly #abort = new AbortController();
  readonly #following: Promise<WatchedList>[] = [];
  /** Records with references that can't be parsed, as they were when guarding began. */
  readonly #invalidAtStart = new Set<ReferrerRecord>();
  readonly #invalidLines = new Set<string>();

  constructor(session: ApiSession, scope: GuardScope, options: GuardOptions) {
    this.#session = session;
    this.#scope = scope;
    this.#options = options;
    const { now = Date.now, restoreWithinMs = RESTORE_WITHIN_MS, onLoss, onRestored } = options;
    const time = () => new Date(now()).toISOString();
    this.#protections = new Protections(
      scope,
      time,
      (protection) => options.onProtection?.(protection),
      (image) => options.onYoungImage?.(image),
    );
    this.#freshness = new Freshness({ restoreWithinMs, now: time, onLoss, onRestored });
  }

  get protections(): readonly Protection[] {
    return this.#protections.list;
  }

  usersOfTag(namespace: string, stream: string, tag: string): readonly Referrer[] {
    return this.#protections.uses.ofTag(namespace, stream, tag);
  }

  usersOfImage(namespace: string, stream: string, digest: string): readonly Referrer[] {
    return this.#protections.usersOfImage(namespace, stream, digest);
  }

  isProtected(image: string): boolean {
    return this.#protections.has(image);
  }

  ready(): Promise<void> {
    return this.#freshness.whole();
  }

  async start(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    signal?.addEventListener('abort', this.#cancel, { once: true });
    for (const list of WATCHED) this.#following.push(this.#follow(list));
    await Promise.all(this.#following);
    const { options, threshold } = this.#scope;
    if (this.#invalidAtStart.size > 0 && !options.ignoreInvalidRefs) {
      // All together, so that they come in the order of the reference command.
      throw new InvalidReferencesError(usageOf([...this.#invalidAtStart], options, threshold).invalid);
    }
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#cancel);
    this.#end(new Error('The guard was closed.'));
    const lists = await Promise.allSettled(this.#following);
    await Promise.all(lists.map((list) => (list.status === 'fulfilled' ? list.value.ended : undefined)));
  }

  async #follow(list: ListSource): Promise<WatchedList> {
    const { resource, mayBeDisabled } = list;
    const { pageSize, retry, pollMs, watchSeconds, answerWithinMs } = this.#options;
    const path = listPath(list, this.#namespaceOf(list));
    const signal = this.#abort.signal;
    const request = {
      path,
      mayBeDisabled,
      signal,
      pageSize,
      retry,
      pollMs,
      watchSeconds,
      answerWithinMs,
    };
    let isStart = true;
    try {
      const watched = await watchList(this.#session, request, {
        onItems: (items) => this.#take(list, items, isStart),
        // What was deleted is what it was before: it says nothing new.
        onChanges: (changes) => {
          const objects = changes.map(({ object }) => object);
          this.#take(list, objects, false);
        },
        onFresh: () => this.#freshness.fresh(resource),
        onStale: (cause) => {
          if (!isStart) this.#freshness.stale(resource, cause);
        },
      });
      isStart = false;
      // Until the watch has begun, or a poll has shown that the user may not watch.
      if (watched.mode !== 'none') this.#freshness.stale(resource, undefined);
      return watched;
    } catch (error) {
      throw new GuardStartError(resource, error);
    }
  }

  /** Where planning looked for the list: streams where they are pruned; users elsewhere only by the extended rules. */
  #namespaceOf({ resource }: ListSource): string | null {
    const { namespace, rules } = this.#scope.options;
    return resource !== 'imagestreams' && rules === 'extended' ? null : namespace;
  }

  #take({ resource }: ListSource, objects: readonly unknown[], isStart: boolean): void {
    const { referrers, streams } = read(resource, objects);
    if (streams.length > 0) this.#protections.addStreams(streams);
    if (referrers.length === 0) return;
    for (const invalid of this.#protections.addReferrers(referrers, isStart)) {
      if (isStart) {
        for (const record of referrers) if (isOf(record, invalid)) this.#invalidAtStart.add(record);
      }
      this.#report(invalid, isStart);
    }
  }

  #report(invalid: InvalidReference, isStart: boolean): void {
    const line = invalidReferenceLine(invalid);
    if (this.#invalidLines.has(line)) return;
    this.#invalidLines.add(line);
    if (isStart) return;
    this.invalidReferences.push(invalid);
    this.#options.onInvalid?.(invalid);
  }

  readonly #cancel = () => this.#end(this.#options.signal?.reason);

  #end(reason: unknown): void {
    this.#freshness.end(reason);
    this.#abort.abort(reason);
  }
}

function read(resource: ListSource['resource'], objects: readonly unknown[]): Inventory {
  const part = new Inventory();
  part.addPage(resource, objects);
  return part;
}

function isOf(record: ReferrerRecord, { resource, namespace, name }: InvalidReference): boolean {
  return record.resource === resource && record.namespace === namespace && record.name === name;
}

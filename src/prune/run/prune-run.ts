import type { ApiSession } from '../../cluster/session/api-session.ts';
import { parseInstant } from '../../engine/instants.ts';
import { type Said, SaidError, said, verbatim } from '../../engine/said.ts';
import { objectAt, textAt } from '../../engine/shape.ts';
import { type Deleted, repositoryOf, type Step } from '../../engine/steps.ts';
import type { RegistryConnection } from '../../registry/client/registry-connection.ts';
import { checkRightToPrune } from '../../registry/client/registry-deletions.ts';
import { carryOut, failureOf, NotTriedError, type Outcome, type StepFailure } from '../carry-out.ts';
import { RealEffects } from '../effects/effects.ts';
import { Gate } from '../effects/gate.ts';
import { ImageNeeds } from '../effects/image-needs.ts';
import { stoppingRecorder } from '../effects/recorder.ts';
import { DEFAULT_PATIENCE, type Patience, Server, Stop } from '../effects/server.ts';
import { YoungImages } from '../effects/young-images.ts';
import { GUARD_CONNECTIONS, type Guard, startGuard } from '../guard/guard.ts';
import type { Protection } from '../guard/protections.ts';
import { Journal, type RunRegistry } from '../journal/journal.ts';
import { noProgress, owesRollout, type RunProgress } from '../journal/progress.ts';
import { readObjects, readOrder, readProgress } from '../journal/read-run.ts';
import type { PruneOrder } from '../order.ts';
import { checkOrder, PlanRefusedError, restoredInWords } from './check-order.ts';
import { checkRights } from './check-rights.ts';
import { protectorInWords } from './protector.ts';
import { type RunReport, reportOf } from './report.ts';
import { savedObjects } from './saved-objects.ts';

/** The registry to prune, and the token that goes as its password. */
export interface RegistryAccess {
  connection: RegistryConnection;
  token(): Promise<string>;
  /** What the run's folder says of it. */
  described: RunRegistry;
}

/** How far a run is. */
export type RunStage =
  | { stage: 'checking' }
  /** Listing who uses what, and writing down what is about to change. */
  | { stage: 'preparing' }
  | { stage: 'pruning'; done: Deleted; planned: Deleted };

export interface RunRequest {
  session: ApiSession;
  /** null where only API objects are pruned. */
  registry: RegistryAccess | null;
  /** The folder of all runs. */
  runs: string;
  /** How many requests at a time to begin with, for each of the two servers. */
  workers: number;
  /** Ends the run: what is under way finishes. */
  signal?: AbortSignal;
  /** Told of each deletion right before it is tried. */
  onStep?: (step: Step) => void;
  onStage?: (stage: RunStage) => void;
  onProtection?: (protection: Protection) => void;
  patience?: Patience;
  /** How often objects that may not be watched are listed again, in milliseconds. */
  pollMs?: number;
  now?: () => Date;
}

/** Never more requests than this at a time to one server. */
const MOST_AT_ONCE = 64;
/** How many connections a session needs for a prune: the guard's watches hold theirs, besides those for changes. */
export const CONNECTIONS_FOR_PRUNE = MOST_AT_ONCE + GUARD_CONNECTIONS + 2;

/**
 * Carries a plan out for the first time. Everything that can be checked is checked, and everything about to change is
 * written down, before anything changes.
 * @throws PlanRefusedError, RightsMissingError, NotAllowedToPruneError, GuardStartError, InvalidReferencesError or an
 * error of the connection, each with nothing changed
 */
export async function startRun(order: PruneOrder, request: RunRequest): Promise<RunReport> {
  const { session, registry, signal, now = () => new Date() } = request;
  request.onStage?.({ stage: 'checking' });
  checkOrder(order, session, now().getTime());
  await checkRights(session, order, signal);
  await checkRegistry(order, registry);
  request.onStage?.({ stage: 'preparing' });
  const { guard, tell } = await guardOf(order, request);
  try {
    const uids = new Map<string, string>();
    const objects = savedObjects(session, order, (name, uid) => uids.set(name, uid), signal);
    const described = registry?.described ?? null;
    const journal = await Journal.create(request.runs, described, order, objects, now);
    return await work(order, { request, guard, tell, journal, uids, progress: noProgress() });
  } finally {
    await guard.close();
  }
}

/**
 * Goes on with a run that was cancelled, stopped or interrupted, or that failed in parts.
 * @throws as {@link startRun}; also RunBusyError and RunUnreadableError
 */
export async function resumeRun(folder: string, request: RunRequest): Promise<RunReport> {
  const { session, registry, signal, now } = request;
  const { header, order } = await readOrder(folder);
  request.onStage?.({ stage: 'checking' });
  // Its age doesn't matter: whatever was named meanwhile is seen now.
  checkOrder(order, session, parseInstant(order.plan.now));
  await checkRights(session, order, signal);
  await checkRegistry(order, registry);
  request.onStage?.({ stage: 'preparing' });
  const { guard, tell } = await guardOf(order, request);
  try {
    const journal = await Journal.open(folder, header.id, now);
    // Read under the lock: another process may have been at it until now.
    const { progress, uids } = await readAgain(folder, header.id).catch(async (error: unknown) => {
      await journal.close();
      throw error;
    });
    return await work(order, { request, guard, tell, journal, uids, progress });
  } finally {
    await guard.close();
  }
}

/** What was done in a run until now, and the uid of each Image object as it was saved. */
async function readAgain(folder: string, run: string) {
  const progress = await readProgress(folder);
  if (progress.restored) throw new PlanRefusedError('restored', restoredInWords(run));
  const uids = new Map<string, string>();
  for await (const { kind, object } of readObjects(folder)) {
    const metadata = objectAt(object, 'metadata');
    if (kind === 'Image') uids.set(textAt(metadata, 'name'), textAt(metadata, 'uid'));
  }
  return { progress, uids };
}

async function checkRegistry(order: PruneOrder, registry: RegistryAccess | null): Promise<void> {
  if (!registry) return;
  const linked = order.streams.find(
    ({ layerLinks, manifestLinks }) => layerLinks.length + manifestLinks.length,
  );
  const repository = linked && repositoryOf(linked);
  await checkRightToPrune(registry.connection, await registry.token(), repository);
}

/** Who is told of what the guard sees: the caller at once, the journal and the run as soon as they are there. */
interface Tell {
  protection(protection: Protection): void;
  youngImage(image: string): void;
  /** Seen before the run began to listen. */
  youngImages: string[];
}

async function guardOf(order: PruneOrder, request: RunRequest): Promise<{ guard: Guard; tell: Tell }> {
  const { options, now } = order.plan;
  const { keepYoungerThanMs } = options;
  const youngImages: string[] = [];
  const tell: Tell = {
    protection: () => {},
    youngImage: (image) => youngImages.push(image),
    youngImages,
  };
  const guard = await startGuard(
    request.session,
    {
      options,
      threshold: keepYoungerThanMs === null ? null : parseInstant(now) - keepYoungerThanMs,
      plannedAt: parseInstant(now),
      streams: order.streams,
      images: [...order.images, ...order.keptIndexes],
    },
    {
      signal: request.signal,
      pollMs: request.pollMs,
      onProtection: (protection) => {
        request.onProtection?.(protection);
        tell.protection(protection);
      },
      onYoungImage: (image) => tell.youngImage(image),
    },
  );
  return { guard, tell };
}

interface Work {
  request: RunRequest;
  guard: Guard;
  tell: Tell;
  journal: Journal;
  uids: ReadonlyMap<string, string>;
  progress: RunProgress;
}

async function work(order: PruneOrder, parts: Work): Promise<RunReport> {
  const { request, guard, tell, journal, uids, progress } = parts;
  const { session, registry, signal, workers, patience = DEFAULT_PATIENCE } = request;
  const stop = new Stop();
  const hurry = AbortSignal.any(signal ? [stop.signal, signal] : [stop.signal]);
  const server = (name: Said) =>
    new Server(name, new Gate(workers, MOST_AT_ONCE, hurry), stop, signal, patience);
  const api = server(said('the API server {0}', session.server));
  const recorder = stoppingRecorder(journal, stop);
  let rolloutOwed = owesRollout(progress);
  const lostBlobs = new Set([...progress.blobs.keys(), ...progress.unclear]);
  const done = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
  try {
    await recorder.intend({ event: 'began' });
    const spared = ({ image, by }: Protection) =>
      recorder.acknowledge({ event: 'spared', image, by: protectorInWords(by) });
    tell.protection = (protection) => void spared(protection);
    await Promise.all(guard.protections.map(spared));
    const needs = new ImageNeeds(session, api, order.images);
    const young = new YoungImages(needs);
    tell.youngImage = (image) => young.add(image);
    for (const image of tell.youngImages) young.add(image);
    const effects = new RealEffects({
      session,
      api,
      registry: registry && {
        connection: registry.connection,
        token: registry.token,
        server: server(said('the registry {0}', registry.connection.url)),
      },
      journal: {
        ...recorder,
        acknowledge: (entry) => {
          if (entry.event === 'blob' || (entry.event === 'unclear' && !entry.repository)) {
            rolloutOwed = true;
            lostBlobs.add(entry.digest);
          }
          return recorder.acknowledge(entry);
        },
      },
      users: guard,
      needs,
      keepTagRevisions: order.plan.options.keepTagRevisions,
      goingImages: new Set(order.images.map((image) => image.name)),
      progress,
      uids,
      announce: (step) => {
        request.onStep?.(step);
        count(done, step);
        request.onStage?.({ stage: 'pruning', done, planned: order.plan.counts });
      },
    });
    const isProtected = (image: string) =>
      guard.isProtected(image) || young.needs.manifests.has(image) || progress.spared.has(image);
    const outcome = await carryOut(order, effects, {
      eachInParallel,
      signal,
      beforeTurn: () =>
        stop.unless(async () => {
          await guard.ready();
          await young.known();
        }),
      isProtected,
      isNeeded: (blob) => young.needs.blobs.has(blob),
      blobsWaitForLinks: true,
    });
    outcome.failures.push(...brokenImages(order, outcome, isProtected, lostBlobs));
    // Also where the last of the deletions could not be written down.
    const report = () => {
      const stoppedBy = outcome.stoppedBy ?? stop.cause;
      return reportOf(journal.id, order, { ...outcome, stoppedBy }, guard.protections, rolloutOwed);
    };
    await Promise.all(
      outcome.failures.map((failure) => recorder.acknowledge({ event: 'failed', ...failureOf(failure) })),
    );
    const { state, why } = report();
    await recorder.acknowledge({
      event: 'ended',
      state,
      deleted: outcome.deleted,
      freedBytes: outcome.freedBytes,
      ...(why === undefined ? {} : { why }),
    });
    return report();
  } catch (error) {
    throw error instanceof NotTriedError && error.cause instanceof Error ? error.cause : error;
  } finally {
    await journal.close();
  }
}

/** Images that stay because something names them by now, but whose deletion had been begun before that. */
function brokenImages(
  order: PruneOrder,
  { leftAlone }: Outcome,
  isProtected: (image: string) => boolean,
  lostBlobs: ReadonlySet<string>,
): StepFailure[] {
  const left = new Set(leftAlone);
  return order.images.flatMap(({ name, blobs }) => {
    if (!left.has(name) || !isProtected(name)) return [];
    const lost = [...blobs, name].filter((digest) => lostBlobs.has(digest)).length;
    if (lost === 0) return [];
    const cause = new SaidError(
      said(
        'it is named again, but {0} of its blobs had been deleted before that, or may have been: push or import it again',
        lost,
      ),
    );
    return [{ kind: 'image', digest: name, what: verbatim(`image ${name}`), cause }];
  });
}

/** Takes the items one after the other, many at a time; how many requests that makes is the gates' business. */
async function eachInParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const remaining = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = remaining.next(); !next.done; next = remaining.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
}

function count(done: Deleted, step: Step): void {
  switch (step.kind) {
    case 'tagItems':
      done.tagItems += step.items;
      done.streams++;
      return;
    case 'image':
      done.images++;
      return;
    case 'blob':
      done.blobs++;
      return;
    case 'layerLink':
      done.layerLinks++;
      return;
    case 'manifestLink':
      done.manifestLinks++;
  }
}

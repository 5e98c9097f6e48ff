// The hard prune that deletes (REFERENCE section 7): read-only first, put back last, whatever happens in between.
import { endPod } from '../../cluster/hard-prune/end-pod.ts';
import { HardPruneError } from '../../cluster/hard-prune/hard-prune-error.ts';
import {
  type ReadOnly,
  type ReadOnlyOptions,
  registryMode,
  setReadOnly,
  untilReadOnlyIs,
} from '../../cluster/hard-prune/read-only.ts';
import { pruneInPod, type RegistryPruned, registryPod } from '../../cluster/hard-prune/registry-prune.ts';
import type { RetryPolicy } from '../../cluster/inventory/retry.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { ownCommand } from '../../engine/own-command.ts';
import { asSentence, type Said, said, saidTogether, wordsOf } from '../../engine/said.ts';
import { type HardPruneOverview, HardPruneRecord, readHardPrunes } from './record.ts';

/** Where a hard prune stands. */
export type HardPruneStage =
  | { stage: 'read-only'; desired: number; updated: number }
  /** How many repositories, links and blobs were named so far. */
  | { stage: 'deleting'; pod: string; named: number }
  | { stage: 'putting-back'; desired: number; updated: number };

export interface HardPruneRequest {
  session: ApiSession;
  /** The folder of the runs, where it is written down that the read-only mode is owed. */
  runs: string;
  signal: AbortSignal;
  onStage?: (stage: HardPruneStage) => void;
  /** How long the registry's pods may take to be replaced, each time: milliseconds. */
  patienceMs?: number;
  pollMs?: number;
}

export interface HardPruned extends RegistryPruned {
  id: string;
  /** Whether the registry takes writes again as before; `owed` with the reason why not. */
  putBack: { state: 'done' | 'not-needed' } | { state: 'owed'; why: Said };
}

/** About five minutes: an API server that restarts meanwhile must not leave the registry read-only. */
const PATIENT: RetryPolicy = { attempts: 20, firstDelayMs: 250, longestDelayMs: 20_000 };
/** How long a pod may take to end, and an API server to come back, once everything else was cancelled. */
const LAST_PATIENCE_MS = 10 * 60_000;

/**
 * Switches the registry read-only, waits for it, has it delete what nothing names any more, and puts its mode back to what
 * it was, also where it is cancelled or fails. Before the first change it is written down that this is owed, for
 * {@link restoreReadOnly}.
 * @throws HardPruneError, ExecError, what the session throws; the message says whether the mode was put back
 */
export async function hardPrune(request: HardPruneRequest): Promise<HardPruned> {
  const { session, runs, signal } = request;
  const owing = await owingHardPrunes(runs, session.server);
  const mode = await registryMode(session, { signal });
  if (mode.managementState !== 'Managed') {
    throw new HardPruneError(
      'not-managed',
      said(
        'The registry’s operator is told {0} (spec.managementState), so nothing would switch the registry read-only, and nothing was deleted.',
        mode.managementState || said('nothing'),
      ),
    );
  }
  // What an earlier one has left read-only was not read-only before.
  const before: ReadOnly = owing[0] ? owing[0].header.readOnlyBefore : mode.readOnly;
  const record = await HardPruneRecord.begin(runs, {
    server: session.server,
    context: session.target.context,
    readOnlyBefore: before,
  });
  try {
    if (before !== true) await record.note({ event: 'read-only' });
    for (const one of owing) await takeOver(one, record.id);
    return await readOnlyThroughout(request, record, before, mode);
  } finally {
    await record.close();
  }
}

async function readOnlyThroughout(
  request: HardPruneRequest,
  record: HardPruneRecord,
  before: ReadOnly,
  mode: { readOnly: ReadOnly; resourceVersion: string },
): Promise<HardPruned> {
  const { session, signal } = request;
  let pruned: RegistryPruned;
  try {
    if (mode.readOnly !== true) {
      await setReadOnly(session, true, { signal, resourceVersion: mode.resourceVersion });
    }
    await untilReadOnlyIs(session, true, waiting(request, 'read-only'));
    pruned = await deleteInPod(request, record);
  } catch (error) {
    throw afterwards(error, await putBack(request, record, before), signal);
  }
  return { id: record.id, ...pruned, putBack: await putBack(request, record, before) };
}

/** Where it isn't known that the program has ended, its pod is ended, before anything may be written again. */
async function deleteInPod(
  { session, signal, onStage }: HardPruneRequest,
  record: HardPruneRecord,
): Promise<RegistryPruned> {
  const pod = await registryPod(session, signal);
  await record.note({ event: 'deleting', pod });
  let hasEnded = false;
  try {
    onStage?.({ stage: 'deleting', pod, named: 0 });
    const pruned = await pruneInPod(session, pod, 'delete', {
      signal,
      onProgress: (named) => onStage?.({ stage: 'deleting', pod, named }),
    });
    hasEnded = true;
    const { exitCode, output } = pruned;
    await record.note({ event: 'deleted', exitCode, blobs: output.blobCount, bytes: output.bytes });
    return pruned;
  } finally {
    if (!hasEnded) await endPod(session, pod, AbortSignal.timeout(LAST_PATIENCE_MS));
  }
}

/** Never throws: what was done before must be told, too. */
async function putBack(
  request: HardPruneRequest,
  record: HardPruneRecord,
  before: ReadOnly,
): Promise<HardPruned['putBack']> {
  if (before === true) return { state: 'not-needed' };
  try {
    await putBackNow(request, record, before, 'itself');
    return { state: 'done' };
  } catch (error) {
    return { state: 'owed', why: wordsOf(error) };
  }
}

async function putBackNow(
  request: HardPruneRequest,
  record: HardPruneRecord,
  before: ReadOnly,
  by: 'itself' | 'restore',
): Promise<void> {
  const { session } = request;
  // Cancelled or not, this must be done.
  const options = { signal: AbortSignal.timeout(LAST_PATIENCE_MS), retry: PATIENT };
  const mode = await registryMode(session, options);
  if (mode.readOnly === true) await setReadOnly(session, before, options);
  await record.note({ event: 'put-back', by: mode.readOnly === true ? by : 'somebody else' });
  // The operator does the rest by itself: who has cancelled need not wait for it.
  if (request.signal.aborted) return;
  try {
    await untilReadOnlyIs(session, false, { ...waiting(request, 'putting-back'), retry: PATIENT });
  } catch (error) {
    if (!request.signal.aborted) throw error;
  }
}

function waiting(
  { signal, patienceMs, pollMs, onStage }: HardPruneRequest,
  stage: 'read-only' | 'putting-back',
): ReadOnlyOptions {
  return { signal, patienceMs, pollMs, onProgress: (progress) => onStage?.({ stage, ...progress }) };
}

/** An error with what became of the read-only mode. */
function afterwards(error: unknown, back: HardPruned['putBack'], signal: AbortSignal): Error {
  const what = signal.aborted ? said('Cancelled.') : asSentence(wordsOf(error));
  const kind = signal.aborted ? 'cancelled' : error instanceof HardPruneError ? error.kind : 'failed';
  return new HardPruneError(kind, saidTogether(what, becameOf(back)), { cause: error });
}

function becameOf(back: HardPruned['putBack']): Said {
  switch (back.state) {
    case 'done':
      return said('The registry’s read-only mode was put back as it was.');
    case 'not-needed':
      return said('The registry stays read-only, as it was before.');
    case 'owed':
      return said(
        'The registry is still read-only: {0} Put it back with: {1}',
        asSentence(back.why),
        ownCommand('hard-prune restore'),
      );
  }
}

/**
 * The hard prunes that have left the registry read-only, the oldest first.
 * @throws HardPruneError where one is at work
 */
export async function owingHardPrunes(runs: string, server: string): Promise<HardPruneOverview[]> {
  const all = await readHardPrunes(runs, server);
  const busy = all.find(({ running }) => running);
  if (busy) {
    throw new HardPruneError(
      'busy',
      said(
        'The hard prune {0} of this registry is being worked on by another process. Wait until it ends.',
        busy.header.id,
      ),
    );
  }
  return all.filter(({ owed }) => owed);
}

/**
 * Puts the read-only mode back where a hard prune has left it, because its process or the API server was gone.
 * @returns how many had left it so
 * @throws HardPruneError; what the session throws
 */
export async function restoreReadOnly(request: HardPruneRequest): Promise<number> {
  const { session, runs } = request;
  const [first, ...others] = await owingHardPrunes(runs, session.server);
  if (first === undefined) return 0;
  const deleting = first.events.findLast((one) => one.event === 'deleting');
  const isUnclear = !first.events.some(({ event }) => event === 'deleted');
  if (deleting && isUnclear) await endPod(session, deleting.pod, AbortSignal.timeout(LAST_PATIENCE_MS));
  const record = await HardPruneRecord.open(first.folder, first.header.id);
  try {
    await putBackNow(request, record, first.header.readOnlyBefore, 'restore');
  } finally {
    await record.close();
  }
  for (const one of others) await takeOver(one, first.header.id);
  return 1 + others.length;
}

async function takeOver({ folder, header }: HardPruneOverview, by: string): Promise<void> {
  const record = await HardPruneRecord.open(folder, header.id);
  await record.note({ event: 'put-back', by });
  await record.close();
}

import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobPlan, ImagePlan, StreamPlan } from '../../engine/plan.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import { type Said, SaidError, said } from '../../engine/said.ts';
import { isObject, type JsonObject, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import type { PruneOrder } from '../order.ts';
import { parseLogLine } from './entries.ts';
import type { RunHeader } from './journal.ts';
import { isHeld } from './lock.ts';
import { addToProgress, noProgress, type RunProgress } from './progress.ts';
import { FILES } from './run-files.ts';

/** A run's folder can't be read as one. */
export class RunUnreadableError extends SaidError {
  override name = 'RunUnreadableError';
}

/** A run without the long lists of its order. */
export interface RunOverview {
  folder: string;
  header: RunHeader;
  plan: PlanSummary;
  progress: RunProgress;
  /** A process works on it now. */
  running: boolean;
}

/** The ids of the runs in a folder, the newest first; none where there is no such folder. */
export async function runIds(runs: string): Promise<string[]> {
  try {
    const names = await readdir(runs);
    return names
      .filter((name) => RUN_ID.test(name))
      .sort()
      .reverse();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/**
 * Reads a run without its long lists.
 * @throws RunUnreadableError
 */
export async function readOverview(folder: string): Promise<RunOverview> {
  const head: { header?: RunHeader; plan?: PlanSummary } = {};
  for await (const line of objectsIn(join(folder, FILES.order))) {
    takeHead(head, line);
    if (head.header && head.plan) break;
  }
  const { header, plan } = wholeHead(folder, head);
  const progress = await readProgress(folder);
  return { folder, header, plan, progress, running: await isHeld(join(folder, FILES.lock)) };
}

/**
 * Reads what a run is to do.
 * @throws RunUnreadableError where the file is not whole: a line more or less would pair blobs with other images
 */
export async function readOrder(folder: string): Promise<{ header: RunHeader; order: PruneOrder }> {
  const head: { header?: RunHeader; plan?: PlanSummary } = {};
  const streams: StreamPlan[] = [];
  const images: ImagePlan[] = [];
  const keptIndexes: ImagePlan[] = [];
  const blobs: BlobPlan[] = [];
  let end: JsonObject | undefined;
  for await (const text of linesIn(join(folder, FILES.order))) {
    const line = parsed(text);
    if (!isObject(line)) throw unreadable(folder, said('{0} is damaged', FILES.order));
    takeHead(head, line);
    if (isStreamPlan(line.stream)) streams.push(line.stream);
    else if (isImagePlan(line.image)) images.push(line.image);
    else if (isImagePlan(line.keptIndex)) keptIndexes.push(line.keptIndex);
    else if (isBlobPlan(line.blob)) blobs.push(line.blob);
    else if (line.end === true) end = line;
  }
  const { header, plan } = wholeHead(folder, head);
  if (!end) throw unreadable(folder, said('{0} has lost its end', FILES.order));
  const { counts } = plan;
  const told = [counts.streams, counts.images, counts.blobs, numberAt(end, 'keptIndexes')];
  const read = [streams, images, blobs, keptIndexes];
  if (read.some((list, place) => list.length !== told[place])) {
    throw unreadable(folder, said('{0} has lost lines', FILES.order));
  }
  return { header, order: { plan, streams, images, keptIndexes, blobs } };
}

/** Reads what was done. A line cut off by a crash counts for nothing. */
export async function readProgress(folder: string): Promise<RunProgress> {
  const progress = noProgress();
  for await (const text of linesIn(join(folder, FILES.log))) {
    const line = parseLogLine(text);
    if (line) addToProgress(progress, line);
  }
  return progress;
}

/** The API objects as they were before the first change. */
export async function* readObjects(folder: string): AsyncGenerator<{ kind: string; object: JsonObject }> {
  for await (const line of objectsIn(join(folder, FILES.objects))) {
    yield { kind: textAt(line, 'kind'), object: objectAt(line, 'object') };
  }
}

function takeHead(head: { header?: RunHeader; plan?: PlanSummary }, line: JsonObject): void {
  if (isRunHeader(line.run)) head.header = line.run;
  if (isPlanSummary(line.plan)) head.plan = line.plan;
}

function wholeHead(folder: string, { header, plan }: { header?: RunHeader; plan?: PlanSummary }) {
  if (!header || !plan)
    throw unreadable(folder, said('{0} doesn’t begin as a run of this version does', FILES.order));
  return { header, plan };
}

function unreadable(folder: string, why: Said): RunUnreadableError {
  return new RunUnreadableError(said('the run in {0} can’t be read: {1}', folder, why));
}

async function* objectsIn(path: string): AsyncGenerator<JsonObject> {
  for await (const text of linesIn(path)) {
    const value = parsed(text);
    if (isObject(value)) yield value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* linesIn(path: string): AsyncGenerator<string> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    // A run that has not come to its first entry has no log.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    for await (const line of file.readLines({ encoding: 'utf8', autoClose: false })) {
      if (line !== '') yield line;
    }
  } finally {
    await file.close();
  }
}

// The files are this program's own and only its user can write them, so that a look at the outline is enough.

function isRunHeader(value: unknown): value is RunHeader {
  return isObject(value) && value.kind === 'PruneRun' && value.version === 1 && textAt(value, 'id') !== '';
}

function isPlanSummary(value: unknown): value is PlanSummary {
  return (
    isObject(value) &&
    value.kind === 'PrunePlan' &&
    value.version === 1 &&
    isObject(value.options) &&
    isObject(value.counts) &&
    isObject(value.bytes)
  );
}

function isStreamPlan(value: unknown): value is StreamPlan {
  return isObject(value) && textAt(value, 'name') !== '' && Array.isArray(value.tags);
}

function isImagePlan(value: unknown): value is ImagePlan {
  return isObject(value) && textAt(value, 'name') !== '' && Array.isArray(value.blobs);
}

function isBlobPlan(value: unknown): value is BlobPlan {
  return isObject(value) && textAt(value, 'digest') !== '';
}

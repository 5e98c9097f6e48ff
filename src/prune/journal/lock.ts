import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { SaidError, said } from '../../engine/said.ts';
import { isObject } from '../../engine/shape.ts';

/** Another process works on the run. */
export class RunBusyError extends SaidError {
  override name = 'RunBusyError';
}

/**
 * Takes a run for this process. A lock whose process has ended on this machine is taken over.
 * @returns how to give it back
 * @throws RunBusyError
 */
export async function takeLock(path: string, run: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    since: performance.timeOrigin,
    key: randomBytes(8).toString('hex'),
  });
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await isPlaced(path, own)) return () => giveBack(path, own);
    const other = await textOf(path);
    if (other === undefined) continue;
    if (isOfLivingProcess(other)) {
      throw new RunBusyError(
        said(
          'the run {0} is being worked on by another process. Wait until it ends. If you are sure that it has ended, remove {1}',
          run,
          path,
        ),
      );
    }
    await takeAway(path, other);
  }
  throw new RunBusyError(said('the run {0} could not be locked: {1} keeps coming back', run, path));
}

/** Whether a process that is still there holds the lock. One on another machine counts as there. */
export async function isHeld(path: string): Promise<boolean> {
  const text = await textOf(path);
  return text !== undefined && isOfLivingProcess(text);
}

/** Puts the lock there, whole from its first moment: an empty one would look abandoned. False where there is one. */
async function isPlaced(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(whole, text, { flag: 'wx', mode: 0o600 });
  try {
    await link(whole, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    // Not every file system has links.
    return await isWritten(path, text);
  } finally {
    await rm(whole, { force: true });
  }
}

async function isWritten(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Removes the abandoned lock with this text. Of several that want to, one alone may: who links it to a name of its own
 * first. Where another has been faster, the lock that has taken its place stays.
 */
async function takeAway(path: string, text: string): Promise<void> {
  const claim = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  try {
    await link(path, claim);
  } catch (error) {
    if (isCode(error, 'EEXIST') || isCode(error, 'ENOENT')) return;
    await rm(path, { force: true });
    return;
  }
  if ((await textOf(claim)) === text) await rm(path, { force: true });
  await rm(claim, { force: true });
}

async function giveBack(path: string, own: string): Promise<void> {
  if ((await textOf(path)) === own) await rm(path, { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isOfLivingProcess(text: string): boolean {
  const { pid, host, since } = parsed(text);
  if (typeof pid !== 'number' || typeof host !== 'string') return false;
  if (host !== hostname()) return true;
  // Process ids come again, in containers at once.
  if (pid === process.pid) return since === undefined || since === performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function parsed(text: string): { pid?: unknown; host?: unknown; since?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

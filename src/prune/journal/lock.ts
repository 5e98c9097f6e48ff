import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Another process works on the run. */
export class RunBusyError extends Error {
  override name = 'RunBusyError';
}

/**
 * Takes a run for this process. A lock whose process has ended on this machine is taken over.
 * @returns how to give it back
 * @throws RunBusyError
 */
export async function takeLock(path: string, run: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if (await isHeld(path)) {
      throw new RunBusyError(
        `the run ${run} is being worked on by another process. Wait until it ends. If you are sure that it has ended, remove ${path}`,
      );
    }
    await rm(path, { force: true });
  }
  throw new RunBusyError(`the run ${run} could not be locked: ${path} keeps coming back`);
}

/** Whether a process that is still there holds the lock. One on another machine counts as there. */
export async function isHeld(path: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return false;
  }
  const [, pid, host] = /^\{"pid":(\d+),"host":"([^"]*)"\}$/.exec(text) ?? [];
  if (pid === undefined) return false;
  if (host !== hostname()) return true;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { type ChildProcess, spawn } from 'node:child_process';

/** A plugin answers with a few kilobytes; more than this is not an answer. */
const MAX_STDOUT_BYTES = 1024 * 1024;
const STDERR_TAIL_CHARACTERS = 8 * 1024;
/** From the polite signal to the one that can't be ignored. */
const KILL_AFTER_MS = 2000;

export interface PluginRun {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Gives the process our standard input. */
  readonly interactive: boolean;
  readonly signal?: AbortSignal;
  /** What it writes to stderr, as it comes. */
  readonly onStderr?: (text: string) => void;
}

export interface PluginOutcome {
  /** `timeout`, `aborted` and `overflow`: the process was killed, with everything it had started. */
  readonly end: 'exit' | 'timeout' | 'aborted' | 'overflow';
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  /** The last 8 K characters. */
  readonly stderr: string;
}

/** Runs a command without a shell, to its end or to the timeout. Rejects where it can't be started. */
export function runPlugin(run: PluginRun): Promise<PluginOutcome> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what the command starts can be ended with it. A process that talks to the
    // terminal must stay in ours.
    const detached = !run.interactive && process.platform !== 'win32';
    const child = spawn(run.file, [...run.args], {
      env: { ...run.env },
      stdio: [run.interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      detached,
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = '';
    let end: PluginOutcome['end'] = 'exit';
    let killTimer: NodeJS.Timeout | undefined;

    const stop = (why: PluginOutcome['end']) => {
      if (end !== 'exit') return;
      end = why;
      endTree(child, detached, 'SIGTERM');
      killTimer = setTimeout(() => {
        endTree(child, detached, 'SIGKILL');
        // A process that left the group may hold the pipes open: don't wait for it.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, KILL_AFTER_MS);
    };
    const timer = setTimeout(() => stop('timeout'), run.timeoutMs);
    const onAbort = () => stop('aborted');
    run.signal?.addEventListener('abort', onAbort, { once: true });
    if (run.signal?.aborted) onAbort();
    const settled = () => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      run.signal?.removeEventListener('abort', onAbort);
    };

    child.stdout?.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > MAX_STDOUT_BYTES) stop('overflow');
      else stdout.push(chunk);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_TAIL_CHARACTERS);
      run.onStderr?.(text);
    });
    child.once('error', (error) => {
      settled();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settled();
      resolve({ end, code, signal, stdout: Buffer.concat(stdout).toString('utf8'), stderr });
    });
  });
}

function endTree(child: ChildProcess, group: boolean, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    if (group) process.kill(-pid, signal);
    else child.kill(signal);
  } catch {
    // It is gone already.
  }
}

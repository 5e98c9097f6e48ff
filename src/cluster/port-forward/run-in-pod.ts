import { Readable, Writable } from 'node:stream';
import { SaidErrorOf, said, wordsOf } from '../../engine/said.ts';
import { isObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { loadClientNode } from './client-node.ts';
import { shakeHandsWith, type WebSocket } from './own-web-socket.ts';

/** A program to run in a container that is there. */
export interface PodProgram {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onStdout?: (piece: Buffer) => void;
  readonly onStderr?: (piece: Buffer) => void;
  /** Between two pings that keep what lies in between from taking silence for death: milliseconds; 15 s where absent. */
  readonly pingMs?: number;
}

/**
 * `forbidden`: the right is missing; `not-started`: the node could not start it; `unknown`: the connection broke or was
 * ended by us, and the program may go on in the pod.
 */
export type ExecProblem = 'forbidden' | 'no-pod' | 'not-started' | 'unknown';

/** A program in a pod was not run, or it isn't known how it ended. */
export class ExecError extends SaidErrorOf<ExecProblem> {
  override readonly name = 'ExecError';
}

/**
 * Runs a program in a pod's container, as `oc exec` does, and waits for its end. Where the signal ends the wait, the
 * program goes on: nothing in the protocol stops it.
 * @returns its exit code
 * @throws ExecError; what the session throws, where nothing was begun
 */
export async function runInPod(
  session: ApiSession,
  program: PodProgram,
  options: RunOptions = {},
): Promise<number> {
  const library = await loadClientNode();
  const { namespace, pod, container, command } = program;
  const running = new RunningProgram(program, options);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  try {
    await session.upgrade({ path, signal: options.signal }, (connection) =>
      shakeHandsWith(library, session.server, connection, {
        streams: running.streams,
        follow: (webSocket) => running.follow(webSocket),
        speak: (config, handler) =>
          new library.Exec(config, handler).exec(
            namespace,
            pod,
            container,
            [...command],
            running.streams.stdout,
            running.streams.stderr,
            null,
            false,
            (status) => running.ended(status),
          ),
      }),
    );
  } catch (error) {
    throw explained(error, program);
  }
  return running.exitCode();
}

class RunningProgram {
  readonly streams;
  readonly #program: PodProgram;
  readonly #options: RunOptions;
  readonly #end: Promise<number>;
  #webSocket?: WebSocket;
  #resolve: (code: number) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(program: PodProgram, options: RunOptions) {
    this.#program = program;
    this.#options = options;
    const into = (take: ((piece: Buffer) => void) | undefined) =>
      new Writable({
        write: (piece: Buffer, _encoding, done) => {
          take?.(piece);
          done();
        },
      });
    this.streams = {
      stdin: new Readable({ read() {} }),
      stdout: into(options.onStdout),
      stderr: into(options.onStderr),
    };
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#end.catch(() => {});
  }

  follow(webSocket: WebSocket): void {
    this.#webSocket = webSocket;
    webSocket.once('close', (code) => {
      const { pod, command } = this.#program;
      this.#reject(
        new ExecError(
          'unknown',
          said(
            'The connection to {0} in the pod {1} broke before it said how it ended (WebSocket code {2}), so it may go on.',
            command.at(-1) ?? '',
            pod,
            code,
          ),
        ),
      );
    });
  }

  /** The Status that the node sends when the program has ended; it comes before the close. */
  ended(status: unknown): void {
    const { pod } = this.#program;
    if (isObject(status) && status.status === 'Success') {
      this.#resolve(0);
      return;
    }
    const cause = listAt(objectAt(status, 'details'), 'causes').find(
      (one) => textAt(one, 'reason') === 'ExitCode',
    );
    const code = Number(textAt(cause, 'message'));
    if (cause !== undefined && Number.isInteger(code)) this.#resolve(code);
    else {
      this.#reject(
        new ExecError(
          'not-started',
          said('Nothing was run in the pod {0}: {1}', pod, textAt(status, 'message')),
        ),
      );
    }
  }

  async exitCode(): Promise<number> {
    const { signal, pingMs = 15_000 } = this.#options;
    const pings = setInterval(() => this.#webSocket?.ping(), pingMs);
    const onAbort = () => this.#webSocket?.terminate();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return await this.#end;
    } finally {
      clearInterval(pings);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

function explained(error: unknown, { namespace, pod }: PodProgram): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 403) {
    return new ExecError(
      'forbidden',
      said(
        'This user may not run programs in pods ({0}). It takes create of pods/exec in {1}, which the role edit holds; an administrator can grant it: {2}',
        error.serverMessage,
        namespace,
        `oc adm policy add-role-to-user edit <user> -n ${namespace}`,
      ),
      { cause: error },
    );
  }
  if (error.status === 404) {
    return new ExecError('no-pod', said('The pod {0} is gone ({1}). Try again.', pod, error.serverMessage), {
      cause: error,
    });
  }
  return new ExecError('not-started', said('Nothing was run in the pod {0}. {1}', pod, wordsOf(error)), {
    cause: error,
  });
}

// pods/exec over WebSocket: a program in a pod, its streams on channels, and how it ended on another
// (k8s.io/apimachinery, pkg/util/remotecommand).
import type { WebSocket } from 'ws';
import { isObject, listAt, textAt } from '../../../src/engine/shape.ts';
import type { Answer, Call } from '../call.ts';
import { existing } from '../objects.ts';
import { badRequest } from '../status.ts';
import { ChannelServer, sendOn } from '../web-sockets.ts';
import { containerOf } from './log-requests.ts';
import { NoSuchProgramError, runCommand } from './programs.ts';

const STDOUT = 1;
const STDERR = 2;
/** How it ended: a Status. */
const ERROR = 3;

const CHANNELS = new ChannelServer('v5.channel.k8s.io', 'v4.channel.k8s.io');

/** A handler of the API server. What is sent to stdin is not read: no program here does. */
export function exec(call: Call): Answer | undefined {
  const { target, query, state } = call;
  if (target?.resource.plural !== 'pods' || target.subresource !== 'exec') return undefined;
  const pod = existing(call, target);
  const argv = query.getAll('command');
  if (argv.length === 0) throw badRequest('you must specify at least 1 command for the container');
  const streams = ['stdin', 'stdout', 'stderr'].filter((name) =>
    ['true', '1'].includes(query.get(name) ?? ''),
  );
  if (streams.length === 0) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  const name = containerOf(pod, query.get('container') ?? '');
  const phase = textAt(pod.status, 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw badRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  if (phase !== 'Running') throw badRequest(`pod ${pod.metadata.name} is not running: ${phase}`);
  CHANNELS.check(call);
  const container =
    listAt(pod.spec, 'containers')
      .filter(isObject)
      .find((one) => textAt(one, 'name') === name) ?? {};
  const run = async (webSocket: WebSocket) => {
    const said: Promise<void>[] = [];
    const write = (stream: string, channel: number) => (text: string) => {
      if (streams.includes(stream)) said.push(sendOn(webSocket, channel, Buffer.from(text)));
    };
    // As in a container, it goes on where the client has gone.
    const { signal } = new AbortController();
    const io = { pod, container, stdout: write('stdout', STDOUT), stderr: write('stderr', STDERR), signal };
    const status = await runCommand(state.programs, argv, io).then(statusOf, failureOf);
    await Promise.all(said);
    await sendOn(webSocket, ERROR, Buffer.from(JSON.stringify(status)));
    webSocket.close(1000);
  };
  return {
    kind: 'stream',
    run: (response) =>
      CHANNELS.start(response, (webSocket) => {
        run(webSocket).catch((error: unknown) => {
          // Only our own bugs come here: a client must not wait for them.
          webSocket.terminate();
          throw error;
        });
      }),
  };
}

function statusOf(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function failureOf(error: unknown): object {
  if (!(error instanceof NoSuchProgramError)) throw error;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: ${error.message}: unknown`,
    reason: 'InternalError',
    details: { causes: [{ message: error.message }] },
    code: 500,
  };
}

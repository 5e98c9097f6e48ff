import type { Socket } from 'node:net';
import { Duplex, Readable, Writable } from 'node:stream';
import { said } from '../../engine/said.ts';
import type { ApiSession, Handshake, UpgradeConnection } from '../session/api-session.ts';
import { type ClientNode, loadClientNode } from './client-node.ts';
import { shakeHandsWith, type WebSocket } from './own-web-socket.ts';
import type { PodPort } from './service-pods.ts';
import { TunnelError } from './tunnel-error.ts';

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** How long a pod may say nothing after our side has ended, before the stream is; 30 s where absent. */
  readonly silenceMs?: number;
}

/** Codes of an orderly end: a normal one, and one that says nothing (RFC 6455, 7.4.1). */
const ORDERLY = [1000, 1005];
const LONGEST_COMPLAINT = 2_000;

/**
 * A stream to a pod's port and back, through the API server. It ends when the pod's side does, and is destroyed with a
 * {@link TunnelError} when it breaks or nothing in the pod accepts it, which is known only after it has opened.
 * The protocol can't carry an end of our side alone: it is kept open for the pod's answer until that stays silent.
 * Throws what the session throws: an `ApiError` says that the server refused.
 */
export async function openPodStream(
  session: ApiSession,
  target: PodPort,
  options: StreamOptions = {},
): Promise<Duplex> {
  const library = await loadClientNode();
  const { namespace, pod } = target;
  const request = {
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`,
    signal: options.signal,
  };
  return session.upgrade(request, (connection) =>
    shakeHands(library, session.server, connection, new PodStream(target, connection.socket, options)),
  );
}

async function shakeHands(
  library: ClientNode,
  server: string,
  connection: UpgradeConnection,
  stream: PodStream,
): Promise<Handshake<PodStream>> {
  const { namespace, pod, port } = stream.target;
  // What a server says about closing standard streams isn't meant for those of this process.
  const streams = { stdin: stream.outgoing, stdout: stream.incoming, stderr: stream.complaints };
  const outcome = await shakeHandsWith(library, server, connection, {
    streams,
    follow: (webSocket) => stream.follow(webSocket),
    speak: (config, handler) =>
      new library.PortForward(config, true, handler).portForward(
        namespace,
        pod,
        [port],
        stream.incoming,
        stream.complaints,
        stream.outgoing,
      ),
  });
  if ('refused' in outcome) return outcome;
  stream.begin();
  return { opened: stream };
}

class PodStream extends Duplex {
  readonly target: PodPort;
  /** What client-node reads and sends. */
  readonly outgoing = new Readable({ read() {} });
  /** Where client-node writes what the pod sends. */
  readonly incoming = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.#received(chunk);
      done();
    },
  });
  /** Where client-node writes what the node says about the port. */
  readonly complaints = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (this.#complaint.length < LONGEST_COMPLAINT) this.#complaint += chunk.toString('utf8');
      done();
    },
  });
  readonly #socket: Socket;
  readonly #silenceMs: number;
  #webSocket?: WebSocket;
  #complaint = '';
  #begun = false;
  #closedWith?: number;
  #written?: () => void;
  #silence?: NodeJS.Timeout;

  constructor(target: PodPort, socket: Socket, { silenceMs = 30_000 }: StreamOptions) {
    super();
    this.target = target;
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    // Once the pod has ended, nobody is there to write to.
    this.once('end', () => this.destroy());
  }

  /** Before the handshake, so that nothing is missed. */
  follow(webSocket: WebSocket): void {
    this.#webSocket = webSocket;
    webSocket.once('close', (code) => {
      this.#closedWith = code;
      if (this.#begun) this.#finish(code);
    });
  }

  /** After the handshake: client-node listens to `outgoing` first, so that its chunks have been sent when we hear of them. */
  begin(): void {
    this.outgoing.on('data', () => {
      const done = this.#written;
      this.#written = undefined;
      if (!done) return;
      if (this.#socket.writableNeedDrain) this.#socket.once('drain', done);
      else done();
    });
    this.#begun = true;
    if (this.#closedWith !== undefined) this.#finish(this.#closedWith);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (chunk.length === 0) {
      done();
      return;
    }
    this.#written = done;
    this.outgoing.push(chunk);
  }

  override _final(done: () => void): void {
    this.#silence = setTimeout(() => this.#webSocket?.close(1000), this.#silenceMs);
    done();
  }

  override _read(): void {
    this.#webSocket?.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#silence);
    this.outgoing.destroy();
    this.#webSocket?.terminate();
    this.#socket.destroy();
    if (this.#socket.closed) done(error);
    else this.#socket.once('close', () => done(error));
  }

  #received(chunk: Buffer): void {
    if (this.destroyed) return;
    this.#silence?.refresh();
    if (chunk.length > 0 && !this.push(chunk)) this.#webSocket?.pause();
  }

  #finish(code: number): void {
    clearTimeout(this.#silence);
    const { pod, port } = this.target;
    const complaint = this.#complaint.trim();
    if (complaint !== '') this.destroy(unforwarded(this.target, complaint));
    else if (ORDERLY.includes(code)) this.push(null);
    else {
      this.destroy(
        new TunnelError(
          'failed',
          said(
            'The connection to port {0} of the pod {1} broke (WebSocket code {2}): the pod or the connection to the API server is gone. Try again.',
            port,
            pod,
            code,
          ),
        ),
      );
    }
  }
}

/** The node's complaint in words; it is the only one to know why. */
function unforwarded({ namespace, pod, port }: PodPort, complaint: string): TunnelError {
  if (/connection refused/i.test(complaint)) {
    return new TunnelError(
      'refused',
      said(
        'Nothing in the pod {0} accepts connections on port {1}: {2}. See what the pod says: oc logs {0} -n {3}',
        pod,
        port,
        complaint,
        namespace,
      ),
    );
  }
  return new TunnelError(
    'failed',
    said(
      'The node of the pod {0} can’t forward port {1}: {2}. See how the pod is: oc describe pod {0} -n {3}',
      pod,
      port,
      complaint,
      namespace,
    ),
  );
}

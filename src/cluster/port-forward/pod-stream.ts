import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex, Readable, Writable } from 'node:stream';
import { said } from '../../engine/said.ts';
import type { ApiSession, Handshake, UpgradeConnection } from '../session/api-session.ts';
import { type ClientNode, loadClientNode } from './client-node.ts';
import type { PodPort } from './service-pods.ts';
import { TunnelError } from './tunnel-error.ts';

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** How long a pod may say nothing after our side has ended, before the stream is; 30 s where absent. */
  readonly silenceMs?: number;
}

type WebSocket = InstanceType<ClientNode['WebSocket']>;

/** Codes of an orderly end: a normal one, and one that says nothing (RFC 6455, 7.4.1). */
const ORDERLY = [1000, 1005];
const LONGEST_REFUSAL = 64 * 1024;
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

/**
 * client-node speaks the protocol of port-forwarding, on our connection and with our headers: by itself it would know no
 * group, uid or extra to impersonate, no authority of this machine, no proxy of the environment and no intermediate as
 * an anchor of trust. So its configuration gets the server's address and no credential.
 */
async function shakeHands(
  { KubeConfig, PortForward, WebSocketHandler, WebSocket }: ClientNode,
  server: string,
  { socket, authorize }: UpgradeConnection,
  stream: PodStream,
): Promise<Handshake<PodStream>> {
  let refused: Promise<Handshake<never>> | undefined;
  const config = new KubeConfig();
  config.clusters = [{ name: 'api', server, skipTLSVerify: false }];
  config.contexts = [{ name: 'api', cluster: 'api', user: '' }];
  config.setCurrentContext('api');
  config.applyToHTTPSOptions = async () => {};
  const openWebSocket = (uri: string, protocols: string[]) => {
    const options = {
      createConnection: () => socket,
      headers: { host: new URL(uri).host },
      perMessageDeflate: false,
      // From the close frame to the end of the connection, if the server doesn't end it.
      closeTimeout: 5_000,
      finishRequest(request: ClientRequest, webSocket: WebSocket) {
        stream.follow(webSocket);
        webSocket.once('unexpected-response', (_request, response) => {
          refused = refusal(response).finally(() => webSocket.terminate());
        });
        authorize(request);
        request.end();
      },
    };
    return new WebSocket(onOwnConnection(uri), protocols, options);
  };
  // What a server says about closing standard streams isn't meant for those of this process.
  const streams = { stdin: stream.outgoing, stdout: stream.incoming, stderr: stream.complaints };
  const forward = new PortForward(config, true, new WebSocketHandler(config, openWebSocket, streams));
  const { namespace, pod, port } = stream.target;
  try {
    await forward.portForward(namespace, pod, [port], stream.incoming, stream.complaints, stream.outgoing);
  } catch (error) {
    if (refused) return await refused;
    // An ErrorEvent of the WebSocket has the error in it.
    throw error instanceof Error ? error : Reflect.get(Object(error), 'error');
  }
  stream.begin();
  return { opened: stream };
}

/**
 * The address as one behind a local socket, whose path is never opened. An editor replaces `request` of `node:https` for
 * its extensions by one that connects by the editor's own settings, whatever connection it is given, except to a local
 * socket (microsoft/vscode-proxy-agent, `createHttpPatch`).
 */
function onOwnConnection(uri: string): string {
  const { pathname, search } = new URL(uri);
  return `ws+unix:/connected:${pathname}${search}`;
}

/** What the server answered in place of changing the protocol. */
async function refusal(response: IncomingMessage): Promise<Handshake<never>> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_REFUSAL) break;
  }
  const { statusCode: status = 0, headers } = response;
  return { refused: { status, headers, body: Buffer.concat(pieces) } };
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

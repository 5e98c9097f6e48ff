import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { Handshake, UpgradeConnection } from '../session/api-session.ts';
import type { ClientNode } from './client-node.ts';

export type WebSocket = InstanceType<ClientNode['WebSocket']>;
type KubeConfig = InstanceType<ClientNode['KubeConfig']>;
type WebSocketHandler = InstanceType<ClientNode['WebSocketHandler']>;

/** What is spoken over a WebSocket. */
export interface Spoken<Opened> {
  /** What the handler takes for this process's own standard streams. */
  streams: { stdin: Readable; stdout: Writable; stderr: Writable };
  /** Told of the WebSocket before its handshake, so that nothing is missed. */
  follow(webSocket: WebSocket): void;
  /** Has client-node open it. */
  speak(config: KubeConfig, handler: WebSocketHandler): Promise<Opened>;
}

const LONGEST_REFUSAL = 64 * 1024;

/**
 * client-node speaks the protocols of pods, on our connection and with our headers: by itself it would know no group, uid
 * or extra to impersonate, no authority of this machine, no proxy of the environment and no intermediate as an anchor of
 * trust. So its configuration gets the server's address and no credential.
 */
export async function shakeHandsWith<Opened>(
  { KubeConfig, WebSocketHandler, WebSocket }: ClientNode,
  server: string,
  { socket, authorize }: UpgradeConnection,
  { streams, follow, speak }: Spoken<Opened>,
): Promise<Handshake<Opened>> {
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
        follow(webSocket);
        webSocket.once('unexpected-response', (_request, response) => {
          refused = refusal(response).finally(() => webSocket.terminate());
        });
        authorize(request);
        request.end();
      },
    };
    return new WebSocket(onOwnConnection(uri), protocols, options);
  };
  try {
    return { opened: await speak(config, new WebSocketHandler(config, openWebSocket, streams)) };
  } catch (error) {
    if (refused) return await refused;
    // An ErrorEvent of the WebSocket has the error in it.
    throw error instanceof Error ? error : Reflect.get(Object(error), 'error');
  }
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

import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiSession } from '../session/api-session.ts';
import type { ServicePort } from './service-pods.ts';
import { ServiceStreams } from './service-streams.ts';

export interface TunnelRequest extends ServicePort {
  /** Ends the tunnel, too, once it is open. */
  readonly signal?: AbortSignal;
  /**
   * How long a connection whose client has ended its side waits for a pod that says nothing; 30 s where absent.
   * A port-forward can't tell the pod that the client has finished.
   */
  readonly silenceMs?: number;
}

/** A local port that leads to a pod behind a service. Everybody on this machine can connect to it. */
export interface Tunnel {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `pod/<name>` that the last connection led to. */
  readonly target: string;
  /**
   * Why the last connection that failed did: its client only sees a reset. A `TunnelError`, `ClusterUnreachableError` or
   * `CredentialError`; `undefined` as long as none has.
   */
  readonly failure: Error | undefined;
  /** Ends the port and all connections; resolves when nothing is left of them. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1 and forwards each connection to a ready pod behind the service; to another where
 * that pod has gone. Before it listens it tries whether that works. The session must stay open as long as the tunnel.
 * Throws `TunnelError`, `ClusterUnreachableError` or `CredentialError`, and the signal's reason.
 */
export async function openTunnel(session: ApiSession, request: TunnelRequest): Promise<Tunnel> {
  const { signal, silenceMs, ...way } = request;
  signal?.throwIfAborted();
  const streams = new ServiceStreams(session, way, silenceMs);
  const tunnel = new LocalTunnel(streams, signal);
  try {
    await tunnel.open();
  } catch (error) {
    await tunnel.close();
    throw error;
  }
  return tunnel;
}

class LocalTunnel implements Tunnel {
  readonly host = '127.0.0.1';
  readonly #streams: ServiceStreams;
  readonly #server: Server;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.close();
  readonly #connections = new Set<Promise<void>>();
  #port = 0;
  #failure?: Error;
  #closed?: Promise<void>;

  constructor(streams: ServiceStreams, signal: AbortSignal | undefined) {
    this.#streams = streams;
    this.#signal = signal;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  get port(): number {
    return this.#port;
  }

  get target(): string {
    return `pod/${this.#streams.pod}`;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  async open(): Promise<void> {
    const signals = [this.#closing.signal, ...(this.#signal ? [this.#signal] : [])];
    await ended(await this.#streams.open(AbortSignal.any(signals)));
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, this.host, resolve);
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
    this.#signal?.throwIfAborted();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#closing.abort(new Error('The tunnel has been closed.'));
    // It is an error, and no matter, to close what doesn't listen yet.
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(this.#connections);
  }

  #accept(client: Socket): void {
    const connection = this.#forward(client).finally(() => this.#connections.delete(connection));
    this.#connections.add(connection);
  }

  /** Settles when both ends of the connection have closed; never rejects. */
  async #forward(client: Socket): Promise<void> {
    const { signal } = this.#closing;
    const gone = closed(client.on('error', () => {}));
    // Here and below: a client must not take half an answer for a whole one.
    const onClose = () => client.resetAndDestroy();
    signal.addEventListener('abort', onClose, { once: true });
    try {
      const stream = await this.#streams.open(signal);
      await this.#joined(client, stream);
    } catch (error) {
      if (!signal.aborted) this.#failure = error instanceof Error ? error : new Error(String(error));
      client.resetAndDestroy();
    } finally {
      signal.removeEventListener('abort', onClose);
    }
    await gone;
  }

  /** Resolves when the stream has closed; rejects with what broke it. Either end of the two ends the other. */
  #joined(client: Socket, stream: Duplex): Promise<void> {
    return new Promise((resolve, reject) => {
      stream.once('error', (error) => {
        client.resetAndDestroy();
        reject(error);
      });
      stream.once('close', () => {
        client.destroySoon();
        resolve();
      });
      client.once('close', () => stream.destroy());
      if (client.destroyed) stream.destroy();
      client.pipe(stream).pipe(client);
    });
  }
}

function closed(client: Socket): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

async function ended(stream: Duplex): Promise<void> {
  await new Promise((resolve) => stream.once('close', resolve).destroy());
}

import type { Socket } from 'node:net';
import type { ApiRequest, Handshake, UpgradeConnection } from './api-session.ts';
import { ClosedError } from './closed-error.ts';
import { unlessAborted } from './unless-aborted.ts';

export type UpgradeRequest = Pick<ApiRequest, 'path' | 'signal' | 'headersTimeoutMs'>;

/** One attempt to change the protocol, with one credential. */
export interface UpgradeAttempt {
  readonly signal?: AbortSignal;
  /** 0 for never. */
  readonly answerTimeoutMs: number;
  /** They hold the credential. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  open(): Promise<Socket>;
}

/** The connections that have changed their protocol, or are about to: the session's to end with itself. */
export class Upgrades {
  readonly #sockets = new Set<Socket>();
  #closed = false;

  /** Throws what broke it, as it came. A connection that isn't `opened` is ended. */
  async attempt<Opened>(
    { signal, answerTimeoutMs, headers, open }: UpgradeAttempt,
    handshake: (connection: UpgradeConnection) => Promise<Handshake<Opened>>,
  ): Promise<Handshake<Opened>> {
    signal?.throwIfAborted();
    if (this.#closed) throw new ClosedError();
    const opening = open();
    opening.then((late) => (this.#closed || signal?.aborted) && late.destroy()).catch(() => {});
    const socket = await unlessAborted(opening, signal);
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    if (this.#closed) {
      socket.destroy();
      throw new ClosedError();
    }
    const cut = new Promise<never>((_resolve, reject) => {
      socket.once('close', () => reject(socket.errored ?? new CutError()));
    });
    cut.catch(() => {});
    const onAbort = () => socket.destroy(new ClosedError());
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      answerTimeoutMs > 0 && setTimeout(() => socket.destroy(new NoAnswerError()), answerTimeoutMs);
    let opened = false;
    try {
      const authorize: UpgradeConnection['authorize'] = (request) => {
        for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      };
      const outcome = await Promise.race([handshake({ socket, authorize }), cut]);
      signal?.throwIfAborted();
      opened = 'opened' in outcome;
      return outcome;
    } finally {
      if (timer) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (!opened) socket.destroy();
    }
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy(new ClosedError());
  }
}

class CutError extends Error {
  readonly code = 'ECONNRESET';
}

class NoAnswerError extends Error {
  /** What undici calls the same thing. */
  readonly code = 'UND_ERR_HEADERS_TIMEOUT';
}

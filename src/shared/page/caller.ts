import { isObject } from '../../engine/shape.ts';
import type { Channel } from './channel.ts';
import type { Answer, Ask, EventMessage, Protocol, RequestName } from './protocol.ts';

/** The host could not do what was asked. The message is the host's own. */
export class RequestFailedError extends Error {
  override name = 'RequestFailedError';
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The page's end: asks the host and hears its events. */
export class Caller<P extends Protocol> {
  readonly #channel: Channel;
  readonly #waiting = new Map<string, Waiting>();
  readonly #stop: () => void;
  /** A page that was loaded again takes no answer that was meant for its predecessor. */
  readonly #page = crypto.randomUUID();
  #lastId = 0;

  constructor(channel: Channel, onEvent: (event: EventMessage<P>) => void) {
    this.#channel = channel;
    this.#stop = channel.onMessage((message) => {
      if (!isObject(message)) return;
      if (message.kind === 'event') onEvent(message as unknown as EventMessage<P>);
      else this.#settle(message.id, message);
    });
  }

  /**
   * Asks the host.
   * @throws RequestFailedError where the host can’t do it
   */
  call<Name extends RequestName<P>>(name: Name, ask: Ask<P, Name>): Promise<Answer<P, Name>> {
    this.#lastId++;
    const id = `${this.#page}/${this.#lastId}`;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#channel.post({ kind: 'request', id, name, ask });
    return answer as Promise<Answer<P, Name>>;
  }

  /** Stops listening; what still waits is rejected. */
  close(): void {
    this.#stop();
    for (const { reject } of this.#waiting.values())
      reject(new RequestFailedError('the page has been closed'));
    this.#waiting.clear();
  }

  #settle(id: unknown, message: { readonly [key: string]: unknown }): void {
    if (typeof id !== 'string') return;
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (message.kind === 'answer') waiting.resolve(message.answer);
    else if (message.kind === 'failure') waiting.reject(new RequestFailedError(String(message.message)));
    else return;
    this.#waiting.delete(id);
  }
}

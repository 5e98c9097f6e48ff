import { errorInWords } from '../words/in-words.ts';
import type { Channel } from './channel.ts';
import type { EventName, Handlers, HostMessage, Protocol, Request } from './protocol.ts';
import { InvalidMessageError, idOf, type ReadRequest } from './read-request.ts';

/** The host's end: checks what the page asks, has it done, and answers. */
export class Responder<P extends Protocol> {
  readonly #channel: Channel;
  readonly #read: ReadRequest<P>;
  readonly #handlers: Handlers<P>;
  readonly #onFailure: (error: unknown, request: string) => void;
  readonly #stop: () => void;
  #closed = false;

  /**
   * @param read checks what the page asks
   * @param onFailure told of every request that failed, for the log
   */
  constructor(
    channel: Channel,
    read: ReadRequest<P>,
    handlers: Handlers<P>,
    onFailure: (error: unknown, request: string) => void = () => {},
  ) {
    this.#channel = channel;
    this.#read = read;
    this.#handlers = handlers;
    this.#onFailure = onFailure;
    this.#stop = channel.onMessage((message) => void this.#receive(message));
  }

  send<Name extends EventName<P>>(name: Name, data: P['events'][Name]): void {
    if (!this.#closed) this.#channel.post({ kind: 'event', name, data });
  }

  /** Takes and answers nothing more. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #receive(message: unknown): Promise<void> {
    let request: Request<P>;
    try {
      request = this.#read(message);
    } catch (error) {
      const id = idOf(message);
      this.#onFailure(error, 'invalid');
      if (id !== undefined && error instanceof InvalidMessageError) this.#fail(id, error);
      return;
    }
    try {
      const answer = await this.#handle(request);
      this.#post({ kind: 'answer', id: request.id, answer });
    } catch (error) {
      this.#onFailure(error, request.name);
      this.#fail(request.id, error);
    }
  }

  async #handle({ name, ask }: Request<P>): Promise<unknown> {
    // Name and ask belong together: the reader has checked that.
    const handler: (ask: never) => unknown = this.#handlers[name];
    return await handler(ask as never);
  }

  #fail(id: string, error: unknown): void {
    this.#post({ kind: 'failure', id, message: errorInWords(error) });
  }

  #post(message: HostMessage<P>): void {
    if (!this.#closed) this.#channel.post(message);
  }
}

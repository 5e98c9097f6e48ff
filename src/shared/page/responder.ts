import type { Channel } from './channel.ts';
import type { EventName, HostEvents, HostMessage, PageRequests, Request, RequestName } from './protocol.ts';
import { InvalidMessageError, idOf, requestOf } from './validate.ts';

/** One function for every request. What it throws, or rejects with, is what the page hears. */
export type Handlers = {
  [Name in RequestName]: (
    ask: PageRequests[Name]['ask'],
  ) => PageRequests[Name]['answer'] | Promise<PageRequests[Name]['answer']>;
};

/** The host's end: checks what the page asks, has it done, and answers. */
export class Responder {
  readonly #channel: Channel;
  readonly #handlers: Handlers;
  readonly #onFailure: (error: unknown, request: string) => void;
  readonly #stop: () => void;
  #closed = false;

  /** @param onFailure told of every request that failed, for the log */
  constructor(
    channel: Channel,
    handlers: Handlers,
    onFailure: (error: unknown, request: string) => void = () => {},
  ) {
    this.#channel = channel;
    this.#handlers = handlers;
    this.#onFailure = onFailure;
    this.#stop = channel.onMessage((message) => void this.#receive(message));
  }

  send<Name extends EventName>(name: Name, data: HostEvents[Name]): void {
    if (!this.#closed) this.#channel.post({ kind: 'event', name, data });
  }

  /** Takes and answers nothing more. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #receive(message: unknown): Promise<void> {
    let request: Request;
    try {
      request = requestOf(message);
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

  async #handle({ name, ask }: Request): Promise<unknown> {
    // Name and ask belong together: requestOf has checked that.
    const handler: (ask: never) => unknown = this.#handlers[name];
    return await handler(ask as never);
  }

  #fail(id: string, error: unknown): void {
    this.#post({ kind: 'failure', id, message: error instanceof Error ? error.message : String(error) });
  }

  #post(message: HostMessage): void {
    if (!this.#closed) this.#channel.post(message);
  }
}

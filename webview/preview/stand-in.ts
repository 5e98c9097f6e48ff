// Stands in for VS Code: runs in a page before the page's own script, gives it `acquireVsCodeApi`, and puts a theme on it.

import type { Channel } from '../../src/shared/page/channel.ts';
import type { Handlers, Protocol, RequestName } from '../../src/shared/page/protocol.ts';
import type { ReadRequest } from '../../src/shared/page/read-request.ts';
import { Responder } from '../../src/shared/page/responder.ts';
import type { Theme } from '../../test/ui/pages/harness/theme-names.ts';

declare global {
  var mockTheme: Theme;
  /** null for English. */
  var mockWords: Readonly<Record<string, string>> | null;
  var acquireVsCodeApi: () => unknown;
}

const STATE_KEY = 'mock-state';

/** The host's end of the page, in the page itself. */
export class StandIn<P extends Protocol> {
  /** Every message of the page so far. */
  readonly requests: unknown[] = [];
  /** Names of requests that are to fail. */
  readonly failing = new Set<string>();
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  readonly #listeners = new Set<(message: unknown) => void>();
  readonly #responder: Responder<P>;

  constructor(read: ReadRequest<P>, handlers: Handlers<P>) {
    const channel: Channel = {
      post: (message) => {
        const data: unknown = structuredClone(message);
        setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data })));
      },
      onMessage: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    this.#responder = new Responder<P>(channel, read, this.#hindered(handlers), (error, name) => {
      if (name === 'invalid') console.error(String(error));
    });
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message: unknown) => this.#receive(message),
      getState: (): unknown => JSON.parse(sessionStorage.getItem(STATE_KEY) ?? 'null'),
      setState: (state: unknown) => sessionStorage.setItem(STATE_KEY, JSON.stringify(state)),
    });
    putThemeOn();
  }

  /** Sends an event. */
  get send(): Responder<P>['send'] {
    return this.#responder.send.bind(this.#responder);
  }

  /** Leaves requests of that name unanswered until they are released. */
  hold(name: RequestName<P>): void {
    this.#held.set(name, Promise.withResolvers());
  }

  release(): void {
    for (const { resolve } of this.#held.values()) resolve();
    this.#held.clear();
  }

  #receive(message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.requests.push(copy);
    setTimeout(() => {
      for (const listener of this.#listeners) listener(copy);
    });
  }

  /** Every request waits where it is held, and fails where it is made to. */
  #hindered(handlers: Handlers<P>): Handlers<P> {
    return new Proxy(handlers, {
      get: (answers, name, receiver) => {
        const request = String(name);
        const answer: unknown = Reflect.get(answers, name, receiver);
        return async (ask: unknown) => {
          await this.#held.get(request)?.promise;
          if (this.failing.has(request)) throw new Error(`${request} was made to fail`);
          return typeof answer === 'function' ? answer(ask) : undefined;
        };
      },
    });
  }
}

/** As VS Code does. */
function putThemeOn(): void {
  const { kind, classes, properties } = globalThis.mockTheme;
  for (const [name, value] of Object.entries(properties))
    document.documentElement.style.setProperty(name, value);
  addEventListener('DOMContentLoaded', () => {
    document.body.className = classes;
    document.body.dataset.vscodeThemeKind = kind;
  });
}

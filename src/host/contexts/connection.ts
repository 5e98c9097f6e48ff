import * as vscode from 'vscode';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { errorInWords } from '../../shared/words/in-words.ts';
import type { Log } from '../log.ts';
import type { ContextState, Contexts, ReadyContext } from './contexts.ts';

/** No context can be used; the message says why. */
export class NoContextError extends Error {
  override name = 'NoContextError';
}

/** The session with the present context's API server, opened when it is first needed. */
export class Connection implements vscode.Disposable {
  readonly #contexts: Contexts;
  readonly #log: Log;
  readonly #version: string;
  #open: { generation: number; session: Promise<ApiSession> } | undefined;
  readonly #subscription: vscode.Disposable;

  constructor(contexts: Contexts, version: string, log: Log) {
    this.#contexts = contexts;
    this.#version = version;
    this.#log = log;
    this.#subscription = contexts.onDidChange(() => this.#close());
  }

  /**
   * The shared session. It is closed when the context changes.
   * @throws NoContextError, KubeconfigError
   */
  async session(): Promise<{ context: ReadyContext; session: ApiSession }> {
    const context = await this.context();
    if (this.#open?.generation !== context.generation) {
      this.#close();
      this.#open = { generation: context.generation, session: this.open(context) };
    }
    return { context, session: await this.#open.session };
  }

  /** The present context. @throws NoContextError */
  async context(): Promise<ReadyContext> {
    const state = await this.#contexts.ready();
    if (state.kind === 'ready') return state;
    throw new NoContextError(whyNot(state));
  }

  /**
   * A session of the caller's own, which outlives a change of context. The caller closes it.
   * @param connections most at once
   */
  async open({ target }: ReadyContext, connections?: number): Promise<ApiSession> {
    const { openSession } = await import('../../cluster/session/open-session.ts');
    const { server } = target.cluster;
    return openSession(target, {
      version: this.#version,
      env: process.env,
      ...(connections === undefined ? {} : { connections }),
      withLog: (entry) => this.#log.request(server, entry),
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#close();
  }

  #close(): void {
    this.#open?.session.then(
      (session) => session.close(),
      () => {},
    );
    this.#open = undefined;
  }
}

function whyNot(state: Exclude<ContextState, ReadyContext>): string {
  switch (state.kind) {
    case 'none':
      return state.message;
    case 'broken':
      return errorInWords(state.error);
    case 'loading':
      return vscode.l10n.t('The kubeconfig is being read.');
  }
}

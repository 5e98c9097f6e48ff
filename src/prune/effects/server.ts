import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted } from '../../cluster/session/unless-aborted.ts';
import { type Said, SaidError, said, wordsOf } from '../../engine/said.ts';
import { NotTriedError, NotWantedError } from '../carry-out.ts';
import type { Gate } from './gate.ts';
import { troubleOf } from './trouble.ts';

/** How stubbornly requests are repeated. */
export interface Patience {
  /** How often a request is tried in all, where the server fails or doesn't answer. */
  attempts: number;
  /** The wait before the second attempt in milliseconds; it doubles for each further one. */
  firstDelayMs: number;
  /** How long in all one request waits for an overloaded server, in milliseconds. */
  overloadMs: number;
  /** How many requests in a row may fail for good before the run stops. */
  failuresInRow: number;
}

export const DEFAULT_PATIENCE: Patience = {
  attempts: 7,
  firstDelayMs: 250,
  overloadMs: 5 * 60_000,
  failuresInRow: 20,
};

/** The run stopped, because a server is not there or doesn't take our requests any more. */
export class ServerLostError extends SaidError {
  override name = 'ServerLostError';
}

/** What stops a run: the first reason counts. */
export class Stop {
  readonly #abort = new AbortController();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get cause(): Error | undefined {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  now(cause: Error): void {
    this.#abort.abort(cause);
  }

  /**
   * Waits for something, but no longer than until the run stops.
   * @throws NotTriedError where it has stopped
   */
  async unless(work: () => Promise<void>): Promise<void> {
    if (this.cause) throw new NotTriedError(this.cause);
    try {
      await unlessAborted(work(), this.signal);
    } catch (error) {
      throw this.cause ? new NotTriedError(this.cause) : error;
    }
  }
}

/**
 * One of the two servers of a prune. Requests go through its gate; one that failed in a way that may pass is repeated.
 * Where nothing gets through to the server any more, the run is stopped: what is left can be resumed.
 */
export class Server {
  readonly #name: Said;
  readonly #gate: Gate;
  readonly #stop: Stop;
  readonly #cancel: AbortSignal | undefined;
  readonly #patience: Patience;
  #answers = 0;
  #failuresInRow = 0;

  /**
   * @param name as messages name it: `the registry …`
   * @param cancel ends waiting for another attempt
   */
  constructor(name: Said, gate: Gate, stop: Stop, cancel?: AbortSignal, patience = DEFAULT_PATIENCE) {
    this.#name = name;
    this.#gate = gate;
    this.#stop = stop;
    this.#cancel = cancel;
    this.#patience = patience;
  }

  /**
   * Makes a request, again where that may help.
   * @param onUnclear called where an attempt has failed that the server may have carried out all the same
   * @throws NotTriedError where the run has stopped; NotWantedError as the request throws it; otherwise the last error
   */
  async ask<T>(request: () => Promise<T>, onUnclear: () => void = () => {}): Promise<T> {
    /** How many answers there had been at this request's first failure. */
    let answersBefore: number | undefined;
    let waitedMs = 0;
    let overloads = 0;
    for (let attempt = 1; ; ) {
      try {
        const result = await this.#gate.pass(() => {
          // Also one that has waited at the gate isn't sent any more.
          if (this.#stop.cause) throw new NotTriedError(this.#stop.cause);
          return request();
        });
        this.#answered();
        return result;
      } catch (error) {
        if (error instanceof NotWantedError || error instanceof NotTriedError) throw error;
        const trouble = troubleOf(error);
        switch (trouble.kind) {
          case 'refused':
            this.#answered();
            throw error;
          case 'credential':
            throw this.#stopped(said('{0} doesn’t accept the credential any more', this.#name), error);
          case 'overload': {
            // Also a server that asks for no wait at all gets some.
            const wait = Math.max((trouble.waitSeconds ?? 1) * 1000, Math.min(50 * 2 ** overloads++, 2000));
            this.#gate.cut(wait);
            waitedMs += wait;
            if (waitedMs > this.#patience.overloadMs || this.#cancel?.aborted) throw error;
            break;
          }
          default: {
            onUnclear();
            answersBefore ??= this.#answers;
            if (trouble.kind === 'unavailable') this.#gate.cut(0);
            if (attempt < this.#patience.attempts && !this.#cancel?.aborted) {
              await this.#pause(attempt++);
              break;
            }
            if (this.#cancel?.aborted) throw error;
            const alone = trouble.kind === 'unavailable' && this.#answers === answersBefore;
            this.#failuresInRow++;
            if (alone) throw this.#stopped(said('{0} doesn’t answer any more', this.#name), error);
            if (this.#failuresInRow >= this.#patience.failuresInRow) {
              throw this.#stopped(
                said('{0} failed at {1} requests in a row', this.#name, this.#failuresInRow),
                error,
              );
            }
            throw error;
          }
        }
      }
    }
  }

  #answered(): void {
    this.#answers++;
    this.#failuresInRow = 0;
  }

  #stopped(what: Said, cause: unknown): NotTriedError {
    const error = new ServerLostError(said('{0} ({1})', what, wordsOf(cause)), { cause });
    this.#stop.now(error);
    return new NotTriedError(this.#stop.cause ?? error);
  }

  async #pause(attempt: number): Promise<void> {
    const wait = this.#patience.firstDelayMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    const signals = [this.#stop.signal, ...(this.#cancel ? [this.#cancel] : [])];
    await delay(wait, undefined, { signal: AbortSignal.any(signals) }).catch(() => {});
  }
}

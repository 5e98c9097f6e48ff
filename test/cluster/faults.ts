// Trouble on request. A fault names the requests it strikes and what happens to them.

export type FaultAction =
  /** The answer comes late. */
  | { kind: 'latency'; milliseconds: number }
  /** An error in place of the answer: 429, 500, 503… `retryAfter` in seconds. */
  | { kind: 'status'; code: number; reason?: string; message?: string; retryAfter?: number }
  /** The connection closes before a byte of the answer. */
  | { kind: 'reset' }
  /** Half of the body, then the connection closes. */
  | { kind: 'resetMidBody' }
  /** Content-Length promises the whole body; half of it comes, then an orderly end. */
  | { kind: 'cutBody' }
  /** A chunked answer that ends properly, but half the (compressed) body is missing. */
  | { kind: 'cutChunked' }
  /** 403 with the message for this very request. */
  | { kind: 'forbidden' }
  /** Every continue token given out so far expires just before this request is served. */
  | { kind: 'expireContinue' }
  /** 409 for a write, as if someone else had been faster. */
  | { kind: 'conflict' }
  /** No answer, ever. */
  | { kind: 'hang' };

export interface Fault {
  /** Any method where absent. */
  method?: string;
  /** Matched against the path with its query, e.g. `/images\?/`. */
  path: RegExp;
  action: FaultAction;
  /** How many requests are struck; all of them where absent. */
  count?: number;
  /** How many matching requests pass unharmed first. */
  skip?: number;
}

export interface FaultHandle {
  /** How many requests were struck so far. */
  readonly hits: number;
  remove(): void;
  /** Resolves when this many requests were struck (1 where not given). */
  struck(times?: number): Promise<void>;
}

interface Armed extends Fault {
  seen: number;
  hits: number;
  waiting: { times: number; resolve: () => void }[];
}

export class Faults {
  readonly #armed = new Set<Armed>();

  add(fault: Fault): FaultHandle {
    const armed: Armed = { ...fault, seen: 0, hits: 0, waiting: [] };
    this.#armed.add(armed);
    return {
      get hits() {
        return armed.hits;
      },
      remove: () => this.#armed.delete(armed),
      struck: (times = 1) =>
        new Promise((resolve) => {
          if (armed.hits >= times) resolve();
          else armed.waiting.push({ times, resolve });
        }),
    };
  }

  clear(): void {
    this.#armed.clear();
  }

  /** What happens to this request; asking counts as a request seen. */
  strike(method: string, pathAndQuery: string): FaultAction[] {
    const actions: FaultAction[] = [];
    for (const armed of this.#armed) {
      if (armed.method !== undefined && armed.method !== method) continue;
      if (pathAndQuery.search(armed.path) < 0) continue;
      armed.seen += 1;
      if (armed.seen <= (armed.skip ?? 0) || armed.hits >= (armed.count ?? Number.POSITIVE_INFINITY))
        continue;
      armed.hits += 1;
      actions.push(armed.action);
      for (const waiter of armed.waiting) if (armed.hits >= waiter.times) waiter.resolve();
    }
    return actions;
  }
}

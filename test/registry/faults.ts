/** What goes wrong with a request. */
export type FaultEffect =
  /** Answers with this status and does nothing. `retryAfter`: seconds, or a date, as in the header. */
  | { effect: 'status'; status: number; retryAfter?: number | string }
  /** Resets the connection and does nothing. */
  | { effect: 'reset-before' }
  /** Does what was asked, and breaks the connection in the middle of the answer. */
  | { effect: 'reset-midway' }
  /** Does what was asked, later. */
  | { effect: 'latency'; milliseconds: number }
  /** Does nothing and says nothing, until the client gives up or the registry stops. */
  | { effect: 'hang' };

/** A fault and the requests it meets: of any method and any path if these aren't given, `count` times (default: always). */
export type Fault = FaultEffect & { method?: string; path?: RegExp; count?: number };

/** The first fault that meets this request; its count goes down by one. */
export function takeFault(faults: Fault[], method: string, path: string): Fault | undefined {
  const fault = faults.find((candidate) => meets(candidate, method, path));
  if (fault?.count !== undefined) fault.count -= 1;
  return fault;
}

function meets(fault: Fault, method: string, path: string): boolean {
  if (fault.count !== undefined && fault.count <= 0) return false;
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path === undefined || path.search(fault.path) >= 0;
}

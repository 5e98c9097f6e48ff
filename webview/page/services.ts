import type { Caller } from '../../src/shared/page/caller.ts';
import type { Protocol } from '../../src/shared/page/protocol.ts';
import type { Announcer } from '../ui/announcer.ts';
import type { SavedState } from './saved-state.ts';

/** What the parts of a page share. */
export interface Services<P extends Protocol, Memory> {
  readonly caller: Caller<P>;
  readonly announcer: Announcer;
  readonly saved: SavedState<Memory>;
  /** Shows that something the user asked for has failed. */
  complain(error: unknown): void;
  /** Puts a text on the clipboard; complains where that fails. */
  copy(text: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Does what the user asked for, and complains where it fails. */
export function attempt(services: { complain(error: unknown): void }, work: Promise<unknown>): void {
  work.catch((error: unknown) => services.complain(error));
}

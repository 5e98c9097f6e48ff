import type { Caller } from '../../src/shared/page/caller.ts';
import type { Announcer } from '../ui/announcer.ts';
import type { SavedState } from './saved-state.ts';

/** What the parts of the page share. */
export interface PageServices {
  readonly caller: Caller;
  readonly announcer: Announcer;
  readonly saved: SavedState;
  /** Shows that something the user asked for has failed. */
  complain(error: unknown): void;
  /** Puts a text on the clipboard; complains where that fails. */
  copy(text: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Does what the user asked for, and complains where it fails. */
export function attempt(services: PageServices, work: Promise<unknown>): void {
  work.catch((error: unknown) => services.complain(error));
}

import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** What the command line speaks to: streams, environment and the will to stop. */
export interface Terminal {
  stdout: Writable;
  stderr: Writable;
  /** Whether progress may be drawn over itself on standard error. */
  drawsProgress: boolean;
  /** Asks a person; absent where nobody sits there. */
  ask?: (question: string) => Promise<string>;
  env: NodeJS.ProcessEnv;
  homeDir: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Writes a piece of text and waits where the reader is slower. A reader that has gone is told nothing more. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (stream.destroyed || stream.write(text)) return;
  try {
    await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** Writes lines, each with its line end. */
export function writeLines(stream: Writable, lines: Iterable<string>): Promise<void> {
  return write(stream, [...lines].map((line) => `${line}\n`).join(''));
}

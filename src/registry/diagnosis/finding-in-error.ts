import type { Finding } from './finding.ts';
import { recogniseText } from './recognise-text.ts';

/** What an error of the way to the registry comes to, by what it says; undefined where that is not known. */
export function findingInError(error: unknown): Finding | undefined {
  const [first] = recogniseText(error instanceof Error ? error.message : String(error));
  return first?.code === 'unknown' ? undefined : first;
}

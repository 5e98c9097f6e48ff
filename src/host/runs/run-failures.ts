import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseLogLine } from '../../prune/journal/entries.ts';
import { FILES } from '../../prune/journal/run-files.ts';

/** What failed in the last process that worked on a run, in the words of the reference command. */
export async function failuresOf(folder: string): Promise<string[]> {
  const path = join(folder, FILES.log);
  let failures: string[] = [];
  // A run that has not come to its first entry has no log.
  if (!(await stat(path).catch(() => undefined))) return failures;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const line = parseLogLine(text);
    // What failed before was tried again.
    if (line?.event === 'began') failures = [];
    else if (line?.event === 'failed') failures.push(line.message);
  }
  return failures;
}

/** Failures that have the same cause, the most frequent first. */
export function causesOf(failures: readonly string[]): { cause: string; failures: number }[] {
  const counts = new Map<string, number>();
  for (const message of failures) {
    const cause = causeIn(message);
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return [...counts]
    .map(([cause, count]) => ({ cause, failures: count }))
    .sort((a, b) => b.failures - a.failures || (a.cause < b.cause ? -1 : 1));
}

/** `imagestream shop/web: failed to delete layer link sha256:…: 500 Internal Server Error`: what comes last. */
function causeIn(message: string): string {
  return message
    .replace(/^image(?:stream)? \S+: /, '')
    .replace(/^failed to delete [a-z ]+ \S+: /, '')
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:…');
}

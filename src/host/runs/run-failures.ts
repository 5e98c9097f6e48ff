import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Failure } from '../../prune/failure.ts';
import { parseLogLine } from '../../prune/journal/entries.ts';
import { FILES } from '../../prune/journal/run-files.ts';

/** What failed in the last process that worked on a run. */
export async function failuresOf(folder: string): Promise<Failure[]> {
  const path = join(folder, FILES.log);
  let failures: Failure[] = [];
  // A run that has not come to its first entry has no log.
  if (!(await stat(path).catch(() => undefined))) return failures;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const line = parseLogLine(text);
    // What failed before was tried again.
    if (line?.event === 'began') failures = [];
    else if (line?.event === 'failed') failures.push({ what: line.what, cause: line.cause });
  }
  return failures;
}

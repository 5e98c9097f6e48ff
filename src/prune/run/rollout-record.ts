import { join } from 'node:path';
import type { Said } from '../../engine/said.ts';
import { Appender } from '../journal/appender.ts';
import { type LogLine, logLineText } from '../journal/entries.ts';
import { owesRollout } from '../journal/progress.ts';
import { type RunOverview, readOverview, runIds } from '../journal/read-run.ts';
import { FILES } from '../journal/run-files.ts';

/** What became of the registry's rollout after a run. */
export type RolloutState = 'done' | 'failed' | 'left';

/** Writes into runs' logs what became of the rollout that they owed. */
export async function recordRollout(
  folders: Iterable<string>,
  state: RolloutState,
  why?: Said,
  now: () => Date = () => new Date(),
): Promise<void> {
  for (const folder of folders) {
    const log = await Appender.open(join(folder, FILES.log));
    const line: LogLine = {
      event: 'rollout',
      state,
      ...(why === undefined ? {} : { why }),
      at: now().toISOString(),
    };
    await log.append(logLineText(line));
    await log.close();
  }
}

/** The runs on a cluster after which the registry was not rolled out yet. One rollout is enough for all. */
export async function runsOwingRollout(runs: string, server: string): Promise<RunOverview[]> {
  const owing: RunOverview[] = [];
  for (const id of await runIds(runs)) {
    const run = await readOverview(join(runs, id)).catch(() => undefined);
    // A run that goes on deletes more after the rollout.
    if (run?.plan.origin?.server === server && owesRollout(run.progress) && !run.running) owing.push(run);
  }
  return owing;
}

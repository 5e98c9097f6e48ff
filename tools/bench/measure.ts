import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberAt } from '../../src/engine/shape.ts';

const root = join(import.meta.dirname, '../..');

/** What a program took from its start to its end. */
export interface Figures {
  seconds: number;
  /** The longest time that its main thread's event loop did not turn. */
  blockedMs: number;
  peakMiB: number;
  /** Of all its threads. */
  cpuSeconds: number;
  /** Milliseconds since the epoch. */
  endedAt: number;
}

export interface Measured {
  /** Where the report and the output go. */
  folder: string;
  /** Module and arguments. */
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** The file in the folder that its standard output goes to; `output` where absent. */
  output?: string;
}

/**
 * Runs a program to its end on this Node and says what it took.
 * @throws where it ends with anything but 0
 */
export function measure({ folder, args, env = {}, output = 'output' }: Measured): Figures {
  const report = join(folder, 'report.json');
  const stdout = openSync(join(folder, output), 'w');
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', join(root, 'test/bench/watch-process.ts'), ...args],
    {
      stdio: ['ignore', stdout, 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, ...env, BENCH_REPORT: report },
    },
  );
  const end = performance.now();
  closeSync(stdout);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  const figures: unknown = JSON.parse(readFileSync(report, 'utf8'));
  const figure = (key: string) => numberAt(figures, key) ?? Number.NaN;
  return {
    seconds: (end - start) / 1000,
    blockedMs: figure('blockedMs'),
    peakMiB: figure('peakMiB'),
    cpuSeconds: figure('cpuSeconds'),
    endedAt: performance.timeOrigin + end,
  };
}

// Preloaded into a measured process (node --import): says at its end how long its main thread was blocked at most and
// how much memory it took at most, as one line of JSON in the file that BENCH_REPORT names.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.BENCH_REPORT) {
  const report = process.env.BENCH_REPORT;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  // What loads before the first turn of the loop is start-up, not blocking.
  setImmediate(() => delay.enable());
  process.on('exit', () => {
    delay.disable();
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const figures = {
      blockedMs: delay.max / 1e6,
      peakMiB: maxRSS / 1024,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    };
    writeFileSync(report, JSON.stringify(figures));
  });
}

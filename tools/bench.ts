// npm run bench: figures, never a verdict. Each table comes from one run on one machine: quote its ratios.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { numberAt, textAt } from '../src/engine/shape.ts';
import { USERS } from '../test/cluster/seeds/roles.ts';
import { buildIfNeeded } from './build-if-needed.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'image-hygiene-bench-'));
const sizes = process.argv.slice(2).map(Number).filter(Boolean);

interface Figures {
  seconds: number;
  blockedMs: number;
  peakMiB: number;
  cpuSeconds: number;
}

async function startCluster(images: number) {
  const child = spawn(
    process.execPath,
    [
      join(root, 'test/cluster/serve.ts'),
      '--seed=many-images',
      `--images=${images}`,
      '--warm=500',
      `--kubeconfig-dir=${folder}`,
      '--until-stdin-closes',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await once(createInterface(child.stdout), 'line');
  const ready: unknown = JSON.parse(String(line));
  const [url, ca, kubeconfig] = ['url', 'ca', 'kubeconfig'].map((key) => textAt(ready, key));
  if (!url || !ca || !kubeconfig) throw new Error('the miniature cluster did not say where it is');
  return { url, ca, kubeconfig, stop: () => child.stdin.end() && once(child, 'exit') };
}

/** Runs a program to its end and says what it took. */
function measure(args: readonly string[], env: NodeJS.ProcessEnv = {}): Figures {
  const report = join(folder, 'report.json');
  const output = openSync(join(folder, 'output'), 'w');
  const start = performance.now();
  const { status } = spawnSync(
    process.execPath,
    ['--import', join(root, 'test/bench/watch-process.ts'), ...args],
    { stdio: ['ignore', output, 'inherit'], env: { ...process.env, ...env, BENCH_REPORT: report } },
  );
  const seconds = (performance.now() - start) / 1000;
  closeSync(output);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  const figures: unknown = JSON.parse(readFileSync(report, 'utf8'));
  const figure = (key: string) => numberAt(figures, key) ?? Number.NaN;
  return {
    seconds,
    blockedMs: figure('blockedMs'),
    peakMiB: figure('peakMiB'),
    cpuSeconds: figure('cpuSeconds'),
  };
}

function row(name: string, figures: Figures, yardstick: Figures): string {
  const cells = [
    name.padEnd(24),
    `${figures.seconds.toFixed(2)} s`.padStart(10),
    `${(figures.seconds / yardstick.seconds).toFixed(2)} x`.padStart(8),
    `${figures.cpuSeconds.toFixed(2)} s`.padStart(10),
    `${figures.peakMiB.toFixed(0)} MiB`.padStart(9),
    `${figures.blockedMs.toFixed(0)} ms`.padStart(8),
  ];
  return cells.join(' ');
}

async function dryRun(images: number): Promise<void> {
  const cluster = await startCluster(images);
  try {
    const plain = [join(root, 'test/bench/plain-fetch.ts'), cluster.url, USERS.admin.token];
    const authority = join(folder, 'ca.pem');
    const env = { NODE_EXTRA_CA_CERTS: authority };
    writeFileSync(authority, cluster.ca);
    const fetched = measure([...plain, 'fetch'], env);
    const parsed = measure([...plain, 'parse'], env);
    const ours = measure([join(root, 'dist/cli.js'), 'prune', 'images', '--kubeconfig', cluster.kubeconfig]);
    console.log(`\nDry run over ${images} images`);
    console.log('                               wall  x parse        cpu      peak  blocked');
    console.log(row('nothing but fetch', fetched, parsed));
    console.log(row('plain fetch + parse', parsed, parsed));
    console.log(row('image-hygiene', ours, parsed));
  } finally {
    await cluster.stop();
  }
}

buildIfNeeded();
try {
  for (const images of sizes.length > 0 ? sizes : [20_000, 100_000]) await dryRun(images);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { textAt } from '../../src/engine/shape.ts';
import { USERS } from '../../test/cluster/seeds/roles.ts';
import { type Figures, measure } from './measure.ts';

const root = join(import.meta.dirname, '../..');

/** Prints what a dry run over so many images takes, against the same pages fetched and parsed by nothing but Node. */
export async function dryRun(images: number, folder: string): Promise<void> {
  const cluster = await startCluster(images, folder);
  try {
    const plain = [join(root, 'test/bench/plain-fetch.ts'), cluster.url, USERS.admin.token];
    const authority = join(folder, 'ca.pem');
    const env = { NODE_EXTRA_CA_CERTS: authority };
    writeFileSync(authority, cluster.ca);
    const fetched = measure({ folder, args: [...plain, 'fetch'], env });
    const parsed = measure({ folder, args: [...plain, 'parse'], env });
    const command = [join(root, 'dist/cli.js'), 'prune', 'images', '--kubeconfig', cluster.kubeconfig];
    const ours = measure({ folder, args: command });
    console.log(`\nDry run over ${images} images`);
    console.log('                               wall  x parse        cpu      peak  blocked');
    console.log(row('nothing but fetch', fetched, parsed));
    console.log(row('plain fetch + parse', parsed, parsed));
    console.log(row('image-hygiene', ours, parsed));
  } finally {
    await cluster.stop();
  }
}

async function startCluster(images: number, folder: string) {
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

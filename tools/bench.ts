// npm run bench: figures from one run on one machine, so quote their ratios. A confirmed prune that ends in a wrong state,
// or that is not fast enough, fails.
//   npm run bench [-- <images>… prune[=<deletions>] activation]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activation } from './bench/activation.ts';
import { confirmedPrune } from './bench/confirmed-prune.ts';
import { dryRun } from './bench/dry-run.ts';
import { buildIfNeeded } from './build-if-needed.ts';

const given = process.argv.slice(2);
const wanted = given.length > 0 ? given : ['20000', '100000', 'prune', 'activation'];
const unknown = wanted.filter((arg) => !/^(prune=)?[1-9]\d*$|^prune$|^activation$/.test(arg));
if (unknown.length > 0) {
  console.error(
    `error: ${unknown.join(' ')}: give numbers of images for dry runs, prune or prune=<deletions>, and activation`,
  );
  process.exit(1);
}

buildIfNeeded();
const folder = mkdtempSync(join(tmpdir(), 'image-hygiene-bench-'));
try {
  for (const arg of wanted) {
    const [kind, deletions = '25000'] = arg.split('=');
    if (kind === 'activation') await activation(folder);
    else if (kind === 'prune') await confirmedPrune(Number(deletions), folder);
    else await dryRun(Number(arg), folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

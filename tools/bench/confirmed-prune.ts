import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../src/engine/plan.ts';
import { USERS } from '../../test/cluster/seeds/roles.ts';
import { checkedEndState, type EndState } from './end-state.ts';
import { type Figures, type Measured, measure } from './measure.ts';
import { type PruneServers, startPruneServers } from './prune-servers.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli.js');

/** How many times as many deletions a second as the yardstick's are wanted. */
const WANTED = 4;
/** In the seed of many images, 40 images are one stream, of which 36 images with 204 links and blobs of their own go. */
const IMAGES_A_STREAM = 40;
const DELETIONS_A_STREAM = 240;

interface Load {
  cpuSeconds: number;
  connections: number;
}

interface Result {
  /** Links, blobs and images. */
  deletions: number;
  /** From the first change to the end of the process. */
  seconds: number;
  figures: Figures;
  /** What the servers met in that time. */
  api: Load;
  registry: Load;
  left: EndState;
}

/**
 * Prints how many deletions a second a confirmed prune makes, against five workers capped at 100 API requests a second
 * on the same servers, each on servers of its own in the same state. Sets the exit code where that isn't fast enough.
 * @param deletions how many to make at least
 * @throws where the end state is not what the plan says
 */
export async function confirmedPrune(deletions: number, folder: string): Promise<void> {
  const streams = Math.ceil(deletions / DELETIONS_A_STREAM);
  const images = streams * IMAGES_A_STREAM;
  const capped = await measured(images, folder, 0, (servers, planFile) =>
    cappedWorkers(servers, planFile, folder),
  );
  // Before it changes anything it asks whether the registry would delete a blob and a link.
  const ours = await measured(images, folder, 2, ({ kubeconfig }) => ({
    folder,
    args: [cli, 'prune', 'images', '--confirm', '--rollout=never', '--kubeconfig', kubeconfig],
    env: { IMAGE_HYGIENE_RUNS: join(folder, 'runs') },
  }));

  const ratio = rate(ours) / rate(capped);
  const { figures, left } = ours;
  console.log(`\nConfirmed prune of ${ours.deletions} deletions: ${images} images in ${streams} streams`);
  console.log('                           deletions a second       time   x yardstick');
  console.log(row('five capped workers', capped, 1));
  console.log(row('image-hygiene', ours, ratio));
  console.log(
    `image-hygiene as a whole: ${figures.seconds.toFixed(2)} s, ${figures.cpuSeconds.toFixed(2)} s cpu, peak ${figures.peakMiB.toFixed(0)} MiB, blocked ${figures.blockedMs.toFixed(0)} ms at most`,
  );
  console.log(
    `the servers meanwhile: API ${inWords(ours.api)}, registry ${inWords(ours.registry)}; ${availableParallelism()} cores for all three`,
  );
  console.log(
    `both ended right: every planned deletion was made, each once, nothing else; ${left.imagesLeft} images and ${left.itemsLeft} tag items are left, as planned`,
  );
  if (ratio >= WANTED) return;
  console.error(`error: ${ratio.toFixed(1)} times the yardstick, where at least ${WANTED} are wanted`);
  process.exitCode = 1;
}

/** @param questions how many deletions besides those of the plan the registry may see */
async function measured(
  images: number,
  folder: string,
  questions: number,
  program: (servers: PruneServers, planFile: string) => Measured,
): Promise<Result> {
  const servers = await startPruneServers(images, folder);
  try {
    const output = 'plan.json';
    const planning = [cli, 'prune', 'images', '-o', 'json', '--kubeconfig', servers.kubeconfig];
    measure({ folder, args: planning, output });
    const planFile = join(folder, output);
    const plan: Plan = JSON.parse(readFileSync(planFile, 'utf8'));
    const figures = measure(program(servers, planFile));
    const { firstChangeAt, registry, ...api } = await servers.report();
    const { layerLinks, manifestLinks, blobs, images: objects } = plan.counts;
    return {
      deletions: layerLinks + manifestLinks + blobs + objects,
      seconds: (figures.endedAt - firstChangeAt) / 1000,
      figures,
      api,
      registry,
      left: await checkedEndState(plan, servers, registry, questions),
    };
  } finally {
    await servers.stop();
  }
}

function cappedWorkers({ url, ca, registry }: PruneServers, planFile: string, folder: string): Measured {
  const authority = join(folder, 'ca.pem');
  writeFileSync(authority, ca);
  return {
    folder,
    args: [join(root, 'test/bench/capped-workers.ts'), url, registry, USERS.admin.token, planFile],
    env: { NODE_EXTRA_CA_CERTS: authority },
  };
}

function rate({ deletions, seconds }: Result): number {
  return deletions / seconds;
}

function inWords({ cpuSeconds, connections }: Load): string {
  return `${cpuSeconds.toFixed(2)} s cpu and ${connections} connections`;
}

function row(name: string, result: Result, ratio: number): string {
  const cells = [
    name.padEnd(24),
    rate(result).toFixed(0).padStart(20),
    `${result.seconds.toFixed(2)} s`.padStart(10),
    `${ratio.toFixed(1)} x`.padStart(13),
  ];
  return cells.join(' ');
}

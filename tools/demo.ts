// npm run demo: the miniature cluster and a dry run against it, with nothing to install or configure.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startCluster } from '../test/cluster/miniature.ts';
import { seedOf } from '../test/cluster/seeds/seeded.ts';
import { threeTeams } from '../test/cluster/seeds/three-teams.ts';
import { buildIfNeeded } from './build-if-needed.ts';

const unknown = process.argv.slice(2).filter((arg) => arg !== '--cli');
if (unknown.length > 0) {
  console.error(`error: ${unknown.join(' ')}: the demo knows only --cli`);
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist', 'cli.js');
buildIfNeeded();

// What the reader's own shell would run may be too old for the bundle; npx finds the project's Node.
const own = spawnSync('node', ['--version'], {
  encoding: 'utf8',
  env: { ...process.env, PATH: shellPath() },
});
const [major = 0, minor = 0] = (own.stdout ?? '').replace(/^v/, '').split('.').map(Number);
const program = major > 22 || (major === 22 && minor >= 19) ? 'node dist/cli.js' : 'npx node dist/cli.js';

/** PATH as it was before npm put the project's programs in front. */
function shellPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
const folder = await mkdtemp(join(tmpdir(), 'image-hygiene-demo-'));
const cluster = await startCluster({ seed: seedOf(threeTeams) });
try {
  const kubeconfig = await cluster.writeKubeconfig(folder);
  const run = ['prune', 'images', '-o', 'wide', '--kubeconfig', kubeconfig];
  console.log(`A miniature OpenShift is running at ${cluster.url}. Its kubeconfig: ${kubeconfig}\n`);
  console.log(`$ ${program} ${run.join(' ')}\n`);
  const dryRun = spawn(process.execPath, [cli, ...run], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = await once(dryRun, 'exit');
  if (status !== 0) process.exitCode = 1;

  console.log(`
Nothing was changed. Go on with the miniature cluster, from another terminal:

  ${program} explain storefront:v2.1-may-2016 -n shop --kubeconfig ${kubeconfig}
  kubectl --kubeconfig ${kubeconfig} get imagestreams --all-namespaces

or with your own cluster, in your current kubeconfig context:

  ${program} prune images -o wide

The miniature cluster runs until you press Ctrl-C.`);
  await stopped;
} finally {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit();

// npm run demo: a miniature OpenShift with a registry, and a dry run against it, with nothing to install or configure.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { type Demo, startDemo } from '../test/demo/start-demo.ts';
import { buildIfNeeded } from './build-if-needed.ts';
import { type DemoEditor, openDemoEditor } from './demo/editor.ts';

const unknown = process.argv.slice(2).filter((arg) => arg !== '--cli');
if (unknown.length > 0) {
  console.error(`error: ${unknown.join(' ')}: the demo knows only --cli`);
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
const stopped = once(stop.signal, 'abort');

buildIfNeeded();
const demo = await startDemo();
let editor: DemoEditor | undefined;
try {
  console.log(`A miniature OpenShift is running at ${demo.cluster.url}. Its kubeconfig: ${demo.kubeconfig}`);
  console.log(inRegistry(demo));
  if (await makesDryRun(demo)) {
    if (!process.argv.includes('--cli') && !stop.signal.aborted) {
      console.log('\nOpening an editor…');
      editor = await openDemoEditor(demo, shellPath());
      console.log(`\n${editor.words}`);
    }
    console.log(waysOn(demo));
    await stopped;
  } else if (!stop.signal.aborted) process.exitCode = 1;
} finally {
  await editor?.close();
  await demo.close();
}
process.exit();

function inRegistry({ registry, images }: Demo): string {
  const which =
    registry.kind === 'docker-registry'
      ? 'Debian’s docker-registry'
      : 'the small one that comes with the demo, since docker-registry is not installed here';
  return `Its registry at ${registry.host} is ${which}. ${images} images were pushed to it, a 64th of their usual size.\n`;
}

/** Shows the command and what it prints. */
async function makesDryRun({ kubeconfig, runs }: Demo): Promise<boolean> {
  if (stop.signal.aborted) return false;
  const args = ['prune', 'images', '-o', 'wide'];
  console.log(`$ ${program()} ${args.join(' ')}\n`);
  const dryRun: ChildProcess = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, KUBECONFIG: kubeconfig, IMAGE_HYGIENE_RUNS: runs },
  });
  // A terminal's Ctrl-C reaches it by itself; a signal sent to this process alone does not.
  stop.signal.addEventListener('abort', () => dryRun.kill('SIGTERM'));
  const [status] = await once(dryRun, 'exit');
  return status === 0;
}

function waysOn({ kubeconfig, runs }: Demo): string {
  const run = program();
  return `
Nothing was changed. Go on in another terminal. There, first, so that your own cluster and runs are out of reach:

  ${setting({ KUBECONFIG: kubeconfig, IMAGE_HYGIENE_RUNS: runs })}

See what holds an old image:

  ${run} explain storefront:v2.1-may-2016 -n shop

Prune, and restart the registry, whose cache would go on to believe in what is gone:

  ${run} prune images --confirm --rollout always

See what was done, and look around:

  ${run} runs
  ${run} prune images --prune-over-size-limit -o wide
  ${run} schedule list
  ${run} diagnose
  kubectl get imagestreams --all-namespaces

With your own cluster, in a terminal without these settings (a dry run in your current kubeconfig context):

  ${run} prune images -o wide

The miniature cluster runs until you press Ctrl-C.`;
}

/** A command of the reader's shell that sets environment variables. */
function setting(variables: Record<string, string>): string {
  const all = Object.entries(variables);
  if (process.platform === 'win32') return all.map(([name, value]) => `$env:${name}='${value}'`).join('; ');
  const quoted = (value: string) => (/^[\w./-]+$/.test(value) ? value : `'${value}'`);
  return `export ${all.map(([name, value]) => `${name}=${quoted(value)}`).join(' ')}`;
}

/** What the reader's own shell would run may be too old for the bundle; npx finds the project's Node. */
function program(): string {
  const env = { ...process.env, PATH: shellPath() };
  const own = spawnSync('node', ['--version'], { encoding: 'utf8', env });
  const [major = 0, minor = 0] = (own.stdout ?? '').replace(/^v/, '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19) ? 'node dist/cli.js' : 'npx node dist/cli.js';
}

/** PATH as it was before npm put the project's programs in front. */
function shellPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

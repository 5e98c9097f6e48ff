// `oc` and `image-hygiene` in a pod: the project's own command line as a process, as the pod's ServiceAccount.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import type { TokenTable } from '../access.ts';
import { resourceNamed } from '../resources.ts';
import type { Store } from '../store.ts';
import type { Program, ProgramRun } from './programs.ts';

/** Asked for when it is run: in the bundle of the editor’s tests a module has no folder. */
const cli = () => join(import.meta.dirname, '../../../dist/cli.js');
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CONFIG_MAPS = resourceNamed('configmaps');
const SERVICE_ACCOUNTS = resourceNamed('serviceaccounts');

/** The cluster, as pods see it. */
export interface Surroundings {
  store: Store;
  tokens: TokenTable;
  url: string;
  ca: string;
  /** Where a service's `host:port` really is, as `host:port`. */
  services: ReadonlyMap<string, string>;
}

/** The command line as it is, under its own name. */
export function imageHygiene(surroundings: () => Surroundings): Program {
  return { run: (run) => runCli(surroundings(), run, run.args) };
}

/** What prunes do of `oc`: `oc adm prune images`. Flags that all of oc's commands have are its own. */
export function oc(surroundings: () => Surroundings): Program {
  return {
    run: async (run) => {
      const [adm, ...args] = run.args.filter((arg) => !/^(--loglevel|--v|-v)=?\d+$/.test(arg));
      if (adm === 'adm' && args[0] === 'prune') return await runCli(surroundings(), run, args);
      run.stderr(`error: unknown command "${run.args.join(' ')}" for "oc"\n`);
      return 1;
    },
  };
}

async function runCli(surroundings: Surroundings, run: ProgramRun, args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'pod-'));
  try {
    const mounted = await mount(surroundings, run, folder);
    const real = (arg: string) => {
      let here = arg;
      for (const [path, local] of mounted) here = here.replaceAll(path, local);
      for (const [service, address] of surroundings.services) here = here.replaceAll(service, address);
      return here;
    };
    /** What it writes speaks of the pod's paths. */
    const asInPod = (text: string) => {
      let there = text;
      for (const [path, local] of mounted) there = there.replaceAll(local, path);
      return there;
    };
    const kubeconfig = await writeKubeconfig(surroundings, run, folder);
    const child = spawn(process.execPath, [cli(), ...args.map(real)], {
      env: {
        PATH: process.env.PATH,
        ...run.env,
        HOME: folder,
        KUBECONFIG: kubeconfig,
        IMAGE_HYGIENE_RUNS: join(folder, 'runs'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => child.kill('SIGTERM');
    run.signal.addEventListener('abort', kill);
    if (run.signal.aborted) kill();
    child.stdout.setEncoding('utf8').on('data', (text: string) => run.stdout(asInPod(text)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => run.stderr(asInPod(text)));
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    run.signal.removeEventListener('abort', kill);
    return status ?? (signal === 'SIGKILL' ? 137 : 143);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes what the pod's volumes hold. @returns by the path in the pod: the folder here */
async function mount(
  { store, tokens, ca }: Surroundings,
  { pod, container }: ProgramRun,
  folder: string,
): Promise<Map<string, string>> {
  const { namespace = '' } = pod.metadata;
  const mounted = new Map<string, string>();
  const write = async (path: string, files: Readonly<Record<string, unknown>>) => {
    const local = join(folder, `mount-${mounted.size}`);
    mounted.set(path, local);
    await mkdir(local);
    for (const [name, content] of Object.entries(files)) await writeFile(join(local, name), String(content));
  };
  const dataOf = (name: string, within: string) => objectAt(store.get(CONFIG_MAPS, within, name), 'data');
  const volumes = listAt(pod.spec, 'volumes');
  for (const one of listAt(container, 'volumeMounts')) {
    const volume = volumes.find((each) => textAt(each, 'name') === textAt(one, 'name'));
    const name = textAt(objectAt(volume, 'configMap'), 'name');
    if (name !== '') await write(textAt(one, 'mountPath').replace(/\/$/, ''), dataOf(name, namespace));
  }
  await write(SERVICE_ACCOUNT, {
    'ca.crt': ca,
    'service-ca.crt': dataOf('openshift-service-ca.crt', 'kube-public')['service-ca.crt'] ?? '',
    namespace,
    token: tokenFor(store, tokens, pod.metadata.namespace ?? '', accountOf(pod.spec)),
  });
  return mounted;
}

async function writeKubeconfig(surroundings: Surroundings, run: ProgramRun, folder: string): Promise<string> {
  const { store, tokens, url, ca } = surroundings;
  const { namespace = '' } = run.pod.metadata;
  const path = join(folder, 'config', 'kubeconfig');
  const name = 'in-cluster';
  const account = accountOf(run.pod.spec);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name, user: { token: tokenFor(store, tokens, namespace, account) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  };
  await mkdir(dirname(path));
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}

/** The ServiceAccount that a pod runs as. */
export function accountOf(spec: unknown): string {
  return textAt(spec, 'serviceAccountName') || 'default';
}

function tokenFor(store: Store, tokens: TokenTable, namespace: string, account: string): string {
  const uid = store.get(SERVICE_ACCOUNTS, namespace, account)?.metadata.uid ?? '';
  return tokens.issueFor(namespace, account, uid, 3600).token;
}

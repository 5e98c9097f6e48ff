// Brings a real VS Code to a machine that has nothing but an npm registry: the server of the npm package code-server.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isObject, objectAt, textAt } from '../../src/engine/shape.ts';

const PACKAGE = 'code-server@4.139.1';
/** What the registry must deliver under that name; npm prints it (`npm view code-server@4.139.1 dist.integrity`). */
const INTEGRITY =
  'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==';

/** The server's own dependencies that it, its extension host, its terminals and the page in the browser load. */
const MODULES = new Set([
  '@microsoft/1ds-core-js',
  '@parcel/watcher',
  '@vscode/deviceid',
  '@vscode/iconv-lite-umd',
  '@vscode/native-watchdog',
  '@vscode/proxy-agent',
  '@vscode/ripgrep-universal',
  '@vscode/spdlog',
  '@vscode/tree-sitter-wasm',
  '@xterm/addon-clipboard',
  '@xterm/addon-image',
  '@xterm/addon-ligatures',
  '@xterm/addon-progress',
  '@xterm/addon-search',
  '@xterm/addon-serialize',
  '@xterm/addon-unicode11',
  '@xterm/addon-webgl',
  '@xterm/headless',
  '@xterm/xterm',
  'cookie',
  'http-proxy-agent',
  'https-proxy-agent',
  'jschardet',
  'minimist',
  'node-pty',
  'tas-client',
  'vscode-oniguruma',
  'vscode-regexpp',
  'vscode-textmate',
  'ws',
  'yauzl',
  'yazl',
]);

/** Those of them that would have to be compiled, and what is put in the place of their `index.js`. */
const STAND_INS = ['native-watchdog', 'spdlog'] as const;

/** Left in the archive: what no test here looks at, but costs time to unpack or wakes up with every window. */
const LEFT_OUT = [
  'package/out',
  'package/src',
  ...[
    'copilot',
    'git',
    'github',
    'mermaid-markdown-features',
    'microsoft-authentication',
    'ms-vscode.js-debug',
    'ms-vscode.js-debug-companion',
    'ms-vscode.vscode-js-profile-table',
    'tunnel-forwarding',
  ].map((extension) => `package/lib/vscode/extensions/${extension}`),
];

const here = import.meta.dirname;
const editors = join(here, '../../.vscode-test');

/** A VS Code server that is ready to be started: `node serverMain --port …`. */
export interface PreparedEditor {
  /** Path of `server-main.js`. */
  serverMain: string;
  /** The Node to start it with: the project's own, of the same major version as VS Code's. */
  node: string;
}

/**
 * Prepares the editor under `.vscode-test/` unless that has been done; about 5 seconds and 220 MB the first time. What is
 * there is either whole or not used: the work is done aside and put in place at the end, so that a run that broke off,
 * or two runs at once, do no harm.
 * Throws where npm can't fetch the packages, or where the registry delivers another archive than expected.
 */
export function prepareEditor(): Promise<PreparedEditor> {
  preparing ??= prepare().finally(() => {
    preparing = undefined;
  });
  return preparing;
}

/** Under way in this process: whoever asks meanwhile waits for it too. */
let preparing: Promise<PreparedEditor> | undefined;

async function prepare(): Promise<PreparedEditor> {
  const folder = join(editors, `server-${await fingerprint()}`);
  const editor = { serverMain: join(folder, 'lib/vscode/out/server-main.js'), node: process.execPath };
  if (existsSync(folder)) return editor;

  await mkdir(editors, { recursive: true });
  await removeLeftovers(folder);
  const aside = join(editors, `preparing-${process.pid}`);
  try {
    await mkdir(aside);
    const archive = await fetchArchive(aside);
    const excluded = LEFT_OUT.map((path) => `--exclude=${path}`);
    await run('tar', ['-xzf', archive, ...excluded, 'package'], aside);
    const server = join(aside, 'package/lib/vscode');
    await installModules(server);
    for (const name of STAND_INS) {
      await copyFile(
        join(here, 'stand-ins', `${name}.cjs`),
        join(server, 'node_modules/@vscode', name, 'index.js'),
      );
    }
    await rename(join(aside, 'package'), folder).catch((error: unknown) => {
      // Another run may have been quicker.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return editor;
}

/** Changes with whatever the prepared folder is made of. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(import.meta.filename));
  for (const name of STAND_INS) hash.update(await readFile(join(here, 'stand-ins', `${name}.cjs`)));
  return hash.digest('hex').slice(0, 16);
}

/** Removes what earlier versions prepared, and what runs that broke off left. Downloads of others are left alone. */
async function removeLeftovers(wanted: string): Promise<void> {
  for (const name of await readdir(editors)) {
    const preparing = /^preparing-(\d+)$/.exec(name);
    const abandoned = preparing ? !isRunning(Number(preparing[1])) : name.startsWith('server-');
    // Another run may have finished in the meantime.
    if (abandoned && name !== basename(wanted))
      await rm(join(editors, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

/** Fetches the archive of the package and gives its path. */
async function fetchArchive(folder: string): Promise<string> {
  // Packed, not installed: it brings 165 packages of its own for a front door that isn't used here.
  const printed = await npm(['pack', PACKAGE, '--json', '--prefer-offline'], folder);
  const packed: unknown = JSON.parse(printed);
  const entry: unknown = Array.isArray(packed) ? packed[0] : Object.values(isObject(packed) ? packed : {})[0];
  const delivered = textAt(entry, 'integrity');
  if (delivered !== INTEGRITY) {
    throw new Error(
      `The npm registry delivered another ${PACKAGE} than expected (${delivered || 'no integrity'}). Nothing was unpacked.` +
        ' Compare with `npm view` from a registry you trust, then correct INTEGRITY in tools/editor/prepare.ts.',
    );
  }
  return join(folder, textAt(entry, 'filename'));
}

/** Installs what of the server's dependencies is needed, at the versions the package was shipped with. */
async function installModules(server: string): Promise<void> {
  const manifest = join(server, 'package.json');
  const shipped: unknown = JSON.parse(await readFile(manifest, 'utf8'));
  const dependencies = Object.entries(objectAt(shipped, 'dependencies')).filter(([name]) =>
    MODULES.has(name),
  );
  if (dependencies.length !== MODULES.size) {
    const found = new Set(dependencies.map(([name]) => name));
    const missing = [...MODULES].filter((name) => !found.has(name));
    throw new Error(
      `${PACKAGE} no longer depends on ${missing.join(', ')}. Correct MODULES in tools/editor/prepare.ts.`,
    );
  }
  const slim = { ...(isObject(shipped) ? shipped : {}), dependencies: Object.fromEntries(dependencies) };
  await writeFile(manifest, JSON.stringify(slim));
  // Scripts stay off: they compile native modules. Not `npm ci`: the lock file knows the full list.
  await npm(['install', '--omit=dev', '--ignore-scripts', '--no-save', '--prefer-offline'], server);
}

function npm(args: string[], cwd: string): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefix=.'];
  return run('npm', [...args, ...quiet], cwd);
}

/** Runs a program to its end and gives what it printed. */
async function run(command: string, args: string[], cwd: string): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const [printed, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) {
    throw new Error(
      `Preparing the editor failed: ${command} ${args[0]} ended with ${code} in ${cwd}.\n${complaint.trim()}\n` +
        'Check the network and the npm registry, then run this again.',
    );
  }
  return printed;
}

if (import.meta.main) {
  const start = performance.now();
  const { serverMain } = await prepareEditor();
  console.log(`${serverMain} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

// The demo's editor: the reader's own VS Code where there is one, otherwise one in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Demo } from '../../test/demo/start-demo.ts';
import { type RunningEditor, startEditor } from '../../test/editor/server.ts';
import { packageExtension } from '../package.ts';

export interface DemoEditor {
  /** What to tell the reader. */
  words: string;
  /** The one in the browser. */
  inBrowser?: RunningEditor;
  close(): Promise<void>;
}

/**
 * Opens an editor on the demo's cluster, the extension installed, with settings and extensions of its own, so that the
 * reader's stay untouched.
 * @param path PATH of the reader's own shell
 * @param makePackage makes the extension's package in a folder, and gives its path
 */
export async function openDemoEditor(
  demo: Pick<Demo, 'kubeconfig' | 'runs'>,
  path: string,
  makePackage: (folder: string) => string = packageExtension,
): Promise<DemoEditor> {
  const folder = join(demo.runs, '..', 'editor');
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace, { recursive: true });
  const vsix = makePackage(folder);
  const env = { KUBECONFIG: demo.kubeconfig, IMAGE_HYGIENE_RUNS: demo.runs };
  if (hasCode(path)) return inVsCode(folder, workspace, vsix, { ...process.env, PATH: path, ...env });
  const editor = await startEditor({ folder: workspace, vsix, env });
  const address = `${editor.url}/?folder=${encodeURIComponent(workspace)}`;
  return {
    words: `There is no VS Code on the PATH, so one runs in the browser, with the extension connected to the cluster:\n\n  ${address}\n\n${WAY}`,
    inBrowser: editor,
    close: () => editor.close(),
  };
}

const WAY = 'Choose “Image Hygiene” in the activity bar, then ▷ “Dry Run”.';

function hasCode(path: string): boolean {
  const { status } = spawnSync('code', ['--version'], {
    env: { ...process.env, PATH: path },
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function inVsCode(folder: string, workspace: string, vsix: string, env: NodeJS.ProcessEnv): DemoEditor {
  const own = [`--extensions-dir=${join(folder, 'extensions')}`, `--user-data-dir=${join(folder, 'data')}`];
  const options = { env, shell: process.platform === 'win32', stdio: 'ignore' } as const;
  const installed = spawnSync('code', [...own, '--install-extension', vsix], options);
  if (installed.status !== 0) {
    throw new Error(`VS Code did not install ${vsix}. Try the demo without an editor: npm run demo -- --cli`);
  }
  const editor = spawn(
    'code',
    [...own, '--disable-workspace-trust', '--new-window', '--wait', workspace],
    options,
  );
  return {
    words: `VS Code opens with the extension connected to the cluster. ${WAY}`,
    close: async () => {
      editor.kill();
    },
  };
}

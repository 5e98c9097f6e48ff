// Bundles everything that ships into dist/.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pageBuild } from './webview/pages.ts';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const webview = join(dist, 'webview');

/** CommonJS packages inside an ES module ask for Node's own modules through `require`. */
const requireForCommonJs =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: 'linked',
  logLevel: 'warning',
};

await rm(dist, { recursive: true, force: true });
await mkdir(webview, { recursive: true });
await Promise.all([
  // The command line, the extension and the planner's thread share their chunks; what is big is loaded when needed.
  build({
    ...common,
    entryPoints: {
      cli: 'src/cli/main.ts',
      extension: 'src/host/extension.ts',
      'planner-thread': 'src/cluster/planner/planner-thread.ts',
    },
    outdir: dist,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    banner: { js: requireForCommonJs },
  }),
  build({
    ...common,
    ...pageBuild(),
    outdir: webview,
  }),
]);

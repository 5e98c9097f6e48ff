// Bundles everything that ships into dist/. With --debug as a debugger wants it: with source maps, and not minified.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { joinChunks } from './tools/join-chunks.ts';
import { packageReadme } from './tools/package-readme.ts';
import { bundledPackages, thirdPartyNotices } from './tools/third-party-notices.ts';
import { pageBuild } from './webview/pages.ts';

const root = import.meta.dirname;
const debug = process.argv.includes('--debug');
const dist = join(root, 'dist');
const webview = join(dist, 'webview');
const split = debug ? dist : join(dist, 'split');

/** CommonJS packages inside an ES module ask for Node's own modules through `require`. */
const requireForCommonJs =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !debug,
  sourcemap: debug,
  metafile: true,
  logLevel: 'warning',
};

await rm(dist, { recursive: true, force: true });
await mkdir(webview, { recursive: true });
const bundles = await Promise.all([
  // The command line, the extension and the planner's thread share their chunks; what is big is loaded when needed.
  build({
    ...common,
    entryPoints: {
      cli: 'src/cli/main.ts',
      extension: 'src/host/extension.ts',
      'planner-thread': 'src/cluster/planner/planner-thread.ts',
    },
    outdir: split,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // `debug` takes supports-color where it finds it; what else happens to be installed here must not be bundled.
    external: ['vscode', 'supports-color'],
    banner: { js: requireForCommonJs },
    legalComments: 'inline',
  }),
  build({
    ...pageBuild(),
    ...common,
    outdir: webview,
    legalComments: 'linked',
  }),
]);
if (!debug) {
  await joinChunks(split, dist);
  await rm(split, { recursive: true });
}
await chmod(join(dist, 'cli.js'), 0o755);
const packages = bundledPackages(
  root,
  bundles.map(({ metafile }) => metafile),
);
await writeFile(join(dist, 'ThirdPartyNotices.txt'), thirdPartyNotices(packages));
await writeFile(join(dist, 'README.md'), packageReadme(await readFile(join(root, 'README.md'), 'utf8')));

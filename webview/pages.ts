import type { BuildOptions } from 'esbuild';

/** Every page: a folder beside this file, with a `main.ts`. */
export const PAGES: readonly string[] = ['diagnosis', 'dry-run', 'job-log', 'schedule'];

/** How pages are bundled: each becomes a script and a style sheet by the name of its folder. */
export function pageBuild(): BuildOptions {
  return {
    entryPoints: Object.fromEntries(PAGES.map((page) => [page, `webview/${page}/main.ts`])),
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  };
}

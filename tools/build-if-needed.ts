import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Builds dist/ where it is missing or older than what it is built from, so that nothing is replaced while in use. */
export function buildIfNeeded(): void {
  const sources = globSync(['src/**/*.{ts,json}', 'webview/**/*.{ts,css}'], { cwd: root });
  const newest = Math.max(
    ...['esbuild.js', 'tools/join-chunks.ts', 'package.json', 'package-lock.json', ...sources].map(
      (file) => changedAt(file) ?? 0,
    ),
  );
  if ((changedAt('dist/cli.js') ?? 0) > newest) return;
  const build = spawnSync(process.execPath, [join(root, 'esbuild.js')], { stdio: 'inherit' });
  if (build.status !== 0) throw new Error('the build failed (see above)');
}

function changedAt(file: string): number | undefined {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs;
}

// npm run package: the vsix, from an allow-list, with a look at what is in it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** Above this a package is a mistake. */
const LARGEST_BYTES = 1_500_000;

/**
 * Makes the vsix; the bundles are made anew on the way.
 * @returns its path
 */
export function packageExtension(folder = root): string {
  const vsix = join(folder, `${manifest.name}-${manifest.version}.vsix`);
  mkdirSync(folder, { recursive: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--readme-path',
    'dist/README.md',
    '--out',
    vsix,
  ];
  const { status, stderr, stdout } = spawnSync(process.execPath, [vsce, 'package', ...options], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`vsce package failed:\n${stdout}${stderr}`);
  return vsix;
}

/** What a marketplace asks for and package.json doesn't say: such a package can be installed, but not be published. */
export function missingForPublication(given: object = manifest): string[] {
  return ['repository', 'bugs', 'homepage'].filter((key) => !(key in given));
}

/** Bytes of a package, checked to be no more than they should be. */
export function sizeOf(vsix: string): number {
  const { size } = statSync(vsix);
  if (size > LARGEST_BYTES) throw new Error(`${vsix} has ${size} bytes, more than ${LARGEST_BYTES}`);
  return size;
}

if (import.meta.main) {
  const vsix = packageExtension();
  console.log(`${vsix}: ${(sizeOf(vsix) / 1024).toFixed(0)} KiB`);
  const missing = missingForPublication();
  if (missing.length > 0) {
    console.log(
      `It can be installed, but not be published yet: package.json doesn't say ${missing.join(', ')} (see docs/CONTRIBUTING.md, “A release”).`,
    );
  }
}

// Everything that has to hold, the fast checks first. `npm test -- unit` runs the stages named alone.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

interface Stage {
  name: string;
  run: () => boolean;
}

const stages: Stage[] = [
  { name: 'lint', run: () => succeeds(bin('biome'), ['check', '--error-on-warnings', '.']) },
  {
    name: 'types',
    run: () => succeeds(bin('tsc'), ['--noEmit']) && succeeds(bin('tsc'), ['--noEmit', '-p', 'webview']),
  },
  {
    name: 'manifest',
    run: () =>
      succeeds(process.execPath, ['tools/check-manifest.ts']) &&
      succeeds(process.execPath, ['tools/words.ts', '--check']),
  },
  { name: 'unit', run: () => tests('test/unit/**/*.test.ts', 'test/conformance/**/*.test.ts') },
  { name: 'build', run: () => succeeds(process.execPath, ['esbuild.js']) },
  { name: 'docs', run: () => tests('test/docs/**/*.test.ts') },
  { name: 'cluster', run: () => tests('test/cluster/**/*.test.ts') },
  { name: 'registry', run: () => tests('test/registry/**/*.test.ts') },
  { name: 'cli', run: () => tests('test/cli/**/*.test.ts') },
  { name: 'pages', run: () => inBrowser('test/ui/pages/**/*.test.ts', 2) },
  { name: 'editor', run: () => inBrowser('test/editor/**/*.test.ts') },
  { name: 'host', run: () => inEditor(['test/host/run-host-tests.ts']) },
  { name: 'ui', run: () => inBrowser('test/ui/*.test.ts') },
];

/** The stages that take a browser are skipped where there is none. */
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

function inEditor(args: readonly string[]): boolean {
  if (!existsSync(chromium)) {
    console.log(`skipped: there is no Chromium at ${chromium}`);
    return true;
  }
  return succeeds(process.execPath, args);
}

/** @param atOnce how many files; an editor takes the machine for itself, a page doesn't */
function inBrowser(pattern: string, atOnce = 1): boolean {
  const files = globSync(pattern, { cwd: root }).sort();
  return inEditor(['--test', `--test-concurrency=${atOnce}`, ...files]);
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function tests(...patterns: string[]): boolean {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  if (files.length === 0) {
    console.error(`error: no test file matches ${patterns.join(' or ')}`);
    return false;
  }
  return succeeds(process.execPath, ['--test', '--test-concurrency=2', ...files]);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `error: no stage ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}`,
  );
  process.exit(1);
}
for (const { name, run } of stages) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  console.log(`\n# ${name}`);
  const passed = run();
  console.log(
    `# ${name}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  if (!passed) process.exit(1);
}

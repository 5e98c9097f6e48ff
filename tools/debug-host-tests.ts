// What “Tests in the extension host” of .vscode/launch.json needs: the demo's cluster, and the suite, at fixed places.
// It runs until it is ended; the debugger starts once the last line is there.
import { once } from 'node:events';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDemo } from '../test/demo/start-demo.ts';
import { bundleSuite } from '../test/editor/host-run.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.vscode-test/debug');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
const stopped = once(stop.signal, 'abort');

console.log('Preparing the tests…');
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'workspace'), { recursive: true });
const demo = await startDemo();
try {
  copyFileSync(demo.kubeconfig, join(folder, 'kubeconfig'));
  const files = globSync('test/host/**/*.test.ts', { cwd: root }).sort();
  await bundleSuite(
    files.map((file) => join(root, file)),
    join(folder, 'suite.cjs'),
    'inline',
  );
  console.log('The tests can be debugged.');
  await stopped;
} finally {
  await demo.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

// Runs test/host/**/*.test.ts inside VS Code, those of `restricted` in a workspace that isn't trusted:
// `run-host-tests.ts [--electron] [--grep <text>] [file…]`.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { startDemo } from '../demo/start-demo.ts';
import type { HostTest } from '../editor/host-results.ts';
import { type HostRun, runHostTests } from '../editor/host-run.ts';

const root = join(import.meta.dirname, '../..');
const LOG = join(root, 'test-results/host-tests.log');

/** Files whose tests run in a workspace that isn't trusted. */
const RESTRICTED = /[\\/]restricted[\\/]/;

/** What would make another editor, another Node or another test run of the editor that is started. */
const NOT_PASSED_ON = /^(VSCODE_|ELECTRON_|NODE_|npm_|XDG_)|^(HOME|TMPDIR|PATH|LANG)$/;

const { values, positionals } = parseArgs({
  options: { electron: { type: 'boolean', default: false }, grep: { type: 'string' } },
  allowPositionals: true,
});
const files = (
  positionals.length > 0 ? positionals : globSync('test/host/**/*.test.ts', { cwd: root }).sort()
).map((file) => resolve(root, file));
if (files.length === 0) {
  console.error('error: there is no test/host/**/*.test.ts');
  process.exit(1);
}

const start = performance.now();
buildIfNeeded();
// The tests share a cluster with a registry; they find it as a user would, by KUBECONFIG.
const demo = await startDemo();
const passedOn = Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.test(name));
const runs: HostRun[] = [];
try {
  for (const trusted of [true, false]) {
    const wanted = files.filter((file) => trusted !== RESTRICTED.test(file));
    if (wanted.length === 0) continue;
    const run = await runHostTests({
      files: wanted,
      extensionDevelopmentPath: root,
      env: { ...Object.fromEntries(passedOn), KUBECONFIG: demo.kubeconfig, IMAGE_HYGIENE_RUNS: demo.runs },
      electron: values.electron,
      trusted,
      ...(values.grep === undefined ? {} : { grep: values.grep }),
    });
    // What is asked for may be in the other workspace alone.
    if (values.grep !== undefined && run.finished && run.tests.length === 0) continue;
    runs.push(run);
    print(run);
    if (run.tests.length === 0) break;
  }
} finally {
  await demo.close();
}
const count = (state?: HostTest['state']) =>
  runs.flatMap(({ tests }) => tests).filter((test) => state === undefined || test.state === state).length;
console.log(
  `${count()} tests: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped,` +
    ` in ${((performance.now() - start) / 1000).toFixed(1)} s`,
);
process.exit(count() > 0 && runs.every(({ passed }) => passed) ? 0 : 1);

function print({ tests, problem, logs }: HostRun): void {
  const signs = { passed: '✔', failed: '✖', skipped: '﹣' };
  for (const { title, state, milliseconds, error } of tests) {
    console.log(`${signs[state]} ${title.join(' › ')} (${milliseconds} ms)`);
    if (error !== undefined) console.log(error.replaceAll(/^/gm, '    '));
  }
  if (problem !== undefined) {
    console.error(`error: ${problem}`);
    if (logs !== '') {
      mkdirSync(dirname(LOG), { recursive: true });
      writeFileSync(LOG, logs);
      console.error(`What the editor logged is in ${LOG}`);
    }
  }
}

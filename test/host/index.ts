// What runs inside the extension host: mocha over the test files, and a report in a file. Nothing else gets out of there.
import { writeFileSync } from 'node:fs';
import Mocha, { type Runnable, type Runner } from 'mocha';
import type { HostResults, HostTest } from '../editor/host-results.ts';

/**
 * Runs test files and writes what came of each test to the file that IMAGE_HYGIENE_TEST_RESULTS names, after every test, so
 * that a host that dies says how far it got. IMAGE_HYGIENE_TEST_GREP limits the run to the titles it matches.
 * Rejects where a test failed, or where there was none.
 */
export async function runTests(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const results: HostResults = { finished: false, tests: [] };
  const save = () => writeFileSync(environment('IMAGE_HYGIENE_TEST_RESULTS'), JSON.stringify(results));
  save();

  const grep = process.env.IMAGE_HYGIENE_TEST_GREP;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 20_000,
    // A forgotten `.only` would make the rest of the suite pass unseen.
    forbidOnly: true,
    reporter: class extends Mocha.reporters.Base {
      constructor(runner: Runner) {
        super(runner);
        listen(runner, results, save);
      }
    },
    ...(grep ? { grep } : {}),
  });
  for (const [file, load] of Object.entries(files)) {
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    try {
      await load();
    } catch (error) {
      results.tests.push({ title: [file, 'loads'], state: 'failed', milliseconds: 0, error: said(error) });
    }
    mocha.suite.emit('require', {}, file, mocha);
    mocha.suite.emit('post-require', globalThis, file, mocha);
  }
  try {
    await new Promise<void>((resolve) => mocha.run(() => resolve()));
  } catch (error) {
    results.tests.push({ title: ['mocha'], state: 'failed', milliseconds: 0, error: said(error) });
  }
  results.finished = true;
  results.running = undefined;
  save();
  const failed = results.tests.filter((test) => test.state === 'failed').length;
  if (failed > 0) throw new Error(`${failed} of ${results.tests.length} tests failed`);
  if (results.tests.length === 0) throw new Error('No test was run');
}

function listen(runner: Runner, results: HostResults, save: () => void): void {
  const record = (runnable: Runnable, state: HostTest['state'], error?: unknown) => {
    const test: HostTest = { title: runnable.titlePath(), state, milliseconds: runnable.duration ?? 0 };
    if (error !== undefined) test.error = said(error);
    results.tests.push(test);
    save();
  };
  runner.on('test', (test) => {
    results.running = test.titlePath();
    save();
  });
  runner.on('pass', (test) => record(test, 'passed'));
  runner.on('pending', (test) => record(test, 'skipped'));
  // Of hooks too, which have no end of their own.
  runner.on('fail', (runnable, error: unknown) => record(runnable, 'failed', error));
}

function said(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing in the extension host`);
  return value;
}

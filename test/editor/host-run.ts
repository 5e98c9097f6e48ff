// Runs mocha suites inside a real extension host: that of the offline editor, or of a desktop VS Code.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { openBrowser, openWorkbench } from './browser.ts';
import { type HostResults, parseHostResults } from './host-results.ts';
import { startEditor } from './server.ts';

const root = join(import.meta.dirname, '../..');

export interface HostRunOptions {
  /** Test files: TypeScript that imports what it needs from `mocha` and `vscode`; absolute paths. */
  files: readonly string[];
  /** The extension under test, an absolute path. */
  extensionDevelopmentPath: string;
  /** The folder that is opened; default an empty one. */
  folder?: string;
  /** What the tests find in their environment. */
  env?: NodeJS.ProcessEnv;
  settings?: Readonly<Record<string, unknown>>;
  trusted?: boolean;
  locale?: string;
  /** Only tests whose full title matches. */
  grep?: string;
  /** True: a desktop VS Code, downloaded by @vscode/test-electron. */
  electron?: boolean;
  /** Milliseconds after which the host is given up; default 5 minutes. */
  limit?: number;
}

export interface HostRun extends HostResults {
  /** Whether every test ran and none failed. */
  passed: boolean;
  /** Why there are no results, or not all. */
  problem?: string;
  /** What the editor logged. */
  logs: string;
}

/**
 * Bundles test files and runs them to their end. A failed test, a host that dies and a run that takes too long are results,
 * not errors: throws only where the bundle or the editor can't be made.
 */
export async function runHostTests(options: HostRunOptions): Promise<HostRun> {
  // Inside the project: the bundle finds mocha there.
  await mkdir(join(root, '.vscode-test'), { recursive: true });
  const work = await mkdtemp(join(root, '.vscode-test/host-tests-'));
  const workspace = await mkdtemp(join(tmpdir(), 'image-hygiene-workspace-'));
  try {
    const suite = join(work, 'suite.cjs');
    const report = join(work, 'results.json');
    await bundleSuite(options.files, suite);
    const env = {
      ...options.env,
      IMAGE_HYGIENE_TEST_RESULTS: report,
      ...(options.grep === undefined ? {} : { IMAGE_HYGIENE_TEST_GREP: options.grep }),
    };
    const run = options.electron ? inDesktop : inOfflineEditor;
    const { problem, logs } = await run({ folder: workspace, ...options, env, suite });
    return await conclude(report, suite, problem, logs);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(workspace, { recursive: true, force: true });
  }
}

interface Prepared extends HostRunOptions {
  folder: string;
  env: NodeJS.ProcessEnv;
  suite: string;
}

interface Ended {
  problem: string | undefined;
  logs: string;
}

async function inOfflineEditor(prepared: Prepared): Promise<Ended> {
  const { suite, limit = 300_000, ...options } = prepared;
  const editor = await startEditor({ ...options, extensionTests: suite });
  try {
    const browser = await openBrowser();
    try {
      const workbench = await openWorkbench(browser, editor);
      const problem = await Promise.race([
        workbench.testsEnded.then(() => undefined),
        workbench.page.waitForEvent('crash', { timeout: 0 }).then(() => 'The page crashed.'),
        after(limit),
      ]);
      return { problem, logs: `${workbench.console()}\n${editor.logs()}` };
    } finally {
      await browser.close();
    }
  } finally {
    await editor.close();
  }
}

/** A folder that isn't trusted is then opened without asking. */
const NO_TRUST_PROMPT = { 'security.workspace.trust.startupPrompt': 'never' };

async function inDesktop(prepared: Prepared): Promise<Ended> {
  const { extensionDevelopmentPath, suite, folder, env, limit = 300_000 } = prepared;
  // A short path: a socket is made in it.
  const userData = await mkdtemp(join(tmpdir(), 'vscode-'));
  await mkdir(join(userData, 'User'));
  await writeFile(
    join(userData, 'User/settings.json'),
    JSON.stringify({ ...NO_TRUST_PROMPT, ...prepared.settings }),
  );
  const { runTests } = await import('@vscode/test-electron');
  try {
    const ended = runTests({
      extensionDevelopmentPath,
      extensionTestsPath: suite,
      extensionTestsEnv: { HOME: userData, ...env },
      launchArgs: [
        folder,
        `--user-data-dir=${userData}`,
        '--disable-extensions',
        ...(prepared.trusted === false ? [] : ['--disable-workspace-trust']),
        ...(prepared.locale === undefined ? [] : [`--locale=${prepared.locale}`]),
      ],
    }).then(
      () => undefined,
      (error: unknown) =>
        `@vscode/test-electron: ${error instanceof Error ? error.message : error}. It downloads VS Code (or takes it from` +
        ' .vscode-test/) and needs a display (xvfb-run). Without --electron the offline editor is used.',
    );
    return { problem: await Promise.race([ended, after(limit)]), logs: '' };
  } finally {
    await rm(userData, { recursive: true, force: true });
  }
}

function after(limit: number): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`The tests did not end within ${limit / 1000} s.`), limit).unref();
  });
}

/** A CommonJS bundle has no `import.meta`: each file is told where it lies in the sources. */
const knowingTheirPlace: Plugin = {
  name: 'import-meta',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.')) return undefined;
      const contents = source
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Bundles test files into a module whose `run` runs them in an extension host.
 * @param sourcemap `inline` for a debugger; beside the bundle otherwise
 */
export async function bundleSuite(
  files: readonly string[],
  outfile: string,
  sourcemap: 'external' | 'inline' = 'external',
): Promise<void> {
  const loads = files.map(
    (file) => `${JSON.stringify(basename(file))}: () => import(${JSON.stringify(file)})`,
  );
  await build({
    absWorkingDir: root,
    stdin: {
      contents:
        "import { runTests } from './test/host/index.ts';\n" +
        `export const run = () => runTests({ ${loads.join(', ')} });`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap,
    plugins: [knowingTheirPlace],
    logLevel: 'warning',
  });
}

async function conclude(
  report: string,
  suite: string,
  problem: string | undefined,
  logs: string,
): Promise<HostRun> {
  if (!existsSync(report)) {
    return {
      finished: false,
      tests: [],
      passed: false,
      problem: problem ?? 'The extension host ended without running the tests: there is no result file.',
      logs,
    };
  }
  const results = parseHostResults(await readFile(report, 'utf8'));
  const map = new SourceMap(JSON.parse(await readFile(`${suite}.map`, 'utf8')));
  for (const test of results.tests) {
    if (test.error !== undefined) test.error = inSources(test.error, suite, map);
  }
  const failed = results.tests.some((test) => test.state === 'failed');
  if (results.finished) {
    const none = results.tests.length === 0 ? { problem: 'No test was run.' } : {};
    return { ...results, ...none, passed: !failed && results.tests.length > 0, logs };
  }
  const during =
    results.running === undefined ? 'before the first test' : `in ${results.running.join(' › ')}`;
  const why = problem ?? 'The extension host ended before its tests did.';
  return { ...results, passed: false, problem: `${why} It was ${during}.`, logs };
}

/** A stack with the lines of the sources, not of the bundle. The host has its own way with stacks, so this is done here. */
function inSources(stack: string, suite: string, map: SourceMap): string {
  return stack.replaceAll(/([^\s(]*suite\.cjs):(\d+):(\d+)/g, (place, file: string, line, column) => {
    if (!file.endsWith(suite)) return place;
    const origin = map.findOrigin(Number(line), Number(column));
    if (!('fileName' in origin)) return place;
    return `${join(suite, '..', origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

#!/usr/bin/env node
import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { useLanguage } from './language.ts';
import { run } from './program.ts';

/** What undici 8 needs. */
const OLDEST_NODE = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `error: image-hygiene needs Node ${OLDEST_NODE.join('.')} or later, and this is Node ${process.versions.node}. Inside the checkout, npx runs it on the project's own Node: npx node dist/cli.js …\n`,
  );
  process.exit(1);
}

useLanguage(process.env, new URL('../l10n/', import.meta.url));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
process.once('SIGTERM', () => abort.abort(new Error('interrupted')));
// A reader that has seen enough (head, less) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), new URL('./planner-thread.js', import.meta.url), {
  stdout: process.stdout,
  stderr: process.stderr,
  drawsProgress: process.stderr.isTTY === true,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  env: process.env,
  homeDir: homedir(),
  signal: abort.signal,
});

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: abort.signal });
  } finally {
    lines.close();
  }
}

#!/usr/bin/env node
import { homedir } from 'node:os';
import { run } from './program.ts';

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
  env: process.env,
  homeDir: homedir(),
  signal: abort.signal,
});

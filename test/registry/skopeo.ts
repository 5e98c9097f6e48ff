import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestRegistry } from './start.ts';

const program = '/usr/bin/skopeo';
const longest = 120_000;

export type SkopeoResult = { ok: true; output: string } | { ok: false; error: string };

export function skopeoInstalled(): boolean {
  return existsSync(program);
}

/** Runs skopeo; a failure is a result, its text what skopeo wrote to stderr. */
export function runSkopeo(args: string[]): Promise<SkopeoResult> {
  return new Promise((resolve) => {
    execFile(program, ['--insecure-policy', ...args], { timeout: longest }, (error, stdout, stderr) => {
      resolve(error ? { ok: false, error: stderr.trim() || error.message } : { ok: true, output: stdout });
    });
  });
}

/** The options that make skopeo trust the registry and sign in to it, as `src` or `dest` of a copy. */
export async function accessOptions(
  side: 'src' | 'dest',
  registry: TestRegistry,
  folder: string,
  token = registry.adminToken,
): Promise<string[]> {
  const certificates = join(folder, 'certificates');
  await mkdir(certificates, { recursive: true });
  await writeFile(join(certificates, 'ca.crt'), registry.certificateAuthority);
  return [
    `--${side}-creds=unused:${token}`,
    registry.scheme === 'https' ? `--${side}-cert-dir=${certificates}` : `--${side}-tls-verify=false`,
  ];
}

/** Runs `work` with a temporary folder that is gone afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'skopeo-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { join } from 'node:path';
import { type Called, call } from './calls.ts';
import { mediaTypes } from './images.ts';
import { digestOf } from './layers.ts';
import { accessOptions, inTemporaryFolder, runSkopeo, skopeoInstalled } from './skopeo.ts';
import type { TestRegistry } from './start.ts';

export type PullResult = { ok: true } | { ok: false; error: string };

/**
 * Pulls `<namespace>/<name>:<tag>` or `…@<digest>` whole (of an index: every image), checks each digest, and throws the
 * bytes away. A failure is a result, with the client's own words.
 */
export async function pullImage(
  registry: TestRegistry,
  reference: string,
  options: { by?: 'skopeo' | 'http'; token?: string } = {},
): Promise<PullResult> {
  const by = options.by ?? (skopeoInstalled() ? 'skopeo' : 'http');
  if (by === 'http') return pullOverHttp(registry, reference, options.token);
  return inTemporaryFolder(async (folder) => {
    const access = await accessOptions('src', registry, folder, options.token);
    const target = `dir:${join(folder, 'pulled')}`;
    const source = `docker://${registry.host}/${reference}`;
    const result = await runSkopeo(['copy', '--quiet', '--all', ...access, source, target]);
    return result.ok ? { ok: true } : result;
  });
}

async function pullOverHttp(registry: TestRegistry, reference: string, token?: string): Promise<PullResult> {
  const [, repository = '', kind, name = ''] = /^([^:@]+)([:@])(.+)$/.exec(reference) ?? [];
  try {
    await pullManifest(registry, repository, name, kind === '@' ? name : undefined, token);
    return { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function pullManifest(
  registry: TestRegistry,
  repository: string,
  reference: string,
  digest: string | undefined,
  token: string | undefined,
): Promise<void> {
  const accept = Object.values(mediaTypes).flatMap((types) => [types.manifest, types.index]);
  const path = `/v2/${repository}/manifests/${reference}`;
  const manifest = await call(registry, { path, token, headers: { accept: accept.join(', ') } });
  verify(path, manifest, digest);
  const { config, layers = [], manifests = [] } = JSON.parse(manifest.body.toString('utf8'));
  for (const blob of config ? [config, ...layers] : layers) {
    const blobPath = `/v2/${repository}/blobs/${blob.digest}`;
    verify(blobPath, await call(registry, { path: blobPath, token }), blob.digest);
  }
  for (const child of manifests) {
    await pullManifest(registry, repository, child.digest, child.digest, token);
  }
}

function verify(path: string, answer: Called, digest: string | undefined): void {
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.body}`);
  const found = digestOf(answer.body);
  if (digest !== undefined && found !== digest) throw new Error(`GET ${path}: its digest is ${found}`);
}

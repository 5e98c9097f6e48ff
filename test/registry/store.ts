import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export type StoredBlob = { digest: string; bytes: number };

/** What one repository says it has, as digests sorted by name; `tags` maps a tag to its current manifest. */
export type RepositoryLinks = { layers: string[]; manifests: string[]; tags: Record<string, string> };

const digestPattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** The hexadecimal part of a sha256 digest. */
export function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}

/** Where the distribution project's file system driver puts things, below its root directory. */
export function blobFolder(store: string, digest: string): string {
  const hex = hexOf(digest);
  return join(store, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
}

export function blobData(store: string, digest: string): string {
  return join(blobFolder(store, digest), 'data');
}

export function repositoryFolder(store: string, repository: string): string {
  return join(store, 'docker/registry/v2/repositories', repository);
}

export function layerLinkFolder(store: string, repository: string, digest: string): string {
  return join(repositoryFolder(store, repository), '_layers/sha256', hexOf(digest));
}

export function manifestLinkFolder(store: string, repository: string, digest: string): string {
  return join(repositoryFolder(store, repository), '_manifests/revisions/sha256', hexOf(digest));
}

export function tagFolder(store: string, repository: string, tag: string): string {
  return join(repositoryFolder(store, repository), '_manifests/tags', tag);
}

/** Every blob whose data is on disk, sorted by digest. */
export async function storedBlobs(store: string): Promise<StoredBlob[]> {
  const root = join(store, 'docker/registry/v2/blobs/sha256');
  const blobs: StoredBlob[] = [];
  for (const prefix of await namesIn(root)) {
    for (const hex of await namesIn(join(root, prefix))) {
      const data = await stat(join(root, prefix, hex, 'data')).catch(ignoreMissing);
      if (data) blobs.push({ digest: `sha256:${hex}`, bytes: data.size });
    }
  }
  return blobs;
}

export async function linksOf(store: string, repository: string): Promise<RepositoryLinks> {
  const folder = repositoryFolder(store, repository);
  const tags: Record<string, string> = {};
  for (const tag of await namesIn(join(folder, '_manifests/tags'))) {
    const current = await readLink(join(folder, '_manifests/tags', tag, 'current'));
    if (current) tags[tag] = current;
  }
  return {
    layers: await linkedIn(join(folder, '_layers/sha256')),
    manifests: await linkedIn(join(folder, '_manifests/revisions/sha256')),
    tags,
  };
}

/** Removes a blob's folder, as OpenShift's registry does; false if there was none. Links to it stay. */
export async function removeBlob(store: string, digest: string): Promise<boolean> {
  const folder = blobFolder(store, digest);
  if (!(await stat(folder).catch(ignoreMissing))) return false;
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** The digest in a link file, or undefined if there is no such link. */
export async function readLink(folder: string): Promise<string | undefined> {
  return (await readFile(join(folder, 'link'), 'utf8').catch(ignoreMissing)) || undefined;
}

async function linkedIn(folder: string): Promise<string[]> {
  const digests: string[] = [];
  for (const hex of await namesIn(folder)) {
    const digest = await readLink(join(folder, hex));
    if (digest) digests.push(digest);
  }
  return digests;
}

/** A folder's entries in order; none if it isn't there, since the registry may be deleting meanwhile. */
export async function namesIn(folder: string): Promise<string[]> {
  return ((await readdir(folder).catch(ignoreMissing)) ?? []).sort();
}

export function ignoreMissing(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

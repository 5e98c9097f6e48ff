import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digestOf } from './layers.ts';
import {
  blobData,
  ignoreMissing,
  layerLinkFolder,
  linksOf,
  manifestLinkFolder,
  namesIn,
  readLink,
  repositoryFolder,
  tagFolder,
} from './store.ts';

/**
 * Storage as docker-registry has it: its files on disk, and before them its cache of blob sizes. The cache is what makes a
 * pruned blob look present until the process is replaced, so it is asked and cleared at exactly the same points.
 */
export class EmbeddedStorage {
  readonly #store: string;
  // One for all repositories and one per repository. Deleting a layer link clears only the latter.
  readonly #sizes = new Map<string, number>();
  readonly #layerSizes = new Map<string, number>();

  constructor(store: string) {
    this.#store = store;
  }

  async layerSize(repository: string, digest: string): Promise<number | undefined> {
    const key = `${repository} ${digest}`;
    const cached = this.#layerSizes.get(key);
    if (cached !== undefined) return cached;
    if (!(await readLink(layerLinkFolder(this.#store, repository, digest)))) return undefined;
    const size = await this.#blobSize(digest);
    if (size !== undefined) this.#layerSizes.set(key, size);
    return size;
  }

  async hasManifest(repository: string, digest: string): Promise<boolean> {
    if (!(await readLink(manifestLinkFolder(this.#store, repository, digest)))) return false;
    return (await this.#blobSize(digest)) !== undefined;
  }

  async #blobSize(digest: string): Promise<number | undefined> {
    const cached = this.#sizes.get(digest);
    if (cached !== undefined) return cached;
    const size = (await stat(blobData(this.#store, digest)).catch(ignoreMissing))?.size;
    if (size !== undefined) this.#sizes.set(digest, size);
    return size;
  }

  /** Reads bytes `first` to `last`; the stream fails if the data is gone. */
  readBlob(digest: string, first: number, last: number): Readable {
    return createReadStream(blobData(this.#store, digest), { start: first, end: last });
  }

  async manifest(repository: string, digest: string): Promise<Buffer | undefined> {
    if (!(await this.hasManifest(repository, digest))) return undefined;
    return readFile(blobData(this.#store, digest)).catch(ignoreMissing);
  }

  /** Deletes a layer link; false if the repository doesn't have the layer, or if the blob is gone. */
  async unlinkLayer(repository: string, digest: string): Promise<boolean> {
    if ((await this.layerSize(repository, digest)) === undefined) return false;
    this.#layerSizes.delete(`${repository} ${digest}`);
    return removeLink(layerLinkFolder(this.#store, repository, digest));
  }

  /** Deletes a manifest link and the tags that are at it; false as for layers. */
  async unlinkManifest(repository: string, digest: string): Promise<boolean> {
    if (!(await this.hasManifest(repository, digest))) return false;
    const removed = await removeLink(manifestLinkFolder(this.#store, repository, digest));
    const { tags } = await linksOf(this.#store, repository);
    for (const [tag, current] of Object.entries(tags)) {
      if (current === digest) await rm(tagFolder(this.#store, repository, tag), { recursive: true });
    }
    return removed;
  }

  /** A manifest whose size is cached is not written again, even if its data is gone. Writing it doesn't cache it. */
  async putManifest(repository: string, tag: string | undefined, bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    if ((await this.#blobSize(digest)) === undefined) {
      await writeWhole(blobData(this.#store, digest), bytes);
    }
    await writeLink(manifestLinkFolder(this.#store, repository, digest), digest);
    if (tag !== undefined) {
      const folder = tagFolder(this.#store, repository, tag);
      await writeLink(join(folder, 'index/sha256', digest.slice('sha256:'.length)), digest);
      await writeLink(join(folder, 'current'), digest);
    }
    return digest;
  }

  tagged(repository: string, tag: string): Promise<string | undefined> {
    return readLink(join(tagFolder(this.#store, repository, tag), 'current'));
  }

  /** The repository's tags, or undefined if there is no such repository. */
  async tags(repository: string): Promise<string[] | undefined> {
    const folder = repositoryFolder(this.#store, repository);
    if ((await namesIn(folder)).length === 0) return undefined;
    return namesIn(join(folder, '_manifests/tags'));
  }

  /** Links another repository's layer into this one; false if the other doesn't have it, as far as the cache knows. */
  async mountLayer(repository: string, digest: string, from: string): Promise<boolean> {
    const size = await this.layerSize(from, digest);
    if (size === undefined) return false;
    await this.#linkLayer(repository, digest, size);
    return true;
  }

  async beginUpload(repository: string): Promise<string> {
    const id = randomUUID();
    await writeWhole(this.#upload(repository, id), Buffer.alloc(0));
    return id;
  }

  async uploadSize(repository: string, id: string): Promise<number | undefined> {
    return (await stat(this.#upload(repository, id)).catch(ignoreMissing))?.size;
  }

  async appendUpload(repository: string, id: string, data: Readable): Promise<void> {
    await pipeline(data, createWriteStream(this.#upload(repository, id), { flags: 'a' }));
  }

  /** Makes the upload a layer of the repository; false, and the upload gone, if its digest is another. */
  async commitUpload(repository: string, id: string, digest: string): Promise<boolean> {
    const upload = this.#upload(repository, id);
    const bytes = await readFile(upload);
    const right = digestOf(bytes) === digest;
    const data = blobData(this.#store, digest);
    // The disk is asked here and not the cache: an upload heals a pruned blob.
    if (right && !(await stat(data).catch(ignoreMissing))) {
      await mkdir(dirname(data), { recursive: true });
      await rename(upload, data);
    }
    await this.cancelUpload(repository, id);
    if (right) await this.#linkLayer(repository, digest, bytes.length);
    return right;
  }

  async cancelUpload(repository: string, id: string): Promise<void> {
    await rm(dirname(this.#upload(repository, id)), { recursive: true, force: true });
  }

  async #linkLayer(repository: string, digest: string, size: number): Promise<void> {
    await writeLink(layerLinkFolder(this.#store, repository, digest), digest);
    this.#sizes.set(digest, size);
    this.#layerSizes.set(`${repository} ${digest}`, size);
  }

  #upload(repository: string, id: string): string {
    return join(repositoryFolder(this.#store, repository), '_uploads', id, 'data');
  }
}

async function writeLink(folder: string, digest: string): Promise<void> {
  await writeWhole(join(folder, 'link'), Buffer.from(digest));
}

/** Removes the link and leaves its folder, as docker-registry does. */
async function removeLink(folder: string): Promise<boolean> {
  return rm(join(folder, 'link'))
    .then(() => true, ignoreMissing)
    .then(Boolean);
}

/** Readers see the whole file or none. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
}

import { IMAGE_API } from '../../cluster/inventory/lists.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { BlobTable } from '../../engine/blob-table.ts';
import { readImage } from '../../engine/intake.ts';
import type { ImagePlan } from '../../engine/plan.ts';
import type { Server } from './server.ts';

/** What images need in a repository: an index needs its members too, and what they need. */
export interface Needs {
  blobs: Set<string>;
  manifests: Set<string>;
}

/** Looks images up that the plan didn't expect to stay. */
export class ImageNeeds {
  readonly #session: ApiSession;
  readonly #api: Server;
  readonly #known: Map<string, Pick<ImagePlan, 'blobs' | 'manifests'> | undefined>;

  /** @param images what is known of images already */
  constructor(session: ApiSession, api: Server, images: readonly ImagePlan[]) {
    this.#session = session;
    this.#api = api;
    this.#known = new Map(images.map((image) => [image.name, image]));
  }

  /**
   * What these images need together.
   * @throws where one can't be looked up
   */
  async of(images: Iterable<string>): Promise<Needs> {
    const needs: Needs = { blobs: new Set(), manifests: new Set() };
    const open = [...images];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (needs.manifests.has(name)) continue;
      needs.manifests.add(name);
      const image = await this.#image(name);
      for (const blob of image?.blobs ?? []) needs.blobs.add(blob);
      open.push(...(image?.manifests ?? []));
    }
    return needs;
  }

  /** Whether an Image object exists now. */
  async exists(name: string): Promise<boolean> {
    return (await this.#fetched(name)) !== undefined;
  }

  async #image(name: string): Promise<Pick<ImagePlan, 'blobs' | 'manifests'> | undefined> {
    if (!this.#known.has(name)) this.#known.set(name, await this.#fetched(name));
    return this.#known.get(name);
  }

  async #fetched(name: string): Promise<Pick<ImagePlan, 'blobs' | 'manifests'> | undefined> {
    try {
      const object = await this.#api.ask(() => this.#session.json({ path: imagePath(name) }));
      const table = new BlobTable();
      const { record } = readImage(object, table);
      return { blobs: record.blobs.map((blob) => table.digestOf(blob)), manifests: record.manifests };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** The path of an Image object. */
export function imagePath(name: string): string {
  return `${IMAGE_API}/images/${encodeURIComponent(name)}`;
}

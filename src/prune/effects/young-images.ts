import type { ImageNeeds, Needs } from './image-needs.ts';

/**
 * Images that were pushed or tagged since the plan was made. Their layers may be ones that the plan lets go: a push
 * leaves out what the registry still has.
 */
export class YoungImages {
  /** What those looked up so far need. */
  readonly needs: Needs = { blobs: new Set(), manifests: new Set() };
  readonly #lookup: ImageNeeds;
  readonly #open = new Set<Promise<void>>();
  #failure: unknown;

  constructor(lookup: ImageNeeds) {
    this.#lookup = lookup;
  }

  /** Looks an image up, in the background. */
  add(image: string): void {
    const looking = this.#look(image).finally(() => this.#open.delete(looking));
    this.#open.add(looking);
  }

  /**
   * Resolves once every image that was added is looked up.
   * @throws where one could not be: what it needs isn't known then
   */
  async known(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #look(image: string): Promise<void> {
    try {
      const { blobs, manifests } = await this.#lookup.of([image]);
      for (const blob of blobs) this.needs.blobs.add(blob);
      for (const manifest of manifests) this.needs.manifests.add(manifest);
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

import type { BlobTable } from './blob-table.ts';
import type { Plan, StreamPlan } from './plan.ts';
import type { BytesShare } from './plan-rows.ts';

/** Not in any share yet. */
const NOWHERE = -1;

/**
 * Says where the bytes are: for every namespace the share of it as a whole and then those of its streams, in the order
 * of the plan; at the end that of the images that no stream names, not even through an index, where there are any.
 *
 * - A share's `total` holds the blobs of the images that its histories name (an index's with those of its members),
 *   each once: the stream's `bytes.total` of the plan, and the manifests whose size is known.
 * - `goes` counts every freed blob for the first stream of the plan that names an image with it, and for the last share
 *   where none does. So the `goes` of the streams add up to that of their namespace, those of the namespaces and of
 *   the last share to the plan's `bytes.freed`, and the last share's is `bytes.heldByNoStream`.
 * - `stays` holds the blobs of `total` that the prune leaves. What `goes` and `stays` lack of `total` goes too, but counts
 *   for an earlier share, or is freed only if the registry mirrored it (`bytes.freedIfMirrored`).
 *
 * A plan of one namespace doesn't know who else names an image: it has no last share.
 * @param blobs the table of the inventory that the plan was made from: a plan has no sizes of blobs that stay
 */
export function bytesShares(plan: Plan, blobs: BlobTable): BytesShare[] {
  const sharing = new Sharing(plan, blobs);
  const shares: BytesShare[] = [];
  let whole: Collecting | undefined;
  for (const stream of plan.streams) {
    if (whole?.share.namespace !== stream.namespace) {
      whole = sharing.begin(stream.namespace, '');
      shares.push(whole.share);
    }
    const own = sharing.begin(stream.namespace, stream.name);
    sharing.addStream(stream, own, whole);
    shares.push(own.share);
  }
  if (plan.options.namespace === null) {
    const unnamed = sharing.begin('', '');
    sharing.addUnnamed(unnamed);
    if (unnamed.share.revisions > 0) shares.push(unnamed.share);
  }
  return shares;
}

/** A share that is being added up. */
interface Collecting {
  share: BytesShare;
  /** Tells it from every other share. */
  number: number;
}

class Sharing {
  readonly #plan: Plan;
  readonly #blobs: BlobTable;
  readonly #imagePlaces = new Map<string, number>();
  /** The blobs of all images one after the other, and by the place of an image where its own begin. */
  readonly #held: Int32Array;
  readonly #firstHeld: Int32Array;
  /** By the place of the image in the plan: the last stream's share that it was added to. */
  readonly #shareOfImage: Int32Array;
  /** By number of blob: the last stream's share, and the last namespace's, that it was added to. */
  readonly #shareOfBlob: Int32Array;
  readonly #wholeOfBlob: Int32Array;
  /** By number of blob: bytes to free that no share has counted yet. */
  readonly #toFree: Float64Array;
  readonly #isDeleted: Uint8Array;
  #lastShare = NOWHERE;

  constructor(plan: Plan, blobs: BlobTable) {
    this.#plan = plan;
    this.#blobs = blobs;
    const count = blobs.digests.length;
    this.#shareOfImage = new Int32Array(plan.images.length).fill(NOWHERE);
    this.#shareOfBlob = new Int32Array(count).fill(NOWHERE);
    this.#wholeOfBlob = new Int32Array(count).fill(NOWHERE);
    this.#toFree = new Float64Array(count);
    this.#isDeleted = new Uint8Array(count);
    const managed = new Uint8Array(count);
    this.#held = new Int32Array(plan.images.reduce((sum, image) => sum + image.blobs.length + 1, 0));
    this.#firstHeld = new Int32Array(plan.images.length + 1);
    let end = 0;
    for (const [place, image] of plan.images.entries()) {
      this.#imagePlaces.set(image.name, place);
      // Its layers, its config and itself.
      for (const digest of [...image.blobs, image.name]) {
        const blob = blobs.numberOf(digest);
        if (blob === undefined) continue;
        this.#held[end++] = blob;
        if (image.managed) managed[blob] = 1;
      }
      this.#firstHeld[place + 1] = end;
    }
    for (const { digest, size } of plan.blobs) {
      const blob = blobs.numberOf(digest);
      if (blob === undefined) continue;
      this.#isDeleted[blob] = 1;
      if (managed[blob]) this.#toFree[blob] = size ?? 0;
    }
  }

  begin(namespace: string, stream: string): Collecting {
    const share = { namespace, stream, total: 0, goes: 0, stays: 0, revisions: 0, revisionsGoing: 0 };
    return { share, number: ++this.#lastShare };
  }

  addStream(stream: StreamPlan, own: Collecting, whole: Collecting): void {
    for (const { revisions } of stream.tags) {
      own.share.revisions += revisions.length;
      for (const { image } of revisions) this.#addImage(image, own, whole);
    }
    own.share.revisionsGoing = stream.itemsToPrune;
    whole.share.revisions += own.share.revisions;
    whole.share.revisionsGoing += own.share.revisionsGoing;
    whole.share.goes += own.share.goes;
  }

  /** Adds the images that no stream has brought so far. */
  addUnnamed(own: Collecting): void {
    for (const [place, image] of this.#plan.images.entries()) {
      if (this.#shareOfImage[place] !== NOWHERE) continue;
      own.share.revisions++;
      if (image.verdict === 'prune') own.share.revisionsGoing++;
      this.#addBlobs(place, own);
    }
  }

  #addImage(name: string, own: Collecting, whole: Collecting): void {
    const place = this.#imagePlaces.get(name) ?? NOWHERE;
    const image = this.#plan.images[place];
    if (!image || this.#shareOfImage[place] === own.number) return;
    this.#shareOfImage[place] = own.number;
    this.#addBlobs(place, own, whole);
    for (const member of image.manifests) this.#addImage(member, own, whole);
  }

  #addBlobs(place: number, own: Collecting, whole?: Collecting): void {
    for (const blob of this.#held.subarray(this.#firstHeld[place], this.#firstHeld[place + 1])) {
      const size = Math.max(0, this.#blobs.sizeOf(blob));
      if (this.#shareOfBlob[blob] !== own.number) {
        this.#shareOfBlob[blob] = own.number;
        this.#count(own.share, blob, size);
        own.share.goes += this.#toFree[blob] ?? 0;
        this.#toFree[blob] = 0;
      }
      if (whole && this.#wholeOfBlob[blob] !== whole.number) {
        this.#wholeOfBlob[blob] = whole.number;
        this.#count(whole.share, blob, size);
      }
    }
  }

  #count(share: BytesShare, blob: number, size: number): void {
    share.total += size;
    if (!this.#isDeleted[blob]) share.stays += size;
  }
}

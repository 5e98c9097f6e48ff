import type { ImagePlan, Plan, RevisionPlan, StreamPlan, TagPlan } from './plan.ts';

/** No Image object of the plan. */
const NONE = -1;

/** A tag with the row id of its newest revision; the others follow. */
export interface TagRows {
  stream: StreamPlan;
  tag: TagPlan;
  first: number;
}

/** What a row shows. */
export type RowSubject =
  | { kind: 'revision'; stream: StreamPlan; tag: TagPlan; revision: RevisionPlan }
  | { kind: 'image'; image: ImagePlan };

/**
 * Numbers what a plan holds: every revision in the order of the plan, then every image that no revision names. Rows
 * are found again by their number; nothing is held for them but two or three integers.
 *
 * A plan of one namespace doesn't know who else names an image, and lets no image go: it has revisions alone.
 */
export class RowPlaces {
  readonly plan: Plan;
  /** How many rows there are. */
  readonly count: number;
  /** The id of the first row that is an image; images follow in the order of the plan. */
  readonly firstImage: number;
  readonly #firstOfTag: Int32Array;
  readonly #streamOfTag: Int32Array;
  readonly #firstTagOfStream: Int32Array;
  /** By row: the place of its image in the plan, or NONE. */
  readonly #images: Int32Array;

  constructor(plan: Plan) {
    const places = new Map<string, number>();
    for (const [place, image] of plan.images.entries()) places.set(image.name, place);
    const named = new Uint8Array(plan.images.length);
    let tags = 0;
    let revisions = 0;
    for (const stream of plan.streams) {
      tags += stream.tags.length;
      for (const tag of stream.tags) revisions += tag.revisions.length;
    }
    const images = new Int32Array(revisions + plan.images.length);
    this.#firstOfTag = new Int32Array(tags);
    this.#streamOfTag = new Int32Array(tags);
    this.#firstTagOfStream = new Int32Array(plan.streams.length);
    let id = 0;
    let tagNumber = 0;
    for (const [streamPlace, stream] of plan.streams.entries()) {
      this.#firstTagOfStream[streamPlace] = tagNumber;
      for (const tag of stream.tags) {
        this.#firstOfTag[tagNumber] = id;
        this.#streamOfTag[tagNumber] = streamPlace;
        tagNumber++;
        for (const revision of tag.revisions) {
          const place = places.get(revision.image) ?? NONE;
          if (place !== NONE) named[place] = 1;
          images[id++] = place;
        }
      }
    }
    this.firstImage = id;
    if (plan.options.namespace === null) {
      for (let place = 0; place < named.length; place++) if (!named[place]) images[id++] = place;
    }
    this.plan = plan;
    this.count = id;
    this.#images = images.slice(0, id);
  }

  /** Every tag of the plan, in order. */
  *tags(): Generator<TagRows> {
    let first = 0;
    for (const stream of this.plan.streams) {
      for (const tag of stream.tags) {
        yield { stream, tag, first };
        first += tag.revisions.length;
      }
    }
  }

  /** The place of a row's image among the plan's images; -1 where the plan has no such Image object. */
  imagePlace(id: number): number {
    return this.#images[id] ?? NONE;
  }

  /** A row's image, where the plan has its Image object. */
  imageOf(id: number): ImagePlan | undefined {
    return this.plan.images[this.imagePlace(id)];
  }

  /** @throws RangeError where there is no such row */
  subjectOf(id: number): RowSubject {
    if (!Number.isInteger(id) || id < 0 || id >= this.count) {
      throw new RangeError(`the plan has no row ${id}: its ${this.count} rows are counted from 0`);
    }
    const image = this.imageOf(id);
    if (id >= this.firstImage && image) return { kind: 'image', image };
    const number = this.#tagNumberOf(id);
    const streamPlace = this.#streamOfTag[number] ?? NONE;
    const stream = this.plan.streams[streamPlace];
    const tag = stream?.tags[number - (this.#firstTagOfStream[streamPlace] ?? 0)];
    const revision = tag?.revisions[id - (this.#firstOfTag[number] ?? 0)];
    if (!stream || !tag || !revision) throw new RangeError(`row ${id} is not where the plan was numbered`);
    return { kind: 'revision', stream, tag, revision };
  }

  /** The last tag that begins at or before a row; one without revisions begins where the next one does. */
  #tagNumberOf(id: number): number {
    let low = 0;
    let high = this.#firstOfTag.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firstOfTag[middle] ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

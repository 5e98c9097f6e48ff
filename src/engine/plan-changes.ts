import type { Verdict } from './plan.ts';
import { compareDigests, digestAt, type PlanOutline } from './plan-outline.ts';
import type { PlanChanges } from './plan-rows.ts';

const MOST_SAMPLES = 50;

type Sample = PlanChanges['samples'][number];
type Change = Sample['change'];

/** In the order in which samples are listed: what matters most comes first. */
const CHANGES: readonly Change[] = ['newlyGoing', 'noLongerGoing', 'new', 'gone'];

/**
 * What changed from one plan to a later one. Whether both are of the same cluster, and by which options they were made,
 * is for the caller to know.
 */
export function planChanges(before: PlanOutline, now: PlanOutline): PlanChanges {
  const changes = new ChangeCount();
  let old = 0;
  let present = 0;
  while (old < before.going.length || present < now.going.length) {
    const order = orderAt(before, old, now, present);
    if (order < 0) {
      const place = old++;
      changes.add('gone', () => digestAt(before, place));
    } else if (order > 0) {
      const place = present++;
      changes.add('new', () => digestAt(now, place));
    } else {
      const place = present++;
      const change = changeOfVerdict(verdictAt(before, old++), verdictAt(now, place));
      if (change) changes.add(change, () => digestAt(now, place));
    }
  }
  for (const [image, verdict] of now.others) {
    const change = changeOfVerdict(before.others.get(image), verdict);
    if (change) changes.add(change, () => image);
  }
  for (const image of before.others.keys()) if (!now.others.has(image)) changes.add('gone', () => image);
  return {
    since: before.now,
    newlyGoing: changes.countOf('newlyGoing'),
    noLongerGoing: changes.countOf('noLongerGoing'),
    newImages: changes.countOf('new'),
    goneImages: changes.countOf('gone'),
    freedBefore: before.freed,
    freedNow: now.freed,
    samples: changes.samples(),
  };
}

/** Which outline's next image comes first: negative the old one's, positive the present one's, 0 it is the same. */
function orderAt(before: PlanOutline, old: number, now: PlanOutline, present: number): number {
  if (old >= before.going.length) return 1;
  if (present >= now.going.length) return -1;
  return compareDigests(before, old, now, present);
}

function verdictAt({ going }: PlanOutline, place: number): Verdict {
  return going[place] === 1 ? 'prune' : 'keep';
}

function changeOfVerdict(before: Verdict | undefined, now: Verdict): Change | undefined {
  if (before === undefined) return 'new';
  if (before === now) return undefined;
  return now === 'prune' ? 'newlyGoing' : 'noLongerGoing';
}

/** Counts changes and keeps the first images of each kind. */
class ChangeCount {
  readonly #counts = new Map<Change, number>();
  readonly #images = new Map<Change, string[]>();

  add(change: Change, image: () => string): void {
    this.#counts.set(change, this.countOf(change) + 1);
    const images = this.#images.get(change) ?? [];
    if (images.length < MOST_SAMPLES) images.push(image());
    this.#images.set(change, images);
  }

  countOf(change: Change): number {
    return this.#counts.get(change) ?? 0;
  }

  /** Dealt out in turn, so that a kind with many changes leaves room for the others. */
  samples(): Sample[] {
    const samples: Sample[] = [];
    for (let turn = 0; turn < MOST_SAMPLES; turn++) {
      for (const change of CHANGES) {
        const image = this.#images.get(change)?.[turn];
        if (image !== undefined && samples.length < MOST_SAMPLES) samples.push({ image, change });
      }
    }
    return samples.sort((a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change));
  }
}

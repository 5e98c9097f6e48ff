import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStream } from '../../../src/engine/intake.ts';
import type { Reason, StreamPlan } from '../../../src/engine/plan.ts';
import { type TrimGrounds, trimOf } from '../../../src/engine/trim.ts';

const CREATED = '2024-01-01T00:00:00.000Z';
const at = (day: number) => `2024-02-${String(day).padStart(2, '0')}T00:00:00Z`;
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** Letters from the newest to the oldest; those in capitals go. Each was made on the day of its place in the alphabet. */
function planned(history: Record<string, string>, missing = ''): StreamPlan {
  const tags = Object.entries(history).map(([tag, letters]) => ({
    tag,
    verdict: 'keep' as const,
    reasons: [],
    usedBy: [],
    revisions: [...letters].map((letter, position) => {
      const goes = letter !== letter.toLowerCase();
      const low = letter.toLowerCase();
      const why: Reason = missing.includes(low)
        ? { code: 'imageMissing' }
        : { code: 'beyondRevisions', position, keep: 1 };
      return {
        position,
        image: digest(low),
        created: new Date(at(low.charCodeAt(0) - 96)).toISOString(),
        verdict: goes ? ('prune' as const) : ('keep' as const),
        reasons: goes ? [why] : [],
      };
    }),
  }));
  return {
    namespace: 'shop',
    name: 'web',
    created: CREATED,
    repository: '',
    verdict: 'keep',
    reasons: [],
    tags,
    itemsToPrune: 0,
    layerLinks: [],
    manifestLinks: [],
    bytes: { total: 0, alone: 0 },
  };
}

function present(history: Record<string, string>, created = CREATED) {
  const tags = Object.entries(history).map(([tag, letters]) => ({
    tag,
    items: [...letters].map((letter) => ({
      image: digest(letter),
      created: at(letter.charCodeAt(0) - 96),
    })),
  }));
  const metadata = { namespace: 'shop', name: 'web', creationTimestamp: created };
  return readStream({ metadata, status: { tags } });
}

const nobody: TrimGrounds = {
  keepTagRevisions: 1,
  isTagUsed: () => false,
  isImageUsed: () => false,
  exists: () => false,
};

const letters = (digests: readonly string[]) => digests.map((each) => each.at(-1)).sort();
const removed = (trim: ReturnType<typeof trimOf>) =>
  trim.items.map((item) => `${item.tag}#${item.position}${item.image.at(-1)}`).sort();

describe('trimming a stream within its plan', () => {
  it('removes what the plan lets go', () => {
    const trim = trimOf(planned({ latest: 'cBA' }), present({ latest: 'cba' }), nobody);
    assert.deepEqual(removed(trim), ['latest#1b', 'latest#2a']);
    assert.deepEqual(letters(trim.remaining), ['c']);
  });

  it('leaves what was pushed meanwhile, and counts positions anew', () => {
    const trim = trimOf(planned({ latest: 'cBA' }), present({ latest: 'edcba', other: 'z' }), nobody);
    assert.deepEqual(removed(trim), ['latest#3b', 'latest#4a']);
    assert.deepEqual(letters(trim.remaining), ['c', 'd', 'e', 'z']);
  });

  it('keeps an item that has moved up into the newest revisions', () => {
    const trim = trimOf(planned({ latest: 'cBA' }), present({ latest: 'ba' }), nobody);
    assert.deepEqual(removed(trim), ['latest#1a']);
    assert.deepEqual(trim.spared, [{ tag: 'latest', image: digest('b'), why: 'withinRevisions' }]);
  });

  it('keeps the newest revision of a tag that is used by now', () => {
    const grounds = { ...nobody, keepTagRevisions: 0, isTagUsed: (tag: string) => tag === 'latest' };
    const trim = trimOf(planned({ latest: 'BA', v1: 'B' }), present({ latest: 'ba', v1: 'b' }), grounds);
    assert.deepEqual(removed(trim), ['latest#1a', 'v1#0b']);
    assert.deepEqual(trim.spared, [{ tag: 'latest', image: digest('b'), why: 'tagUsed' }]);
  });

  it('keeps an image that is used by now', () => {
    const grounds = { ...nobody, isImageUsed: (image: string) => image === digest('a') };
    const trim = trimOf(planned({ latest: 'cBA' }), present({ latest: 'cba' }), grounds);
    assert.deepEqual(removed(trim), ['latest#1b']);
    assert.equal(trim.spared[0]?.why, 'imageUsed');
  });

  it('removes an item whose image is still missing, wherever it stands, and keeps it once the image is there', () => {
    const plan = planned({ latest: 'Ba' }, 'b');
    assert.deepEqual(removed(trimOf(plan, present({ latest: 'ba' }), nobody)), ['latest#0b']);
    const grounds = { ...nobody, exists: () => true };
    assert.deepEqual(trimOf(plan, present({ latest: 'ba' }), grounds).spared[0]?.why, 'imageFound');
  });

  it('keeps the newest revision of a tag that is used by now, also where its image is missing', () => {
    const grounds = { ...nobody, isTagUsed: (tag: string) => tag === 'latest' };
    const trim = trimOf(
      planned({ latest: 'BA', v1: 'B' }, 'ab'),
      present({ latest: 'ba', v1: 'b' }),
      grounds,
    );
    assert.deepEqual(removed(trim), ['latest#1a', 'v1#0b']);
    assert.deepEqual(trim.spared, [{ tag: 'latest', image: digest('b'), why: 'tagUsed' }]);
  });

  it('takes an image that was pushed again under the same tag for a new item', () => {
    const stream = present({ latest: 'cba' });
    const again = stream.tags[0]?.items[1];
    assert.ok(again);
    again.created = Date.parse('2024-06-01T00:00:00Z');
    const trim = trimOf(planned({ latest: 'cBA' }), stream, nobody);
    assert.deepEqual(removed(trim), ['latest#2a']);
    assert.deepEqual(letters(trim.remaining), ['b', 'c']);
  });

  it('matches equal items from the oldest, each once', () => {
    const trim = trimOf(planned({ latest: 'aA' }), present({ latest: 'aa' }), nobody);
    assert.deepEqual(removed(trim), ['latest#1a']);
  });

  it('leaves a stream alone that was made anew under the same name', () => {
    const trim = trimOf(
      planned({ latest: 'cBA' }),
      present({ latest: 'cba' }, '2024-03-01T00:00:00Z'),
      nobody,
    );
    assert.equal(trim.replaced, true);
    assert.deepEqual(removed(trim), []);
    assert.deepEqual(letters(trim.remaining), ['a', 'b', 'c']);
  });

  it('has nothing to do where all is gone', () => {
    const trim = trimOf(planned({ latest: 'cBA' }), present({ latest: 'c' }), nobody);
    assert.deepEqual(trim, { items: [], spared: [], remaining: [digest('c')], replaced: false });
  });

  it('looks at no position in over-size mode', () => {
    const grounds = { ...nobody, keepTagRevisions: null };
    assert.deepEqual(removed(trimOf(planned({ latest: 'B' }), present({ latest: 'b' }), grounds)), [
      'latest#0b',
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasItem, withoutItems } from '../../../src/prune/effects/stream-status.ts';
import { withItems } from '../../../src/prune/run/restore-run.ts';

const item = (image: string, day: number, generation = 1) => ({
  image,
  created: `2024-02-0${day}T00:00:00Z`,
  dockerImageReference: `registry/shop/web@${image}`,
  generation,
});
const stream = {
  kind: 'ImageStream',
  metadata: { name: 'web', resourceVersion: '7' },
  spec: { lookupPolicy: { local: false } },
  status: {
    dockerImageRepository: 'registry/shop/web',
    tags: [
      { tag: 'latest', items: [item('c', 3), item('b', 2), item('a', 1)], conditions: [{ type: 'X' }] },
      { tag: 'v1', items: [item('a', 1)] },
      { tag: 'never', items: null },
    ],
  },
};

describe('a stream’s status', () => {
  const { stream: after, removed } = withoutItems(stream, [
    { tag: 'latest', position: 1, image: 'b' },
    { tag: 'v1', position: 0, image: 'a' },
  ]);

  it('loses the items and the tags left with none, and nothing else', () => {
    assert.deepEqual(after, {
      ...stream,
      status: {
        ...stream.status,
        tags: [
          { tag: 'latest', items: [item('c', 3), item('a', 1)], conditions: [{ type: 'X' }] },
          { tag: 'never', items: null },
        ],
      },
    });
    assert.deepEqual(
      removed.map(({ tag, position, item: { image } }) => [tag, position, image]),
      [
        ['latest', 1, 'b'],
        ['v1', 0, 'a'],
      ],
    );
  });

  it('knows what it has', () => {
    assert.deepEqual(
      removed.map((each) => hasItem(stream, each)),
      [true, true],
    );
    assert.deepEqual(
      removed.map((each) => hasItem(after, each)),
      [false, false],
    );
  });

  it('gets items back at their places', () => {
    const back = withItems(after, removed);
    assert.deepEqual(JSON.parse(JSON.stringify(back)).status.tags, [
      stream.status.tags[0],
      { tag: 'never', items: null },
      { tag: 'v1', items: [item('a', 1)] },
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineSplitter, LineTooLongError } from '../../src/cluster/watch/line-splitter.ts';
import { MalformedEventError, readWatchEvent } from '../../src/cluster/watch/watch-event.ts';
import { SeededRandom } from './engine/seeded-random.ts';

const LINES = [
  '{"type":"ADDED","object":{"metadata":{"name":"größe","resourceVersion":"7"}}}',
  '{"type":"MODIFIED","object":{"metadata":{"name":"図書館 🗑","resourceVersion":"8"}}}',
  '{}',
];
const STREAM = Buffer.from(`${LINES.join('\n')}\n`);

function linesOf(pieces: readonly Buffer[], splitter = new LineSplitter()): string[] {
  return pieces.flatMap((piece) => splitter.push(piece));
}

describe('lines', () => {
  it('are the same wherever the stream is cut in two', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      assert.deepEqual(linesOf([STREAM.subarray(0, cut), STREAM.subarray(cut)]), LINES, `cut at ${cut}`);
    }
  });

  it('are the same in pieces of one byte and of any sizes', () => {
    assert.deepEqual(linesOf(Array.from(STREAM, (byte) => Buffer.from([byte]))), LINES);
    for (let seed = 1; seed <= 200; seed++) {
      const random = new SeededRandom(seed);
      const pieces: Buffer[] = [];
      for (let start = 0; start < STREAM.length; ) {
        const end = start + random.below(40);
        pieces.push(STREAM.subarray(start, end));
        start = end;
      }
      assert.deepEqual(linesOf(pieces), LINES, `seed ${seed}`);
    }
  });

  it('come once they have ended, and not before', () => {
    const splitter = new LineSplitter();
    assert.deepEqual(splitter.push(Buffer.from('one\ntw')), ['one']);
    assert.equal(splitter.pending, 2);
    assert.deepEqual(splitter.push(Buffer.from('o')), []);
    assert.deepEqual(splitter.push(Buffer.from('\r\n\n \nthree\n')), ['two', 'three']);
    assert.equal(splitter.pending, 0);
  });

  it('may be as long as allowed and no longer', () => {
    assert.deepEqual(linesOf([Buffer.from('12345\n123'), Buffer.from('45\n')], new LineSplitter(5)), [
      '12345',
      '12345',
    ]);
    const tooLong = () => linesOf([Buffer.from('123'), Buffer.from('456')], new LineSplitter(5));
    assert.throws(tooLong, LineTooLongError);
  });
});

describe('a watch event', () => {
  const event = (value: unknown) => readWatchEvent(JSON.stringify(value));
  const object = { metadata: { name: 'a', resourceVersion: '7' } };

  it('says what happened to which object, and how far the watch has come', () => {
    for (const type of ['ADDED', 'MODIFIED', 'DELETED']) {
      assert.deepEqual(event({ type, object }), { kind: 'change', change: { type, object }, version: '7' });
    }
    assert.deepEqual(event({ type: 'BOOKMARK', object }), { kind: 'bookmark', version: '7' });
  });

  it('may be the server’s reason to end the watch', () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired' };
    assert.deepEqual(event({ type: 'ERROR', object: status }), { kind: 'error', status });
  });

  it('is refused where it is none', () => {
    const lines = [
      'not json',
      'null',
      '[]',
      '{"kind":"PodList","items":[]}',
      '{"type":"ADDED"}',
      '{"type":"ADDED","object":[]}',
      '{"type":"ADDED","object":{"metadata":{"name":"a"}}}',
      '{"type":"BOOKMARK","object":{}}',
      '{"type":"RENAMED","object":{"metadata":{"resourceVersion":"7"}}}',
    ];
    for (const line of lines) assert.throws(() => readWatchEvent(line), MalformedEventError, line);
  });
});

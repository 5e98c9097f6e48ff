import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RowWindows, type Window } from '../../../webview/ui/row-windows.ts';

interface Asked {
  query: string;
  start: number;
  answer(total: number): Promise<void>;
  fail(error: Error): Promise<void>;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Windows over a list whose rows are `query:index`, each answered by hand. */
function windows() {
  const asked: Asked[] = [];
  const fresh: boolean[] = [];
  const errors: unknown[] = [];
  const rows = new RowWindows<string, string>(
    (query, start, count) =>
      new Promise<Window<string>>((resolve, reject) =>
        asked.push({
          query,
          start,
          answer: (total) => {
            const length = Math.max(0, Math.min(count, total - start));
            resolve({ total, rows: Array.from({ length }, (_, place) => `${query}:${start + place}`) });
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        }),
      ),
    (isFresh) => fresh.push(isFresh),
    (error) => errors.push(error),
  );
  return { rows, asked, fresh, errors };
}

describe('windows over a long list', () => {
  it('fetch what is in sight, and no more', async () => {
    const { rows, asked, fresh } = windows();
    rows.ask('all');
    await asked[0]?.answer(100_000);
    assert.deepEqual(
      [rows.total, rows.rowAt(99), rows.rowAt(100), fresh],
      [100_000, 'all:99', undefined, [true]],
    );
    rows.want(40, 120);
    rows.want(40, 120);
    assert.deepEqual(
      asked.map(({ start }) => start),
      [0, 100],
    );
    await asked[1]?.answer(100_000);
    assert.deepEqual([rows.rowAt(120), fresh], ['all:120', [true, false]]);
    rows.want(40, 120);
    assert.equal(asked.length, 2);
  });

  it('ask for at most two parts at a time, and skip what has been scrolled past', async () => {
    const { rows, asked } = windows();
    rows.ask('all');
    await asked[0]?.answer(100_000);
    rows.want(1000, 1250);
    rows.want(90_000, 90_050);
    await asked[1]?.answer(100_000);
    assert.deepEqual(
      asked.map(({ start }) => start),
      [0, 1000, 1100, 90_000],
    );
  });

  it('keep the old rows until the first of the new ones are here', async () => {
    const { rows, asked } = windows();
    rows.ask('old');
    await asked[0]?.answer(500);
    rows.ask('new');
    assert.deepEqual([rows.rowAt(3), rows.total, rows.stale], ['old:3', 500, true]);
    await asked[1]?.answer(7);
    assert.deepEqual([rows.rowAt(3), rows.total, rows.stale], ['new:3', 7, false]);
  });

  it('drop what belongs to an older question', async () => {
    const { rows, asked, errors } = windows();
    rows.ask('first');
    rows.ask('second');
    rows.ask('third');
    await asked[2]?.answer(3);
    await asked[0]?.answer(1);
    await asked[1]?.fail(new Error('too late'));
    assert.deepEqual([rows.rowAt(0), rows.total, errors], ['third:0', 3, []]);
  });

  it('say that rows can’t be had, and try again when asked', async () => {
    const { rows, asked, errors } = windows();
    rows.ask('all');
    await asked[0]?.answer(1000);
    rows.want(500, 510);
    const error = new Error('gone');
    await asked[1]?.fail(error);
    assert.deepEqual(errors, [error]);
    rows.want(500, 510);
    await asked[2]?.answer(1000);
    assert.equal(rows.rowAt(505), 'all:505');
  });

  it('forget what was seen longest ago', async () => {
    const { rows, asked } = windows();
    rows.ask('all');
    await asked[0]?.answer(100_000);
    for (let chunk = 1; chunk <= 45; chunk++) {
      rows.want(chunk * 100, chunk * 100);
      await asked[chunk]?.answer(100_000);
    }
    assert.equal(rows.rowAt(0), undefined);
    assert.equal(rows.rowAt(4500), 'all:4500');
  });

  it('begin near the row that is looked at', () => {
    const { rows, asked } = windows();
    rows.ask('all', 731);
    assert.equal(asked[0]?.start, 700);
  });
});

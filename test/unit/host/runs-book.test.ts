import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { summaryOf } from '../../../src/engine/plan-parts.ts';
import { RunBook } from '../../../src/host/runs/run-book.ts';
import type { Entry } from '../../../src/prune/journal/entries.ts';
import { Journal } from '../../../src/prune/journal/journal.ts';
import { ClusterDescription } from '../engine/cluster-description.ts';

const RUNS = 1000;

function order() {
  const plan = new ClusterDescription()
    .image('new', { layers: ['base:100'], config: 'n-c:1' })
    .image('old', { layers: ['base:100', 'o-l:2'], config: 'o-c:3' })
    .stream('shop/web', { v1: ['new', 'old'] })
    .plan({ keepTagRevisions: 1 });
  return {
    plan: summaryOf(plan),
    streams: plan.streams.filter(({ itemsToPrune }) => itemsToPrune > 0),
    images: plan.images.filter(({ verdict }) => verdict === 'prune'),
    keptIndexes: [],
    blobs: plan.blobs,
  };
}

async function* nothing() {}

function dayOf(number: number): Date {
  return new Date(Date.UTC(2025, 0, 1 + number));
}

/** Another run like one that is there, but quicker to make. */
async function copied(runs: string, id: string, number: number): Promise<void> {
  const day = dayOf(number).toISOString();
  const other = `${day.slice(0, 10).replaceAll('-', '')}T000000Z-00aa`;
  await mkdir(join(runs, other));
  for (const file of ['plan.jsonl', 'log.jsonl']) {
    const text = await readFile(join(runs, id, file), 'utf8');
    await writeFile(join(runs, other, file), text.replaceAll(id, other));
  }
}

describe('a thousand runs', () => {
  let folder: string;
  let book: RunBook;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-book-'));
    const what = order();
    const [image] = what.images;
    assert.ok(image);
    for (const images of [0, 1]) {
      const journal = await Journal.create(folder, null, what, nothing(), () => dayOf(images));
      const entries: Entry[] = [{ event: 'began' }, { event: 'turn', image: image.name }];
      if (images > 0) entries.push({ event: 'image', image: image.name, gone: false });
      await Promise.all(entries.map((entry) => journal.record(entry)));
      await journal.close();
      for (let number = images + 2; number < RUNS; number += 2) await copied(folder, journal.id, number);
    }
    book = new RunBook(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are listed, the newest first, each with what its own log says', async () => {
    const ids = await book.ids();
    assert.equal(ids.length, RUNS);
    assert.deepEqual(ids, [...ids].sort().reverse());
    const entries = await book.entries(ids);
    assert.deepEqual(
      entries.map(({ id }) => id),
      ids,
    );
    const done = entries.map((entry) => (entry.kind === 'run' ? entry.facts.done.images : -1));
    assert.deepEqual(
      done,
      ids.map((_, place) => (place % 2 ? 0 : 1)),
    );
  });

  it('are not read again but for the one that changed', async () => {
    const ids = await book.ids();
    const before = await book.entries(ids);
    const changed = 500;
    const id = ids[changed] ?? assert.fail();
    const journal = await Journal.open(join(folder, id), id);
    await journal.record({ event: 'restoring' });
    await journal.close();
    const now = await book.entries(ids);
    const others = now.filter((entry, place) => entry !== before[place]);
    assert.deepEqual(
      others.map((entry) => entry.id),
      [id],
    );
    const [entry] = others;
    assert.ok(entry?.kind === 'run' && entry.facts.restored);
  });

  it('say of one that is being worked on that it runs, and no longer once its process is gone', async () => {
    const [id = ''] = await book.ids();
    const journal = await Journal.open(join(folder, id), id);
    const running = await book.entry(id);
    assert.ok(running.kind === 'run' && running.facts.state === 'running');
    assert.deepEqual([running.facts.resumable, running.facts.restorable], [false, false]);
    await journal.close();
    const ended = await book.entry(id);
    assert.ok(ended.kind === 'run' && ended.facts.state === 'interrupted');
  });

  it('notice that a process ended without taking its lock away', async () => {
    const [, id = ''] = await book.ids();
    const lock = join(folder, id, 'lock');
    // As one that was killed leaves it: nothing in the folder changes when it dies.
    const { child, host } = lastingProcess();
    await writeFile(lock, JSON.stringify({ pid: child.pid, host }));
    const instant = new Date(2026, 0);
    await utimes(lock, instant, instant);
    const running = await book.entry(id);
    assert.ok(running.kind === 'run' && running.facts.state === 'running', JSON.stringify(running));
    await ended(child);
    const now = await book.entry(id);
    assert.ok(now.kind === 'run' && now.facts.state === 'interrupted');
  });

  it('are none where there is no folder, and others are not taken for runs', async () => {
    assert.deepEqual(await new RunBook(join(folder, 'nowhere')).ids(), []);
    await mkdir(join(folder, 'notes'));
    await mkdir(join(folder, '.writing-1-20990101T000000Z-0000'));
    assert.equal((await book.ids()).length, RUNS);
  });
});

function lastingProcess() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return { child, host: hostname() };
}

async function ended(child: ReturnType<typeof lastingProcess>['child']): Promise<void> {
  const exit = once(child, 'exit');
  child.stdin.destroy();
  await exit;
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { summaryOf } from '../../../src/engine/plan-parts.ts';
import { said, verbatim } from '../../../src/engine/said.ts';
import { Appender } from '../../../src/prune/journal/appender.ts';
import type { Entry } from '../../../src/prune/journal/entries.ts';
import { Journal, type SavedObjects } from '../../../src/prune/journal/journal.ts';
import { isHeld, takeLock } from '../../../src/prune/journal/lock.ts';
import { owesRollout, stateOf, unclearIn } from '../../../src/prune/journal/progress.ts';
import {
  readObjects,
  readOrder,
  readOverview,
  readProgress,
  runIds,
} from '../../../src/prune/journal/read-run.ts';
import type { PruneOrder } from '../../../src/prune/order.ts';
import { ClusterDescription } from '../engine/cluster-description.ts';

const LATE = said('{0} in {1}', 'pod/late', 'shop');
const STOPPED = said('{0} doesn’t answer any more', said('the API server {0}', 'https://api'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What every open file inherits from. */
async function fileKind(): Promise<FileHandle> {
  const file = await open(process.execPath);
  await file.close();
  return Object.getPrototypeOf(file);
}

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('an appender', () => {
  const path = () => join(folder, 'log');
  const lines = async () => (await readFile(path(), 'utf8')).split('\n');

  it('says that a line is there once it is on the disk, and flushes for many at once', async (t) => {
    const kind = await fileKind();
    const appender = await Appender.open(path());
    const flushed = Promise.withResolvers<void>();
    const flush = t.mock.method(kind, 'datasync', () => flushed.promise);
    const seen: number[] = [];
    const all = Array.from({ length: 50 }, async (_, number) => {
      await appender.append(`line ${number}`);
      seen.push(number);
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, [], 'nothing is said before the flush');
    flushed.resolve();
    await Promise.all(all);
    assert.equal(flush.mock.callCount(), 2, 'one flush for the first, one for all the others');
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, number) => number),
    );
    assert.deepEqual(await lines(), [...seen.map((number) => `line ${number}`), '']);
    await appender.close();
  });

  it('closes a line that a crash cut off', async () => {
    await writeFile(path(), 'whole\ncut o');
    const appender = await Appender.open(path());
    await appender.append('next');
    await appender.close();
    assert.deepEqual(await lines(), ['whole', 'cut o', 'next', '']);
  });

  it('tells of a write that failed those who wrote, and begins the next on a line of its own', async (t) => {
    const kind = await fileKind();
    const appender = await Appender.open(path());
    await appender.append('first');
    const write = kind.appendFile;
    const failing = t.mock.method(kind, 'appendFile', async function (this: FileHandle, data: string) {
      await write.call(this, data.slice(0, 4));
      throw full();
    });
    const results = await Promise.allSettled([appender.append('second'), appender.append('third')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    failing.mock.restore();
    await appender.append('fourth');
    await appender.close();
    assert.deepEqual(
      (await lines()).filter((line) => line !== ''),
      // The fourth character of its text is the end of the line before.
      ['first', 'seco', 'thi', 'fourth'],
    );
  });

  it('is closed also after a write that failed', async (t) => {
    const kind = await fileKind();
    const appender = await Appender.open(path());
    t.mock.method(kind, 'datasync', () => Promise.reject(full()));
    await assert.rejects(appender.append('line'), /ENOSPC/);
    await appender.close();
    await assert.rejects(appender.append('more'));
  });
});

describe('a lock', () => {
  const path = () => join(folder, 'lock');
  const LOCK = JSON.stringify(new URL('../../../src/prune/journal/lock.ts', import.meta.url).href);

  /** Another process that takes the lock, and holds it for as long as it lives. */
  async function holder() {
    const script = `const { takeLock } = await import(${LOCK}); await takeLock(${JSON.stringify(path())}, 'run'); console.log('taken'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  }

  it('is refused while another process holds it, and taken over once that has ended', async () => {
    const child = await holder();
    assert.equal(await isHeld(path()), true);
    await assert.rejects(takeLock(path(), 'run-1'), {
      name: 'RunBusyError',
      message: `the run run-1 is being worked on by another process. Wait until it ends. If you are sure that it has ended, remove ${path()}`,
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await isHeld(path()), false);
    const giveBack = await takeLock(path(), 'run-1');
    assert.equal(await isHeld(path()), true);
    assert.equal((await stat(path())).mode & 0o777, 0o600);
    await giveBack();
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [what, left] of [
    ['of a process that has ended', () => JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() })],
    [
      'of an earlier process with this one’s id',
      () => JSON.stringify({ pid: process.pid, host: hostname(), since: 1 }),
    ],
    ['that says nothing', () => ''],
  ] as const) {
    it(`${what} is taken over by one alone, however many want it`, async () => {
      for (let round = 0; round < 40; round++) {
        await writeFile(path(), left());
        assert.equal(await isHeld(path()), false);
        const all = await Promise.allSettled(Array.from({ length: 6 }, () => takeLock(path(), 'run')));
        const taken = all.filter((result) => result.status === 'fulfilled');
        assert.equal(taken.length, 1);
        for (const result of all)
          if (result.status === 'rejected') assert.equal(result.reason.name, 'RunBusyError');
        await taken[0]?.value();
        assert.deepEqual(await readdir(folder), []);
      }
    });
  }

  it('of another machine counts as held', async () => {
    await writeFile(path(), JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
    assert.equal(await isHeld(path()), true);
    await assert.rejects(takeLock(path(), 'run'), { name: 'RunBusyError' });
  });

  it('is given back by its holder alone', async () => {
    const giveBack = await takeLock(path(), 'run');
    // Somebody was sure that the process had ended, and another took the run.
    await rm(path());
    const other = await takeLock(path(), 'run');
    await giveBack();
    assert.equal(await isHeld(path()), true);
    await other();
    assert.deepEqual(await readdir(folder), []);
  });
});

const plan = new ClusterDescription()
  .image('new', { layers: ['base:100'], config: 'new-c:5' })
  .image('old', { layers: ['base:100', 'old-l:20'], config: 'old-c:5' })
  .image('member', { layers: ['m-l:1'], config: 'm-c:5' })
  .image('index', { members: ['member'] })
  .image('orphan', { layers: ['o-l:4'], config: 'o-c:5' })
  .stream('shop/web', { latest: ['new', 'old'], multi: ['index'] })
  .plan({ keepTagRevisions: 1 });
const order: PruneOrder = {
  plan: summaryOf(plan),
  streams: plan.streams.filter(({ itemsToPrune }) => itemsToPrune > 0),
  images: plan.images.filter(({ verdict }) => verdict === 'prune'),
  keptIndexes: plan.images.filter(({ verdict, manifests }) => verdict === 'keep' && manifests.length > 0),
  blobs: plan.blobs,
};
const objects = [
  {
    kind: 'ImageStream' as const,
    object: { metadata: { namespace: 'shop', name: 'web' }, status: { tags: [] } },
  },
  { kind: 'Image' as const, object: { metadata: { name: 'sha256:1', uid: 'u' } } },
];
async function* saved(): SavedObjects {
  yield* objects;
}
const registry = { address: 'registry:5000', source: 'route', verified: true };
const now = () => new Date('2024-02-01T10:20:30.400Z');

describe('a journal', () => {
  const create = (save: SavedObjects = saved()) =>
    Journal.create(join(folder, 'runs'), registry, order, save, now);

  it('holds what is to be done and what it changes, for its user alone', async () => {
    const journal = await create();
    await journal.close();
    assert.match(journal.id, /^20240201T102030Z-[0-9a-f]{4}$/);
    assert.deepEqual(await runIds(join(folder, 'runs')), [journal.id]);
    const read = await readOrder(journal.folder);
    assert.deepEqual(read.order, JSON.parse(JSON.stringify(order)));
    assert.ok(read.order.keptIndexes.length > 0 && read.order.blobs.length > 0);
    const startedAt = '2024-02-01T10:20:30.400Z';
    assert.deepEqual(read.header, { kind: 'PruneRun', version: 1, id: journal.id, startedAt, registry });
    const kept: unknown[] = [];
    for await (const object of readObjects(journal.folder)) kept.push(object);
    assert.deepEqual(kept, objects);
    for (const name of await readdir(journal.folder)) {
      assert.equal((await stat(join(journal.folder, name))).mode & 0o777, 0o600, name);
    }
    for (const each of [join(folder, 'runs'), journal.folder]) {
      assert.equal((await stat(each)).mode & 0o777, 0o700, each);
    }
  });

  it('remembers what was done, whatever a crash has left at its end', async () => {
    const journal = await create();
    const item = { tag: 'latest', position: 1, item: { image: 'sha256:1', created: '2024-01-01T00:00:00Z' } };
    const entries: Entry[] = [
      { event: 'began' },
      { event: 'trimming', repository: 'shop/web', items: [item] },
      {
        event: 'trimmed',
        repository: 'shop/web',
        items: 1,
        layerLinks: ['sha256:2'],
        manifestLinks: [],
        stillNamed: ['sha256:3'],
      },
      { event: 'streamGone', repository: 'shop/gone' },
      { event: 'layerLink', repository: 'shop/web', digest: 'sha256:2', gone: false },
      { event: 'manifestLink', repository: 'shop/web', digest: 'sha256:2', gone: true },
      { event: 'turn', image: 'sha256:1' },
      { event: 'blob', digest: 'sha256:2', gone: true },
      { event: 'image', image: 'sha256:1', gone: false },
      { event: 'spared', image: 'sha256:3', by: LATE },
      { event: 'failed', what: verbatim('image a'), cause: verbatim('why') },
    ];
    for (const entry of entries) await journal.record(entry);
    await journal.close();
    await appendFile(
      join(journal.folder, 'log.jsonl'),
      '{"event":"of a later version","at":"x"}\n{"event":"blob","dig',
    );
    const progress = await readProgress(journal.folder);
    assert.deepEqual([...progress.trimming], [['shop/web', [item]]]);
    assert.deepEqual(progress.trimmed.get('shop/web')?.stillNamed, ['sha256:3']);
    assert.deepEqual([...progress.goneStreams], ['shop/gone']);
    assert.deepEqual(
      [...progress.links],
      [
        ['layerLink shop/web sha256:2', false],
        ['manifestLink shop/web sha256:2', true],
      ],
    );
    assert.deepEqual([...progress.turns], ['sha256:1']);
    assert.deepEqual([...progress.blobs], [['sha256:2', true]]);
    assert.deepEqual([...progress.images], [['sha256:1', false]]);
    assert.deepEqual([...progress.spared], [['sha256:3', LATE]]);
    assert.equal(stateOf(progress), 'interrupted');
    assert.equal(owesRollout(progress), true);

    const again = await Journal.open(journal.folder, journal.id);
    const deleted = { images: 1, tagItems: 1, streams: 1, layerLinks: 1, manifestLinks: 1, blobs: 1 };
    await again.record({ event: 'began' });
    await again.record({ event: 'ended', state: 'failed', deleted, freedBytes: 7, why: STOPPED });
    await again.record({ event: 'rollout', state: 'done' });
    await again.close();
    const later = await readProgress(journal.folder);
    assert.equal(later.blobs.size, 1, 'the cut line counts for nothing');
    assert.equal(stateOf(later), 'failed');
    assert.deepEqual(later.ended?.deleted, deleted);
    assert.deepEqual(later.ended?.why, STOPPED);
    assert.equal(later.began, 2);
    assert.equal(owesRollout(later), false);
  });

  it('knows of every intention for a stream, not only of the last', async () => {
    const journal = await create();
    const item = (image: string) => ({ tag: 'latest', position: 1, item: { image } });
    const repository = 'shop/web';
    await journal.record({ event: 'trimming', repository, items: [item('sha256:1')] });
    await journal.record({ event: 'trimming', repository, items: [item('sha256:2')] });
    await journal.close();
    const { trimming } = await readProgress(journal.folder);
    assert.deepEqual([...trimming], [[repository, [item('sha256:1'), item('sha256:2')]]]);
  });

  it('counts as interrupted from the moment that another process begins with it', async () => {
    const journal = await create();
    const nothing = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
    await journal.record({ event: 'ended', state: 'cancelled', deleted: nothing, freedBytes: 0 });
    assert.equal(stateOf(await readProgress(journal.folder)), 'cancelled');
    await journal.record({ event: 'began' });
    assert.equal(stateOf(await readProgress(journal.folder)), 'interrupted');
    await journal.close();
  });

  it('knows what may be gone without an answer', async () => {
    const journal = await create();
    const links = { layerLinks: ['sha256:1'], manifestLinks: [], stillNamed: [] };
    const nothing = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
    const ended: Entry = { event: 'ended', state: 'cancelled', deleted: nothing, freedBytes: 0 };
    await journal.record({ event: 'began' });
    await journal.record({ event: 'trimmed', repository: 'shop/web', items: 1, ...links });
    await journal.record({ event: 'turn', image: 'sha256:2' });
    const unclear = async () => [...unclearIn(await readProgress(journal.folder))].sort();
    assert.deepEqual(await unclear(), ['sha256:2', 'shop/web'], 'while no end is written down');
    await journal.record(ended);
    assert.deepEqual(await unclear(), [], 'a process that ended has had all its answers');
    await journal.record({ event: 'began' });
    await journal.record({ event: 'turn', image: 'sha256:3' });
    await journal.record({ event: 'began' });
    await journal.record(ended);
    assert.deepEqual(
      await unclear(),
      ['sha256:2', 'sha256:3', 'shop/web'],
      'the one before the last did not',
    );
    await journal.record({ event: 'unclear', digest: 'sha256:4' });
    await journal.record({ event: 'unclear', digest: 'sha256:5', repository: 'shop/web' });
    await journal.close();
    const progress = await readProgress(journal.folder);
    assert.deepEqual([...progress.unclear], ['sha256:4', 'shop/web sha256:5']);
  });

  it('owes another rollout for data that is deleted after one, or may be', async () => {
    const journal = await create();
    const owes = async () => owesRollout(await readProgress(journal.folder));
    const deletions: Entry[] = [
      { event: 'unclear', digest: 'sha256:1' },
      { event: 'blob', digest: 'sha256:2', gone: false },
      { event: 'blob', digest: 'sha256:3', gone: true },
      { event: 'unclear', digest: 'sha256:4' },
    ];
    for (const deletion of deletions) {
      await journal.record(deletion);
      assert.equal(await owes(), true, JSON.stringify(deletion));
      await journal.record({ event: 'rollout', state: 'failed' });
      assert.equal(await owes(), true);
      await journal.record({ event: 'rollout', state: 'done' });
      assert.equal(await owes(), false);
    }
    await journal.record({ event: 'unclear', digest: 'sha256:5', repository: 'shop/web' });
    assert.equal(await owes(), false, 'the registry itself forgets links');
    await journal.close();
  });

  it('is running while a process has it open, and is not opened twice', async () => {
    const journal = await create();
    assert.equal((await readOverview(journal.folder)).running, true);
    await assert.rejects(Journal.open(journal.folder, journal.id), { name: 'RunBusyError' });
    await journal.close();
    assert.equal((await readOverview(journal.folder)).running, false);
  });

  it('leaves nothing where what is about to change can’t be read', async () => {
    const broken = async function* (): SavedObjects {
      yield* objects;
      throw new Error('the server is gone');
    };
    await assert.rejects(create(broken()), /^Error: the server is gone$/);
    assert.deepEqual(await readdir(join(folder, 'runs')), []);
  });

  it('says that nothing was changed where the disk doesn’t take it', async (t: TestContext) => {
    t.mock.method(await fileKind(), 'sync', () =>
      Promise.reject(Object.assign(full(), { syscall: 'fsync', path: 'x' })),
    );
    await assert.rejects(create(), {
      name: 'JournalError',
      message: `nothing was changed, since what is about to change can’t be written down in ${join(folder, 'runs')} (ENOSPC: no space left on device, write). Make room there, or name another folder with IMAGE_HYGIENE_RUNS`,
    });
    t.mock.restoreAll();
    assert.deepEqual(await readdir(join(folder, 'runs')), []);
  });

  it('clears away what a crash left of a run that never began, and nothing else', async () => {
    const runs = join(folder, 'runs');
    const dead = `.writing-${2 ** 22 + 1}-20240101T000000Z-0000`;
    const living = `.writing-${process.pid}-20240101T000000Z-0001`;
    for (const name of [dead, living, 'notes']) await mkdir(join(runs, name), { recursive: true });
    const journal = await create();
    await journal.close();
    assert.deepEqual((await readdir(runs)).sort(), [living, journal.id, 'notes'].sort());
    assert.deepEqual(await runIds(runs), [journal.id]);
  });
});

describe('a run’s folder', () => {
  const made = async () => {
    const journal = await Journal.create(folder, registry, order, saved(), now);
    await journal.close();
    return journal.folder;
  };
  const change = async (run: string, how: (lines: string[]) => string[]) => {
    const file = join(run, 'plan.jsonl');
    await writeFile(file, how((await readFile(file, 'utf8')).split('\n')).join('\n'));
  };

  it('is not looked for where there are no runs', async () => {
    assert.deepEqual(await runIds(join(folder, 'nowhere')), []);
  });

  const damages: [string, (lines: string[]) => string[], string][] = [
    ['without its end', (lines) => lines.slice(0, -2), 'plan.jsonl has lost its end'],
    ['with a line cut off', (lines) => lines.with(3, lines[3]?.slice(0, 30) ?? ''), 'plan.jsonl is damaged'],
    ...['stream', 'image', 'keptIndex', 'blob'].map(
      (kind): [string, (lines: string[]) => string[], string] => [
        `with one ${kind} less`,
        (lines) =>
          lines.toSpliced(
            lines.findIndex((line) => line.startsWith(`{"${kind}":`)),
            1,
          ),
        'plan.jsonl has lost lines',
      ],
    ),
    [
      'of another version',
      (lines) => lines.with(0, '{"run":{"kind":"PruneRun","version":2,"id":"x"}}'),
      'plan.jsonl doesn’t begin as a run of this version does',
    ],
    ['with nothing in it', () => [], 'plan.jsonl doesn’t begin as a run of this version does'],
  ];
  for (const [what, damage, why] of damages) {
    it(`is refused ${what}`, async () => {
      const run = await made();
      await change(run, damage);
      const message = `the run in ${run} can’t be read: ${why}`;
      await assert.rejects(readOrder(run), { name: 'RunUnreadableError', message });
    });
  }

  it('without a log is one where nothing was done', async () => {
    const run = await made();
    await rm(join(run, 'log.jsonl'));
    const { progress, running } = await readOverview(run);
    assert.equal(stateOf(progress), 'interrupted');
    assert.equal(progress.began, 0);
    assert.equal(running, false);
  });

  it('without anything is no run', async () => {
    const run = join(folder, '20240101T000000Z-0000');
    await mkdir(run);
    await assert.rejects(readOverview(run), { name: 'RunUnreadableError' });
    await assert.rejects(readOrder(run), { name: 'RunUnreadableError' });
  });
});

import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { useLanguage } from '../../../src/cli/language.ts';
import type { ApiSession } from '../../../src/cluster/session/api-session.ts';
import { inEnglish, type Said } from '../../../src/engine/said.ts';
import { restoreOutlook } from '../../../src/host/runs/restore-outlook.ts';
import { RunBook } from '../../../src/host/runs/run-book.ts';
import { factsOf } from '../../../src/host/runs/run-facts.ts';
import { failuresOf } from '../../../src/host/runs/run-failures.ts';
import { leftOf } from '../../../src/host/runs/run-left.ts';
import { runReport } from '../../../src/host/runs/run-report.ts';
import { causesOf, failureInWords } from '../../../src/prune/failure.ts';
import { readOrder, readOverview, readProgress } from '../../../src/prune/journal/read-run.ts';
import { restoreRun } from '../../../src/prune/run/restore-run.ts';
import { recordRollout } from '../../../src/prune/run/rollout-record.ts';
import { type Scene, startScene } from '../../scene.ts';
import { adminSession, type Pruned, pruneScene, runsOf } from './runs-scene.ts';

const NOTHING = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };

async function reportOf(folder: string, restored?: Awaited<ReturnType<typeof restoreRun>>) {
  const { order } = await readOrder(folder);
  const overview = await readOverview(folder);
  const failures = await failuresOf(folder);
  return runReport({ facts: factsOf(overview), order, progress: overview.progress, failures, restored });
}

describe('a run that went well', () => {
  let scene: Scene;
  let session: ApiSession;
  let pruned: Pruned;
  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http' });
    session = await adminSession(scene);
    pruned = await pruneScene(scene, session);
  });
  after(async () => {
    await session?.close();
    await scene?.close();
  });

  it('is summed up from its log as it was reported', async () => {
    const { report, folder } = pruned;
    const facts = factsOf(await readOverview(folder));
    assert.equal(report.state, 'done');
    assert.equal(report.done.images, scene.going.size);
    assert.deepEqual(facts.done, report.done);
    assert.deepEqual(facts.planned, report.planned);
    assert.equal(facts.freedBytes, report.bytes.freedNow);
    assert.deepEqual([facts.state, facts.resumable, facts.rolloutOwed], ['done', false, true]);
    assert.equal(facts.registry?.address, scene.registry.host);
  });

  it('leaves nothing', async () => {
    const left = leftOf((await readOrder(pruned.folder)).order, await readProgress(pruned.folder));
    assert.deepEqual(left, { counts: NOTHING, bytes: 0, images: [] });
  });

  it('can’t be put back, since its data is gone; the outlook says so beforehand', async () => {
    const { folder, order } = pruned;
    const outlook = restoreOutlook((await readOrder(folder)).order, await readProgress(folder));
    const { tagItems } = order.plan.counts;
    assert.deepEqual(outlook, { images: { back: 0, lost: 4 }, items: { back: 0, lost: tagItems } });
  });

  it('has a report with its sums, the rollout and where the journal is', async () => {
    const text = await reportOf(pruned.folder);
    assert.match(text, /^# Prune of admin: done, rollout owed$/m);
    assert.match(text, /^\| Images \| 4 \| 4 \| 0 \|$/m);
    assert.match(text, /^## Rollout\n\nOwed: /m);
    assert.ok(text.includes(`\`${pruned.folder}\``));
    assert.ok(text.includes('`image-hygiene rollout registry --context admin`'));
    assert.doesNotMatch(text, /Resume Run/);
    assert.doesNotMatch(text, /## (Failures|What is left|Protected)/);
  });

  it('owes nothing any more once the registry was rolled out', async () => {
    const book = new RunBook(runsOf(scene));
    const [id = ''] = await book.ids();
    const before = await book.entry(id);
    assert.ok(before.kind === 'run' && before.facts.rolloutOwed);
    assert.equal(await book.entry(id), before, 'what did not change is not read again');
    await recordRollout([pruned.folder], 'done');
    const now = await book.entry(id);
    assert.ok(now.kind === 'run' && !now.facts.rolloutOwed);
    assert.match(await reportOf(pruned.folder), /The registry was rolled out 20/);
  });
});

describe('a run that failed, or did not come to its end', () => {
  let scene: Scene;
  let session: ApiSession;
  beforeEach(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http' });
    session = await adminSession(scene);
  });
  afterEach(async () => {
    l10n.config({ contents: {} });
    await session?.close();
    await scene?.close();
  });

  it('has its failures by the causes that the run itself told', async () => {
    const orphan = scene.pushed.get('orphan')?.digest ?? assert.fail('no orphan');
    const refuse = (path: RegExp, status: number) =>
      scene.registry.faults.push({ method: 'DELETE', path, effect: 'status', status });
    refuse(/^\/v2\/shop\/web\/manifests\//, 500);
    refuse(new RegExp(`^/admin/blobs/${orphan}$`), 403);
    const { report, folder } = await pruneScene(scene, session);
    assert.equal(report.state, 'failed');
    assert.equal(report.causes.length, 2);
    const failures = await failuresOf(folder);
    const inLines = (all: readonly Said[]) => all.map(inEnglish).sort();
    assert.deepEqual(inLines(failures.map(failureInWords)), inLines(report.failures));
    assert.deepEqual(causesOf(failures), report.causes);
    const facts = factsOf(await readOverview(folder));
    assert.deepEqual([facts.state, facts.resumable, facts.restorable], ['failed', true, true]);
    const left = leftOf((await readOrder(folder)).order, await readProgress(folder));
    assert.equal(left.counts.blobs, report.planned.blobs - report.done.blobs);
    assert.equal(left.images.length, report.planned.images - report.done.images);
    const text = await reportOf(folder);
    assert.match(text, new RegExp(`^## Failures: ${failures.length}$`, 'm'));
    assert.ok(text.includes(`image-hygiene resume ${facts.id}`));
    assert.match(
      text,
      /^- imagestream `shop\/web`: failed to delete manifest link `sha256:\w+`: `500 Internal/m,
    );
    useLanguage({ LANG: 'ja_JP.UTF-8' }, new URL('../../../l10n/', import.meta.url));
    const japanese = await reportOf(folder);
    assert.match(
      japanese,
      /^- imagestream `shop\/web`: マニフェストリンク `sha256:\w+` の削除に失敗しました: `500 Internal/m,
    );
    assert.match(
      japanese,
      new RegExp(`^- image \`${orphan}\`: .*の削除に失敗しました: \`403 Forbidden\`$`, 'm'),
    );
  });

  it('counts what it did where its process ended without a word, and hopes for nothing unclear', async () => {
    const { folder, report } = await pruneScene(scene, session);
    const log = join(folder, 'log.jsonl');
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    const cut = lines.findIndex((line) => line.includes('"event":"blob"'));
    // A crash right after the first blob, in the middle of writing.
    await writeFile(log, `${lines.slice(0, cut + 1).join('\n')}\n{"event":"bl`);
    const overview = await readOverview(folder);
    const facts = factsOf(overview);
    assert.equal(facts.state, 'interrupted');
    assert.equal(facts.done.blobs, 1);
    assert.equal(facts.done.tagItems, report.done.tagItems);
    assert.equal(facts.freedBytes, null);
    assert.equal(facts.resumable, true);
    const { order } = await readOrder(folder);
    const left = leftOf(order, overview.progress);
    assert.equal(left.counts.blobs, report.planned.blobs - 1);
    assert.deepEqual(
      left.images,
      order.images.map(({ name }) => name),
    );
    const outlook = restoreOutlook(order, overview.progress);
    const actual = await restoreRun(folder, { session });
    assert.ok(outlook.images.lost > 0);
    const lostImages = actual.impossible.filter(({ what }) => what.startsWith('image ')).length;
    assert.equal(outlook.images.lost, lostImages);
    assert.equal(outlook.items.lost, actual.impossible.length - lostImages);
    assert.equal(outlook.items.back, actual.items);
  });

  it('puts everything back that only was an API object, as the outlook says', async () => {
    const { folder, order } = await pruneScene(scene, session, { pruneRegistry: false });
    const outlook = restoreOutlook((await readOrder(folder)).order, await readProgress(folder));
    assert.deepEqual(outlook.images, { back: 4, lost: 0 });
    assert.deepEqual(outlook.items, { back: order.plan.counts.tagItems, lost: 0 });
    const actual = await restoreRun(folder, { session });
    assert.deepEqual(actual.impossible, []);
    assert.equal(actual.images, outlook.images.back);
    assert.equal(actual.items, outlook.items.back);
    const facts = factsOf(await readOverview(folder));
    assert.deepEqual([facts.restored, facts.resumable], [true, false]);
    const text = await reportOf(folder, actual);
    assert.match(text, /## Put back\n\n- Image objects: 4\n/);
    assert.match(text, /^Not needed: no blob was deleted/m);
  });

  it('is listed as one that can’t be read where its order is damaged', async () => {
    const { folder } = await pruneScene(scene, session);
    const book = new RunBook(runsOf(scene));
    const ids = await book.ids();
    await writeFile(join(folder, 'plan.jsonl'), 'nothing\n');
    await appendFile(join(folder, 'plan.jsonl'), '\n');
    const [entry] = await book.entries(ids);
    assert.equal(entry?.kind, 'unreadable');
    assert.ok(entry.kind === 'unreadable' && entry.why.includes(folder));
  });
});

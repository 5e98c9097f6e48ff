import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, it } from 'node:test';
import { Planner } from '../../src/cluster/planner/planner.ts';
import { bytesShares } from '../../src/engine/bytes-shares.ts';
import type { InventoryResource } from '../../src/engine/inventory.ts';
import { type RequestedOptions, resolveOptions } from '../../src/engine/options.ts';
import { planAsCsv, planAsMarkdown } from '../../src/engine/plan-exports.ts';
import { outlineOf } from '../../src/engine/plan-outline.ts';
import { EVERY_ROW, PlanTable } from '../../src/engine/plan-table.ts';
import { namespacesIn, streamOf, streamsOf } from '../../src/engine/stream-summaries.ts';
import { reportWords } from '../../src/shared/words/plan-report.ts';
import { ClusterDescription, NOW, planOf } from '../unit/engine/cluster-description.ts';
import { digestOf } from '../unit/engine/named-digests.ts';
import { randomCluster } from '../unit/engine/random-cluster.ts';

const THREAD = new URL('../../src/cluster/planner/planner-thread.ts', import.meta.url);
const KEEP_ONE = { keepTagRevisions: 1 } as const;
const LARGEST_FIRST = { ...EVERY_ROW, sort: { by: 'size', descending: true } } as const;

const shop = new ClusterDescription()
  .image('new', { layers: ['base:1000', 'new-l:1'] })
  .image('old', { layers: ['base:1000', 'old-l:20'] })
  .image('orphan', { layers: ['o-l:4000'] })
  .stream('shop/web', { v1: ['new', 'old', 'gone'] })
  .stream('shop/api', { v1: ['new'] })
  .stream('build/web', { v1: ['new'] });

describe('the table of a plan on the planner’s thread', () => {
  const planners: Planner[] = [];
  afterEach(() => Promise.all(planners.splice(0).map((planner) => planner.close())));

  async function plannerWith(cluster: ClusterDescription): Promise<Planner> {
    const planner = new Planner(THREAD);
    planners.push(planner);
    for (const [resource, items] of Object.entries(cluster.lists)) {
      const page = Buffer.from(JSON.stringify({ metadata: {}, items }));
      await planner.addPage(resource as InventoryResource, page);
    }
    return planner;
  }

  async function planned(
    cluster: ClusterDescription,
    options: RequestedOptions = KEEP_ONE,
  ): Promise<Planner> {
    const planner = await plannerWith(cluster);
    await planner.plan(resolveOptions(options), NOW, null);
    return planner;
  }

  it('is the one that the plan gives', async () => {
    for (const cluster of [shop, randomCluster(7), randomCluster(8)]) {
      const planner = await planned(cluster);
      const inventory = cluster.inventory();
      const plan = planOf(inventory, KEEP_ONE);
      const table = new PlanTable(plan);
      const shares = bytesShares(plan, inventory.blobs);
      assert.deepEqual(await planner.rows(EVERY_ROW, 0, 1000), table.window(EVERY_ROW, 0, 1000));
      assert.deepEqual(await planner.rows(LARGEST_FIRST, 2, 3), table.window(LARGEST_FIRST, 2, 3));
      assert.deepEqual(await planner.row(1), table.row(1));
      assert.deepEqual(await planner.reasonCodes(), table.reasonCounts());
      assert.deepEqual(await planner.namespaces(), table.namespaceCounts());
      assert.deepEqual(await planner.shares(), shares);
      assert.deepEqual(await planner.namespacesWithBytes(), namespacesIn(shares));
      assert.deepEqual(await planner.streamsOf('shop'), streamsOf(plan, 'shop'));
      assert.deepEqual(await planner.stream('shop', 'web'), streamOf(plan, 'shop', 'web'));
      assert.deepEqual(await planner.outline(), outlineOf(plan));
      const csv = await text(Readable.from(planner.part('csv')));
      assert.equal(csv, [...planAsCsv(table)].join(''));
      const markdown = await text(Readable.from(planner.part('markdown')));
      assert.equal(markdown, [...planAsMarkdown(table, shares, reportWords())].join(''));
    }
  });

  it('gives the shares of the namespaces, or of the streams of one', async () => {
    const planner = await planned(shop);
    const names = async (of?: string | null) =>
      (await planner.shares(of)).map(({ namespace, stream }) => `${namespace}/${stream}`);
    assert.deepEqual(await names(null), ['build/', 'shop/', '/']);
    assert.deepEqual(await names('shop'), ['shop/api', 'shop/web']);
    assert.deepEqual(await names('nowhere'), []);
    assert.deepEqual(await names(), ['build/', 'build/web', 'shop/', 'shop/api', 'shop/web', '/']);
  });

  it('is that of the last plan', async () => {
    const planner = await planned(shop, { keepTagRevisions: 5 });
    const going = async () => (await planner.rows({ ...EVERY_ROW, verdict: 'prune' }, 0, 0)).total;
    const freed = async () => (await planner.shares()).map((share) => share.goes);
    assert.deepEqual([await going(), await freed()], [2, [0, 0, 0, 0, 0, 4000]]);
    await planner.plan(resolveOptions(KEEP_ONE), NOW, null);
    assert.deepEqual([await going(), await freed()], [3, [0, 0, 20, 0, 20, 4000]]);
  });

  it('is not there before there is a plan, nor are rows beyond its end', async () => {
    const planner = await plannerWith(shop);
    await assert.rejects(planner.rows(EVERY_ROW, 0, 10), /no plan has been made yet/);
    await planner.plan(resolveOptions({}), NOW, null);
    await assert.rejects(planner.row(6), /no row 6: its 6 rows/);
    assert.equal(await planner.stream('shop', 'nothing'), undefined);
  });

  it('can be looked at while it is exported', async () => {
    const cluster = new ClusterDescription();
    for (let number = 0; number < 2000; number++)
      cluster.image(`i${number}`, { layers: [`l${number}:${number}`] });
    const planner = await planned(cluster);
    const expected = [...planAsCsv(new PlanTable(cluster.plan(KEEP_ONE)))].join('');
    let csv = '';
    let portions = 0;
    for await (const portion of planner.portions('csv')) {
      csv += portion.join('');
      portions++;
      const { rows } = await planner.rows(LARGEST_FIRST, 0, 1);
      assert.equal(rows[0]?.image, digestOf('i1999'));
    }
    assert.ok(portions > 1, 'the export came at once');
    assert.equal(csv, expected);
  });

  it('is exported as a query finds it', async () => {
    const planner = await planned(shop);
    const query = { ...LARGEST_FIRST, verdict: 'prune' } as const;
    const csv = await text(Readable.from(planner.part('csv', { query })));
    const images = csv.trimEnd().split('\r\n').slice(1);
    assert.deepEqual(
      images.map((line) => line.split(',')[5]),
      [digestOf('orphan'), digestOf('old'), digestOf('gone')],
    );
  });

  it('is reported in the language that is asked for', async () => {
    const planner = await planned(shop);
    const report = (words?: Record<string, string>) =>
      text(Readable.from(planner.part('markdown', words ? { words } : {})));
    const german = {
      'Dry run': 'Probelauf',
      'no image stream names it': 'kein Image-Stream nennt es',
      'The {0} largest images that go': 'Die {0} größten Images, die gehen',
    };
    const [translated, plain] = await Promise.all([report(german), report()]);
    assert.match(translated, /^# Probelauf\n/);
    assert.match(translated, /## Die 2 größten Images, die gehen\n/);
    assert.match(translated, /\| kein Image-Stream nennt es \|/);
    assert.match(plain, /^# Dry run\n/);
  });

  it('leaves an outline behind that later plans are compared with', async () => {
    const first = await planned(shop, { keepTagRevisions: 5 });
    const outline = await first.outline();
    await first.close();
    const second = await planned(new ClusterDescription().image('fresh', { age: 1 }).image('old'));
    const { samples, ...counts } = await second.changes(outline);
    assert.deepEqual(counts, {
      ...{ since: new Date(NOW).toISOString(), newlyGoing: 1, noLongerGoing: 0, newImages: 1, goneImages: 2 },
      ...{ freedBefore: 4000, freedNow: 0 },
    });
    assert.deepEqual(samples, [
      { image: digestOf('old'), change: 'newlyGoing' },
      { image: digestOf('fresh'), change: 'new' },
      { image: digestOf('new'), change: 'gone' },
      { image: digestOf('orphan'), change: 'gone' },
    ]);
    assert.deepEqual((await second.changes(await second.outline())).samples, []);
  });
});

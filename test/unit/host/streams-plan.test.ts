import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Planner } from '../../../src/cluster/planner/planner.ts';
import { knowsEveryStream } from '../../../src/host/streams/current-plan.ts';
import type { TagEntry } from '../../../src/host/streams/entries.ts';
import { LiveSource } from '../../../src/host/streams/live-source.ts';
import { MergedSource } from '../../../src/host/streams/merged-source.ts';
import { PlanSource } from '../../../src/host/streams/plan-source.ts';
import { isNeverPrunable, standingOfRevision, standingOfTag } from '../../../src/host/streams/standing.ts';
import { seedOf } from '../../cluster/seeds/seeded.ts';
import { threeTeams } from '../../cluster/seeds/three-teams.ts';
import { type StreamsCluster, startStreamsCluster } from './streams-cluster.ts';

describe('image streams of a plan', () => {
  let own: StreamsCluster;
  let planner: Planner;
  let source: PlanSource;
  before(async () => {
    own = await startStreamsCluster(seedOf(threeTeams));
    planner = (await own.planOf('admin')).planner;
    source = new PlanSource(planner);
  });
  after(() => own.close());

  const tagOf = async (namespace: string, stream: string, tag: string): Promise<TagEntry> => {
    const found = (await source.tags(namespace, stream)).find((one) => one.tag === tag);
    assert.ok(found);
    return found;
  };

  it('say what the shares of the dry-run page say', async () => {
    const namespaces = await source.namespaces();
    const whole = (await planner.shares(null)).filter(({ namespace }) => namespace !== '');
    assert.deepEqual(
      namespaces.map(({ namespace, bytes, decided }) => [namespace, bytes, decided?.goes]),
      whole.map(({ namespace, total, goes }) => [namespace, total, goes]),
    );
    for (const { namespace, decided } of namespaces) {
      const streams = await source.streams(namespace);
      const goes = streams.reduce((sum, stream) => sum + (stream.decided?.goes ?? 0), 0);
      assert.equal(goes, decided?.goes, namespace);
      const going = streams.reduce((sum, stream) => sum + (stream.decided?.revisionsGoing ?? 0), 0);
      assert.equal(going, decided?.revisionsGoing, namespace);
    }
    const storefront = (await source.streams('shop')).find(({ name }) => name === 'storefront');
    const plan = await planner.stream('shop', 'storefront');
    assert.equal(storefront?.bytes, plan?.bytes.total);
    assert.equal(storefront?.decided?.revisionsGoing, plan?.itemsToPrune);
    assert.ok(Number(plan?.itemsToPrune) > 0);
  });

  it('have a verdict, reasons, users and sizes for every revision', async () => {
    for (const { namespace } of await source.namespaces()) {
      for (const { name } of await source.streams(namespace)) {
        const plan = await planner.stream(namespace, name);
        const tags = await source.tags(namespace, name);
        assert.deepEqual(
          tags.map(({ tag, decided, revisions }) => [
            tag,
            decided?.verdict,
            revisions.map((one) => [one.image, one.created, one.decided?.verdict, one.decided?.reasons]),
          ]),
          plan?.tags.map(({ tag, verdict, revisions }) => [
            tag,
            verdict,
            revisions.map((one) => [one.image, one.created, one.verdict, one.reasons]),
          ]),
        );
        for (const { missing, size } of tags.flatMap(({ revisions }) => revisions)) {
          assert.equal(size === null, missing);
        }
      }
    }
    const latest = await tagOf('shop', 'storefront', 'latest');
    assert.deepEqual(
      latest.decided?.usedBy.map(({ resource, name }) => `${resource}/${name}`),
      ['deployment/storefront'],
    );
    assert.ok(latest.revisions[0]?.decided?.usedBy.some(({ name }) => name === 'storefront-7c9d5-x2p8q'));
  });

  it('stand as people are told', async () => {
    const standings = async (stream: string, tag: string) =>
      (await tagOf('data', stream, tag)).revisions.map(standingOfRevision);
    // The fourth dataset is mounted as a volume, the lost report has no Image object.
    assert.deepEqual(await standings('dataset', 'latest'), ['stays', 'stays', 'stays', 'protected', 'goes']);
    assert.equal((await standings('reporter', 'latest')).at(-1), 'missing');
    assert.equal(standingOfTag(await tagOf('data', 'dataset', 'latest')), 'partly');
    assert.equal(standingOfTag(await tagOf('data', 'experiment', 'latest')), 'stays');
  });

  it('are never prunable at the only position of a tag that nothing uses', async () => {
    const never: string[] = [];
    for (const { namespace } of await source.namespaces()) {
      for (const { name } of await source.streams(namespace)) {
        for (const entry of await source.tags(namespace, name)) {
          if (isNeverPrunable(entry)) never.push(`${name}:${entry.tag}`);
        }
      }
    }
    // search:stable and model-server:small are as short, but a build and a trigger name them.
    assert.deepEqual(never, [
      'model-server:large',
      'postgresql:15',
      'storefront:v2.1-may-2016',
      'storefront:multiarch',
    ]);
  });

  it('know when they were created', async () => {
    const ages = await source.ages('shop');
    const live = new LiveSource(await own.sessionOf('admin'), { namespace: null, home: undefined });
    for (const { name, created } of await live.streams('shop')) {
      assert.equal(Date.parse(String(ages.get(name))), Date.parse(String(created)), name);
    }
    assert.equal(ages.size, 3);
  });

  it('lack a tag that was deleted since', async () => {
    const other = new PlanSource(planner);
    assert.equal((await other.tags('shop', 'search')).length, 2);
    other.tagDeleted('shop', 'search', 'stable');
    assert.deepEqual(
      (await other.tags('shop', 'search')).map(({ tag }) => tag),
      ['latest'],
    );
  });

  it('of one namespace leave the others as they are in the cluster', async () => {
    const { planner: ofShop, summary } = await own.planOf('admin', { namespace: 'shop' });
    assert.equal(knowsEveryStream({ summary }, null), false);
    assert.equal(knowsEveryStream({ summary }, 'shop'), true);
    const live = new LiveSource(await own.sessionOf('admin'), { namespace: null, home: undefined });
    const merged = new MergedSource(new PlanSource(ofShop), async () => live);
    assert.deepEqual(
      (await merged.namespaces()).map(({ namespace, decided }) => [namespace, decided !== null]),
      [
        ['shop', true],
        ['data', false],
        ['payments', false],
      ],
    );
    assert.ok((await merged.streams('shop')).every(({ decided }) => decided !== null));
    assert.ok((await merged.tags('payments', 'gateway')).every(({ decided }) => decided === null));
  });

  it('of a developer are those that the plan could see, and the rest of their projects', async () => {
    const { planner: ofDeveloper, summary } = await own.planOf('developer');
    assert.equal(knowsEveryStream({ summary }, null), false);
    const live = new LiveSource(await own.sessionOf('developer'), { namespace: null, home: 'data' });
    const merged = new MergedSource(new PlanSource(ofDeveloper), async () => live);
    assert.deepEqual(
      (await merged.namespaces()).map(({ namespace, decided }) => [namespace, decided !== null]),
      [
        ['data', true],
        ['shop', false],
      ],
    );
  });

  it('are shown without the others where the cluster is gone', async () => {
    const merged = new MergedSource(source, () => Promise.reject(new Error('gone')));
    assert.equal((await merged.namespaces()).length, 3);
    const empty = new PlanSource({ ...reader(planner), namespacesWithBytes: async () => [] });
    const nothing = new MergedSource(empty, () => Promise.reject(new Error('gone')));
    await assert.rejects(nothing.namespaces(), { message: 'gone' });
  });
});

function reader(planner: Planner) {
  return {
    namespacesWithBytes: () => planner.namespacesWithBytes(),
    streamsOf: (namespace: string) => planner.streamsOf(namespace),
    shares: (of?: string | null) => planner.shares(of),
    stream: (namespace: string, name: string) => planner.stream(namespace, name),
    rows: (...given: Parameters<Planner['rows']>) => planner.rows(...given),
  };
}

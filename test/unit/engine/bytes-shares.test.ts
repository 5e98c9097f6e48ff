import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesShares } from '../../../src/engine/bytes-shares.ts';
import type { Inventory } from '../../../src/engine/inventory.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import type { Plan, StreamPlan } from '../../../src/engine/plan.ts';
import type { BytesShare } from '../../../src/engine/plan-rows.ts';
import { namespacesIn, streamOf, streamsOf } from '../../../src/engine/stream-summaries.ts';
import { ClusterDescription, planOf } from './cluster-description.ts';
import { everyOption, randomCluster } from './random-cluster.ts';
import { SeededRandom } from './seeded-random.ts';

const CLUSTERS = 150;
const KEEP_ONE = { keepTagRevisions: 1 } as const;

function sharesOf(cluster: ClusterDescription, options: RequestedOptions = {}): BytesShare[] {
  const inventory = cluster.inventory();
  return bytesShares(planOf(inventory, options), inventory.blobs);
}

/** `shop/web 100 = 30 goes + 60 stays, 1 of 3` */
function spoken({ namespace, stream, total, goes, stays, revisions, revisionsGoing }: BytesShare): string {
  return `${namespace}/${stream} ${total} = ${goes} goes + ${stays} stays, ${revisionsGoing} of ${revisions}`;
}

describe('where the bytes are', () => {
  it('is told by namespace and stream, each blob once in each', () => {
    const cluster = new ClusterDescription()
      .image('new', { layers: ['base:1000', 'new-l:1'] })
      .image('old', { layers: ['base:1000', 'old-l:20'] })
      .image('other', { layers: ['base:1000', 'other-l:300'] })
      .image('orphan', { layers: ['orphan-l:4000', 'base:1000'] })
      .stream('shop/web', { v1: ['new', 'old'], v2: ['new', 'old'] })
      .stream('shop/api', { v1: ['other'] })
      .stream('shop/none', {})
      .stream('build/web', { v1: ['new'] });
    assert.deepEqual(sharesOf(cluster, KEEP_ONE).map(spoken), [
      'build/ 1001 = 0 goes + 1001 stays, 0 of 1',
      'build/web 1001 = 0 goes + 1001 stays, 0 of 1',
      'shop/ 1321 = 20 goes + 1301 stays, 2 of 5',
      'shop/api 1300 = 0 goes + 1300 stays, 0 of 1',
      'shop/none 0 = 0 goes + 0 stays, 0 of 0',
      'shop/web 1021 = 20 goes + 1001 stays, 2 of 4',
      '/ 5000 = 4000 goes + 1000 stays, 1 of 1',
    ]);
  });

  it('counts what several streams let go for the first of them', () => {
    const cluster = new ClusterDescription()
      .image('a', { layers: ['shared:1000', 'a-l:1'] })
      .image('b', { layers: ['shared:1000', 'b-l:20'] })
      .image('orphan', { layers: ['shared:1000'] })
      .stream('shop/web', { v1: ['a'] })
      .stream('build/web', { v1: ['b'] });
    assert.deepEqual(sharesOf(cluster, { keepTagRevisions: 0 }).map(spoken), [
      'build/ 1020 = 1020 goes + 0 stays, 1 of 1',
      'build/web 1020 = 1020 goes + 0 stays, 1 of 1',
      'shop/ 1001 = 1 goes + 0 stays, 1 of 1',
      'shop/web 1001 = 1 goes + 0 stays, 1 of 1',
      '/ 1000 = 0 goes + 0 stays, 1 of 1',
    ]);
  });

  it('gives an index what its members hold, their manifests too', () => {
    const cluster = new ClusterDescription()
      .image('index', { members: ['amd:7', 'arm'] })
      .image('amd', { layers: ['amd-l:100'] })
      .image('arm', { layers: ['arm-l:200'] })
      .stream('shop/web', { v1: ['index'] });
    assert.deepEqual(sharesOf(cluster, { keepTagRevisions: 0 }).map(spoken), [
      'shop/ 307 = 307 goes + 0 stays, 1 of 1',
      'shop/web 307 = 307 goes + 0 stays, 1 of 1',
    ]);
  });

  it('does not count as freed what was not pushed here', () => {
    const cluster = new ClusterDescription()
      .image('mirrored', { managed: false, layers: ['m-l:10', 'both:300'] })
      .image('pushed', { layers: ['both:300'] })
      .stream('shop/web', { v1: ['mirrored'] });
    assert.deepEqual(sharesOf(cluster, { keepTagRevisions: 0 }).map(spoken), [
      'shop/ 310 = 300 goes + 0 stays, 1 of 1',
      'shop/web 310 = 300 goes + 0 stays, 1 of 1',
      '/ 300 = 0 goes + 0 stays, 1 of 1',
    ]);
  });

  it('says nothing of other images where one namespace is pruned', () => {
    const cluster = new ClusterDescription()
      .image('a', { layers: ['a-l:1'] })
      .image('elsewhere', { layers: ['e-l:20'] })
      .stream('shop/web', { v1: ['a', 'a'] })
      .stream('build/web', { v1: ['elsewhere'] });
    assert.deepEqual(sharesOf(cluster, { ...KEEP_ONE, namespace: 'shop' }).map(spoken), [
      'shop/ 1 = 0 goes + 1 stays, 1 of 2',
      'shop/web 1 = 0 goes + 1 stays, 1 of 2',
    ]);
  });

  it('is nowhere in a cluster of nothing', () => assert.deepEqual(sharesOf(new ClusterDescription()), []));
});

/** The same, with a set of blobs for each share. */
function sharesOneByOne(plan: Plan, { blobs }: Inventory): BytesShare[] {
  const imageOf = (name: string) => plan.images.find((image) => image.name === name);
  const sizeOf = (digest: string) => Math.max(0, blobs.sizeOf(blobs.numberOf(digest) ?? -1));
  const sum = (digests: Iterable<string>) =>
    [...digests].reduce((bytes, digest) => bytes + sizeOf(digest), 0);
  const heldBy = (name: string) => [...(imageOf(name)?.blobs ?? []), ...(imageOf(name) ? [name] : [])];
  const namedBy = (names: string[]) => {
    const all = new Set(names);
    for (const name of all) for (const member of imageOf(name)?.manifests ?? []) all.add(member);
    return [...all];
  };
  const imagesOf = (streams: readonly StreamPlan[]) =>
    namedBy(
      streams.flatMap(({ tags }) => tags.flatMap(({ revisions }) => revisions.map((one) => one.image))),
    );
  const blobsOf = (images: readonly string[]) => new Set(images.flatMap(heldBy));

  const pushed = new Set(plan.images.filter((image) => image.managed).flatMap((image) => heldBy(image.name)));
  const deleted = new Set(plan.blobs.map((blob) => blob.digest));
  const firstOf = (digest: string) =>
    plan.streams.find((stream) => blobsOf(imagesOf([stream])).has(digest)) ?? 'none';
  const freedOf = (stream: StreamPlan | 'none') =>
    sum([...deleted].filter((digest) => pushed.has(digest) && firstOf(digest) === stream));

  const shareOf = (namespace: string, stream: string, streams: readonly StreamPlan[]): BytesShare => {
    const held = blobsOf(imagesOf(streams));
    const revisions = streams.flatMap(({ tags }) => tags.flatMap((tag) => tag.revisions));
    return {
      ...{ namespace, stream, total: sum(held) },
      goes: streams.map(freedOf).reduce((bytes, freed) => bytes + freed, 0),
      stays: sum([...held].filter((digest) => !deleted.has(digest))),
      revisions: revisions.length,
      revisionsGoing: revisions.filter((revision) => revision.verdict === 'prune').length,
    };
  };
  const shares = [...new Set(plan.streams.map((stream) => stream.namespace))].flatMap((namespace) => {
    const streams = plan.streams.filter((stream) => stream.namespace === namespace);
    return [
      shareOf(namespace, '', streams),
      ...streams.map((stream) => shareOf(namespace, stream.name, [stream])),
    ];
  });
  const named = new Set(imagesOf(plan.streams));
  const unnamed = plan.images.filter((image) => !named.has(image.name));
  if (plan.options.namespace !== null || unnamed.length === 0) return shares;
  const held = blobsOf(unnamed.map((image) => image.name));
  shares.push({
    ...{ namespace: '', stream: '', total: sum(held), goes: freedOf('none') },
    stays: sum([...held].filter((digest) => !deleted.has(digest))),
    revisions: unnamed.length,
    revisionsGoing: unnamed.filter((image) => image.verdict === 'prune').length,
  });
  return shares;
}

describe('on random clusters', () => {
  const combinations = everyOption();

  it('the shares are those that sets of blobs give, and add up to what the plan frees', () => {
    let freed = 0;
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const random = new SeededRandom(seed * 11 + 5);
      const options = random.chance(0.5) ? { keepTagRevisions: random.below(2) } : random.oneOf(combinations);
      const inventory = randomCluster(seed).inventory();
      const plan = planOf(inventory, options);
      const shares = bytesShares(plan, inventory.blobs);
      const where = `seed ${seed} with ${JSON.stringify(options)}`;
      assert.deepEqual(shares, sharesOneByOne(plan, inventory), where);

      const goes = (some: readonly BytesShare[]) => some.reduce((bytes, share) => bytes + share.goes, 0);
      const whole = shares.filter((share) => share.stream === '');
      assert.equal(goes(whole), plan.bytes.freed, where);
      assert.equal(goes(whole.filter((share) => share.namespace === '')), plan.bytes.heldByNoStream, where);
      for (const { namespace, goes: ofNamespace } of whole.filter((share) => share.namespace !== '')) {
        const streams = shares.filter((share) => share.namespace === namespace && share.stream !== '');
        assert.equal(goes(streams), ofNamespace, where);
      }
      for (const { total, goes: bytes, stays } of shares) assert.ok(bytes + stays <= total, where);
      freed += plan.bytes.freed;
    }
    assert.ok(freed > 0);
  });

  it('the summaries are those of the streams', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const inventory = randomCluster(seed).inventory();
      const plan = planOf(inventory, KEEP_ONE);
      const namespaces = namespacesIn(bytesShares(plan, inventory.blobs));
      assert.deepEqual(
        namespaces.map((each) => each.namespace),
        [...new Set(plan.streams.map((stream) => stream.namespace))],
      );
      for (const { namespace, streams, revisions, revisionsGoing } of namespaces) {
        const summaries = streamsOf(plan, namespace);
        assert.equal(summaries.length, streams, `seed ${seed}`);
        let all = 0;
        let going = 0;
        for (const summary of summaries) {
          const stream = streamOf(plan, namespace, summary.name);
          assert.ok(stream);
          const { verdict, itemsToPrune, bytes } = stream;
          const count = stream.tags.flatMap((tag) => tag.revisions).length;
          const expected = { namespace, name: stream.name, verdict, itemsToPrune, revisions: count, bytes };
          assert.deepEqual(summary, expected, `seed ${seed}`);
          all += count;
          going += itemsToPrune;
        }
        assert.deepEqual([revisions, revisionsGoing], [all, going], `seed ${seed}`);
      }
      assert.deepEqual(streamsOf(plan, 'nowhere'), []);
      assert.equal(streamOf(plan, 'shop', 'nothing'), undefined);
    }
  });
});

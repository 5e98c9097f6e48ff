import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { LiveSource } from '../../../src/host/streams/live-source.ts';
import { ask } from '../../cluster/client.ts';
import { manyImages } from '../../cluster/seeds/many-images.ts';
import type { UserName } from '../../cluster/seeds/roles.ts';
import { seedOf } from '../../cluster/seeds/seeded.ts';
import { threeTeams } from '../../cluster/seeds/three-teams.ts';
import { type StreamsCluster, startStreamsCluster } from './streams-cluster.ts';

const STREAMS = '/apis/image.openshift.io/v1/imagestreams';
const EVERYWHERE = { namespace: null, home: 'data' } as const;

describe('image streams from the cluster', () => {
  let own: StreamsCluster;
  before(async () => {
    own = await startStreamsCluster(seedOf(threeTeams));
  });
  afterEach(() => {
    own.cluster.faults.clear();
    own.cluster.disabledGroups.clear();
    own.cluster.requests.length = 0;
  });
  after(() => own.close());

  const sourceOf = async (user: UserName, scope: { namespace: string | null; home?: string } = EVERYWHERE) =>
    new LiveSource(await own.sessionOf(user), { home: undefined, ...scope });
  const asked = (path: RegExp) => own.cluster.requests.filter((request) => path.test(request.path)).length;

  it('are listed by name alone', async () => {
    const headers = {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
    };
    const { json } = await ask(own.cluster, 'GET', STREAMS, { headers });
    assert.equal(json.kind, 'PartialObjectMetadataList');
    assert.deepEqual(Object.keys(json.items[0]), ['kind', 'apiVersion', 'metadata']);
    const logged = own.cluster.requests.length;

    const source = await sourceOf('admin');
    const namespaces = await source.namespaces();
    assert.deepEqual(
      namespaces.map(({ namespace, streams }) => [namespace, streams]),
      [
        ['data', 8],
        ['payments', 1],
        ['shop', 3],
      ],
    );
    const streams = await source.streams('shop');
    assert.deepEqual(
      streams.map(({ name }) => name),
      ['cart', 'search', 'storefront'],
    );
    const created = own.cluster.object('imagestreams', 'image.openshift.io', 'shop', 'cart')?.metadata
      .creationTimestamp;
    assert.equal(streams[0]?.created, created);
    // One list for all of it, and no stream by itself.
    assert.equal(own.cluster.requests.length - logged, 1);
  });

  it('show tags, revisions and their bytes when they are opened, each read once', async () => {
    const source = await sourceOf('admin');
    const [first, second] = await Promise.all([
      source.tags('shop', 'storefront'),
      source.tags('shop', 'storefront'),
    ]);
    assert.equal(first, second);
    assert.equal(asked(/imagestreams\/storefront$/), 1);
    assert.equal(asked(/imagestreams\/storefront\/layers$/), 1);
    assert.deepEqual(
      first.map(({ tag, revisions }) => [tag, revisions.length]),
      [
        ['latest', 10],
        ['v2', 3],
        ['v2.1-may-2016', 1],
        ['multiarch', 1],
      ],
    );
    const revision = first[0]?.revisions[0];
    const image = own.cluster.object('images', 'image.openshift.io', undefined, revision?.image ?? '');
    const layers = image?.dockerImageLayers as { size: number }[];
    assert.equal(
      revision?.size,
      layers.reduce((sum, { size }) => sum + size, 0),
    );
    assert.match(revision?.reference ?? '', new RegExp(`/shop/storefront@${revision?.image}$`));
    assert.equal(revision?.decided, null);
  });

  it('count a stream’s blobs once, and know a namespace when all of its streams are known', async () => {
    const source = await sourceOf('admin');
    const sizes = new Map<string, number>();
    for (const { name } of await source.streams('shop')) {
      assert.equal(source.bytesOfAll('shop'), null);
      const images = new Set((await source.tags('shop', name)).flatMap((tag) => tag.revisions));
      const blobs = new Map<string, number>();
      for (const { image } of images) {
        const object = own.cluster.object('images', 'image.openshift.io', undefined, image);
        for (const { name: digest, size } of (object?.dockerImageLayers ?? []) as {
          name: string;
          size: number;
        }[]) {
          blobs.set(digest, size);
          sizes.set(digest, size);
        }
      }
      const sum = [...blobs.values()].reduce((all, size) => all + size, 0);
      assert.equal(await source.bytesOf('shop', name), sum);
    }
    const together = [...sizes.values()].reduce((all, size) => all + size, 0);
    assert.equal(source.bytesOfAll('shop'), together);
    assert.equal((await source.namespaces()).find(({ namespace }) => namespace === 'shop')?.bytes, together);
  });

  it('mark a revision whose image is missing', async () => {
    const source = await sourceOf('admin');
    const [latest] = await source.tags('data', 'reporter');
    assert.deepEqual(
      latest?.revisions.map(({ missing }) => missing),
      [false, false, false, false, false, true],
    );
    assert.equal(latest?.revisions.at(-1)?.size, null);
  });

  it('of a developer are those of their projects, each listed when it is opened', async () => {
    const source = await sourceOf('developer');
    assert.deepEqual(
      (await source.namespaces()).map(({ namespace, streams }) => [namespace, streams]),
      [
        ['data', null],
        ['shop', null],
      ],
    );
    assert.equal((await source.streams('shop')).length, 3);
    assert.equal(asked(/namespaces\/data\/imagestreams$/), 0);
    assert.deepEqual(
      (await source.namespaces()).map(({ streams }) => streams),
      [null, 3],
    );
    assert.ok(Number(await source.bytesOf('shop', 'cart')) > 0);
    await assert.rejects(source.streams('payments'), { name: 'ApiError', status: 403 });
  });

  it('of a scope are those of one namespace', async () => {
    const source = await sourceOf('admin', { namespace: 'payments' });
    assert.deepEqual(await source.namespaces(), [
      { namespace: 'payments', streams: 1, bytes: null, decided: null },
    ]);
    assert.equal(asked(/v1\/imagestreams$/), 0);
    const empty = await sourceOf('admin', { namespace: 'default' });
    assert.deepEqual(await empty.namespaces(), []);
  });

  it('of somebody without any right are refused with the right that is missing', async () => {
    const source = await sourceOf('nobody');
    await assert.rejects(source.namespaces(), {
      name: 'ApiError',
      status: 403,
      message: /User "nobody" cannot list resource "imagestreams"/,
    });
  });

  it('fall back on the context’s namespace where not even projects can be listed', async () => {
    own.cluster.disabledGroups.add('project.openshift.io');
    const source = await sourceOf('developer');
    assert.deepEqual(
      (await source.namespaces()).map(({ namespace }) => namespace),
      ['data'],
    );
  });

  it('say that a plain Kubernetes has none', async () => {
    own.cluster.disabledGroups.add('image.openshift.io');
    const everywhere = await sourceOf('admin');
    await assert.rejects(everywhere.namespaces(), {
      name: 'NotOpenShiftError',
      message: /context “admin”.*Choose another context/,
    });
  });

  it('can be asked for again after a failure', async () => {
    const fault = own.cluster.faults.add({
      path: /imagestreams\/cart$/,
      action: { kind: 'status', code: 403 },
    });
    const source = await sourceOf('admin');
    await assert.rejects(source.tags('shop', 'cart'), { status: 403 });
    fault.remove();
    assert.equal((await source.tags('shop', 'cart')).length, 1);
  });

  it('are shown without sizes where those can’t be had', async () => {
    own.cluster.faults.add({ path: /\/layers$/, action: { kind: 'forbidden' } });
    const source = await sourceOf('admin');
    assert.equal(await source.bytesOf('shop', 'cart'), null);
    const [latest] = await source.tags('shop', 'cart');
    assert.equal(latest?.revisions.length, 8);
    assert.equal(latest?.revisions[0]?.size, null);
    assert.equal(latest?.revisions[0]?.missing, false);
  });

  it('are not measured one by one on a connection that is broken', async () => {
    const fault = own.cluster.faults.add({ path: /\/layers$/, action: { kind: 'reset' } });
    const source = await sourceOf('admin');
    for (const { name } of await source.streams('shop')) {
      assert.equal(await source.bytesOf('shop', name), null);
    }
    assert.equal(fault.hits, 1);
  });

  it('are read again once a tag was deleted', async () => {
    const source = await sourceOf('admin');
    assert.equal((await source.tags('shop', 'search')).length, 2);
    const path = '/apis/image.openshift.io/v1/namespaces/shop/imagestreamtags/search:stable';
    assert.equal((await ask(own.cluster, 'DELETE', path)).code, 200);
    source.tagDeleted('shop', 'search');
    assert.deepEqual(
      (await source.tags('shop', 'search')).map(({ tag }) => tag),
      ['latest'],
    );
  });
});

describe('ten thousand image streams', () => {
  let own: StreamsCluster;
  before(async () => {
    own = await startStreamsCluster(manyImages({ images: 10_000, streams: 10_000 }));
  });
  after(() => own.close());

  it('come in pages, which begin again where their token expires', async () => {
    own.cluster.faults.add({
      path: /imagestreams\?.*continue=/,
      action: { kind: 'expireContinue' },
      skip: 3,
      count: 1,
    });
    const source = new LiveSource(await own.sessionOf('admin'), EVERYWHERE);
    const namespaces = await source.namespaces();
    assert.equal(namespaces.length, 500);
    assert.ok(namespaces.every(({ streams }) => streams === 20));
    const pages = own.cluster.requests.filter(({ path }) => path === STREAMS);
    assert.ok(pages.every(({ query }) => new URLSearchParams(query).get('limit') === '500'));
    assert.equal(pages.length, 25);
    assert.equal(pages.filter(({ code }) => code === 410).length, 1);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call } from './calls.ts';
import { clients, kinds } from './kinds.ts';
import { pullImage } from './pull.ts';
import { type PushedImage, pushImage, pushImages } from './push.ts';
import { startRegistry, type TestRegistry } from './start.ts';

const base = { name: 'base', size: 20_000 };
const cart = { namespace: 'shop', name: 'cart' };
const v1 = { ...cart, tag: 'v1', layers: [base, { name: 'app 1', size: 3000 }] };
const v2 = { ...cart, tag: 'v2', layers: [base, { name: 'app 2', size: 4000 }] };

async function pushTwo(registry: TestRegistry): Promise<[PushedImage, PushedImage]> {
  const [first, second] = await pushImages(registry, [v1, v2]);
  assert.ok(first && second);
  return [first, second];
}

async function remove(registry: TestRegistry, path: string): Promise<number> {
  return (await call(registry, { method: 'DELETE', path })).status;
}

async function head(registry: TestRegistry, path: string): Promise<number> {
  return (await call(registry, { method: 'HEAD', path })).status;
}

function ownLayer(image: PushedImage): string {
  return image.layers[1]?.digest ?? '';
}

/** Everything a prune deletes of an image, in its order: layer links, manifest link, blobs. */
async function pruneWhole(registry: TestRegistry, image: PushedImage, shared: string[] = []): Promise<void> {
  const layers = [image.config, ...image.layers]
    .map((blob) => blob.digest)
    .filter((d) => !shared.includes(d));
  for (const digest of layers) assert.equal(await remove(registry, `/v2/shop/cart/blobs/${digest}`), 202);
  assert.equal(await remove(registry, `/v2/shop/cart/manifests/${image.digest}`), 202);
  for (const digest of [...layers, image.digest]) {
    assert.equal(await remove(registry, `/admin/blobs/${digest}`), 204);
  }
}

for (const { kind, skip } of kinds) {
  describe(`deletions, ${kind}`, { skip }, () => {
    test('a layer link goes, its blob stays; a second time it is unknown', async () => {
      await using registry = await startRegistry({ kind });
      const [first] = await pushTwo(registry);
      const path = `/v2/shop/cart/blobs/${ownLayer(first)}`;
      const before = await registry.repositoryLinks('shop/cart');
      const bytes = await registry.storeBytes();
      assert.equal(await remove(registry, path), 202);
      const after = await registry.repositoryLinks('shop/cart');
      assert.deepEqual(after, { ...before, layers: before.layers.filter((d) => d !== ownLayer(first)) });
      assert.equal(await registry.storeBytes(), bytes);
      assert.equal(await head(registry, path), 404);
      assert.equal(await remove(registry, path), 404);
    });

    test('a manifest link goes with the tags that are at it, the blob stays', async () => {
      await using registry = await startRegistry({ kind });
      const [first, second] = await pushTwo(registry);
      const path = `/v2/shop/cart/manifests/${first.digest}`;
      const before = await registry.repositoryLinks('shop/cart');
      assert.deepEqual(before.tags, { v1: first.digest, v2: second.digest });
      assert.equal(await remove(registry, path), 202);
      const after = await registry.repositoryLinks('shop/cart');
      assert.deepEqual(after, { ...before, manifests: [second.digest], tags: { v2: second.digest } });
      assert.ok((await registry.blobs()).some((blob) => blob.digest === first.digest));
      const answer = await call(registry, { method: 'DELETE', path });
      assert.equal(answer.status, 404);
      assert.equal(JSON.parse(answer.body.toString()).errors[0].code, 'MANIFEST_UNKNOWN');
    });

    test('a manifest is deleted by digest only', async () => {
      await using registry = await startRegistry({ kind });
      await pushTwo(registry);
      assert.equal(await remove(registry, '/v2/shop/cart/manifests/v1'), 400);
    });

    test('an unknown repository is not found', async () => {
      await using registry = await startRegistry({ kind });
      const digest = `sha256:${'0'.repeat(64)}`;
      assert.equal(await remove(registry, `/v2/no/where/blobs/${digest}`), 404);
      assert.equal(await remove(registry, `/v2/no/where/manifests/${digest}`), 404);
      assert.equal(await remove(registry, `/admin/blobs/${digest}`), 404);
      assert.equal(await remove(registry, '/admin/blobs/sha256:short'), 404);
      assert.equal(await remove(registry, '/admin/blobs/..%2f..%2fetc'), 404);
      assert.deepEqual(await registry.repositoryLinks('no/where'), { layers: [], manifests: [], tags: {} });
    });

    test('the store shrinks by exactly the deleted blobs, and what shared them still pulls', async () => {
      await using registry = await startRegistry({ kind });
      const [first, second] = await pushTwo(registry);
      const whole = 20_000 + 3000 + 4000 + first.config.size + second.config.size;
      const bytes = await registry.storeBytes();
      assert.equal(bytes, whole + first.manifestSize + second.manifestSize);
      await pruneWhole(registry, first, [first.layers[0]?.digest ?? '']);
      assert.equal(bytes - (await registry.storeBytes()), 3000 + first.config.size + first.manifestSize);
      await registry.restart();
      assert.deepEqual(await pullImage(registry, 'shop/cart:v2'), { ok: true });
      assert.equal((await pullImage(registry, `shop/cart@${first.digest}`)).ok, false);
    });

    for (const { by, skip } of clients) {
      test(`${by} cannot pull an image whose layer link is gone`, { skip }, async () => {
        await using registry = await startRegistry({ kind });
        const [first] = await pushTwo(registry);
        assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by }), { ok: true });
        await remove(registry, `/v2/shop/cart/blobs/${ownLayer(first)}`);
        const pulled = await pullImage(registry, 'shop/cart:v1', { by });
        assert.ok(!pulled.ok);
        assert.match(pulled.error, /404|blob unknown|not found/i);
        assert.deepEqual(await pullImage(registry, 'shop/cart:v2', { by }), { ok: true });
      });
    }
  });

  describe(`the cache of blob sizes, ${kind}`, { skip }, () => {
    test('keeps claiming a deleted blob until the registry is restarted', async () => {
      await using registry = await startRegistry({ kind });
      const [first] = await pushTwo(registry);
      const path = `/v2/shop/cart/blobs/${ownLayer(first)}`;
      assert.equal(await remove(registry, `/admin/blobs/${ownLayer(first)}`), 204);
      assert.equal(await remove(registry, `/admin/blobs/${ownLayer(first)}`), 404);
      assert.equal(await head(registry, path), 200);
      // It even begins to send it.
      await assert.rejects(call(registry, { path }), /aborted|ECONNRESET/);
      await registry.restart();
      assert.equal(await head(registry, path), 404);
      assert.equal((await call(registry, { path })).status, 404);
    });

    test('mounts a deleted blob into another repository', async () => {
      await using registry = await startRegistry({ kind });
      const [first] = await pushTwo(registry);
      const mount = async (into: string) => {
        const query = `mount=${ownLayer(first)}&from=shop/cart`;
        return (await call(registry, { method: 'POST', path: `/v2/${into}/blobs/uploads/?${query}` })).status;
      };
      await remove(registry, `/admin/blobs/${ownLayer(first)}`);
      assert.equal(await mount('shop/one'), 201);
      assert.deepEqual((await registry.repositoryLinks('shop/one')).layers, [ownLayer(first)]);
      await registry.restart();
      assert.equal(await mount('shop/two'), 202);
    });

    for (const { by, skip } of clients) {
      test(`makes ${by} push a broken image after a complete prune, and a restart heals it`, {
        skip,
      }, async () => {
        await using registry = await startRegistry({ kind });
        const first = await pushImage(registry, v1, { by });
        await pruneWhole(registry, first);
        assert.equal(await registry.storeBytes(), 0);
        // The push succeeds, but the manifest, still cached, is not written again.
        await pushImage(registry, v1, { by });
        const blobs = (await registry.blobs()).map((blob) => blob.digest);
        assert.deepEqual(blobs, [first.config, ...first.layers].map((blob) => blob.digest).sort());
        assert.equal((await pullImage(registry, 'shop/cart:v1', { by })).ok, false);
        await registry.restart();
        await pushImage(registry, v1, { by });
        assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by }), { ok: true });
      });
    }

    test('with a blob gone and the cache empty, links to it can no longer be deleted', async () => {
      await using registry = await startRegistry({ kind });
      const [first] = await pushTwo(registry);
      await remove(registry, `/admin/blobs/${ownLayer(first)}`);
      await remove(registry, `/admin/blobs/${first.digest}`);
      await registry.restart();
      const before = await registry.repositoryLinks('shop/cart');
      assert.equal(await remove(registry, `/v2/shop/cart/blobs/${ownLayer(first)}`), 404);
      assert.equal(await remove(registry, `/v2/shop/cart/manifests/${first.digest}`), 404);
      assert.deepEqual(await registry.repositoryLinks('shop/cart'), before);
    });

    test('while it is cached, links to a deleted blob can be deleted', async () => {
      await using registry = await startRegistry({ kind });
      const [first, second] = await pushTwo(registry);
      // A layer is cached when it is pushed, a manifest when it is read.
      assert.deepEqual(await pullImage(registry, 'shop/cart:v1'), { ok: true });
      for (const image of [first, second]) {
        await remove(registry, `/admin/blobs/${ownLayer(image)}`);
        await remove(registry, `/admin/blobs/${image.digest}`);
        assert.equal(await remove(registry, `/v2/shop/cart/blobs/${ownLayer(image)}`), 202);
      }
      assert.equal(await remove(registry, `/v2/shop/cart/manifests/${first.digest}`), 202);
      assert.equal(await remove(registry, `/v2/shop/cart/manifests/${second.digest}`), 404);
      const links = await registry.repositoryLinks('shop/cart');
      assert.deepEqual(links.manifests, [second.digest]);
      assert.ok(!links.layers.includes(ownLayer(first)));
    });
  });
}

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { call } from './calls.ts';
import { buildImage, mediaTypes } from './images.ts';
import { clients, kinds } from './kinds.ts';
import { digestOf, layerOf } from './layers.ts';
import { pullImage } from './pull.ts';
import { pushImage, pushImages, pushIndex } from './push.ts';
import { skopeoInstalled } from './skopeo.ts';
import { startRegistry } from './start.ts';

const base = { name: 'base', size: 200_000 };
const cart = { namespace: 'shop', name: 'cart' };

test('a layer is exactly as large as asked, and always the same', () => {
  for (const size of [1024, 1025, 1599, 1600, 4096, 65_535, 65_536, 66_113, 131_072, 300_001]) {
    const layer = layerOf({ name: 'a layer', size });
    assert.equal(layer.bytes.length, size);
    const tar = gunzipSync(layer.bytes);
    assert.equal(tar.length % 512, 0);
    assert.equal(digestOf(tar), layer.diffId);
  }
  assert.equal(
    layerOf({ name: 'golden', size: 5000 }).digest,
    'sha256:b73ab8abadd12510a6459c623bd6104355bcc9ad33b455d174c65ac29715e561',
  );
  assert.throws(() => layerOf({ name: 'tiny', size: 1023 }), RangeError);
});

test('age moves the date an image says it was made', () => {
  const { created } = buildImage({ layers: [], age: 3_600_000 });
  const age = Date.now() - Date.parse(created);
  assert.ok(age >= 3_600_000 && age < 3_660_000);
});

for (const { kind, skip } of kinds) {
  for (const { by, skip: skipClient } of clients) {
    describe(`pushing with ${by}, ${kind}`, { skip: skip || skipClient }, () => {
      for (const mediaType of ['oci', 'docker'] as const) {
        test(`an image, ${mediaType}`, async () => {
          await using registry = await startRegistry({ kind });
          const layers = [base, { name: 'app', size: 1024 }];
          const config = { Env: ['A=b'], Labels: { team: 'shop' } };
          const pushed = await pushImage(registry, { ...cart, tag: 'v1', layers, config, mediaType }, { by });
          assert.equal(pushed.mediaType, mediaTypes[mediaType].manifest);
          assert.deepEqual(
            pushed.layers.map((layer) => [layer.size, layer.mediaType]),
            [
              [200_000, mediaTypes[mediaType].layer],
              [1024, mediaTypes[mediaType].layer],
            ],
          );
          const blobs = [pushed.config, ...pushed.layers].map(({ digest, size }) => ({
            digest,
            bytes: size,
          }));
          blobs.push({ digest: pushed.digest, bytes: pushed.manifestSize });
          const byDigest = (a: { digest: string }, b: { digest: string }) => (a.digest < b.digest ? -1 : 1);
          assert.deepEqual(await registry.blobs(), blobs.sort(byDigest));
          assert.deepEqual(await registry.repositoryLinks('shop/cart'), {
            layers: [pushed.config, ...pushed.layers].map((blob) => blob.digest).sort(),
            manifests: [pushed.digest],
            tags: { v1: pushed.digest },
          });
          const stored = await call(registry, { path: `/v2/shop/cart/blobs/${pushed.config.digest}` });
          assert.deepEqual(JSON.parse(stored.body.toString()).config, config);
          assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by }), { ok: true });
          assert.deepEqual(await pullImage(registry, `shop/cart@${pushed.digest}`, { by }), { ok: true });
        });

        test(`an index, ${mediaType}`, async () => {
          await using registry = await startRegistry({ kind });
          const images = ['amd64 app', 'arm64 app'].map((name) => ({ layers: [base, { name, size: 3000 }] }));
          const pushed = await pushIndex(registry, { ...cart, tag: 'v1', mediaType, images }, { by });
          assert.equal(pushed.mediaType, mediaTypes[mediaType].index);
          assert.deepEqual(
            pushed.images.map((image) => [image.architecture, image.mediaType, image.tag]),
            [
              ['amd64', mediaTypes[mediaType].manifest, undefined],
              ['arm64', mediaTypes[mediaType].manifest, undefined],
            ],
          );
          const links = await registry.repositoryLinks('shop/cart');
          const manifests = [pushed, ...pushed.images].map((manifest) => manifest.digest).sort();
          assert.deepEqual(links.manifests, manifests);
          assert.deepEqual(links.tags, { v1: pushed.digest });
          // The base once, two layers, two configurations.
          assert.equal(links.layers.length, 5);
          assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by }), { ok: true });
        });
      }

      test('layers of one name are shared', async () => {
        await using registry = await startRegistry({ kind });
        const first = await pushImage(registry, { ...cart, tag: 'v1', layers: [base] }, { by });
        const before = await registry.storeBytes();
        const layers = [base, { name: 'more', size: 2000 }];
        const second = await pushImage(registry, { ...cart, name: 'till', tag: 'v1', layers }, { by });
        assert.deepEqual(second.layers[0], first.layers[0]);
        const grown = 2000 + second.config.size + second.manifestSize;
        assert.equal(await registry.storeBytes(), before + grown);
      });

      test('an image to an insecure registry', async () => {
        await using registry = await startRegistry({ kind, scheme: 'http' });
        await pushImage(registry, { ...cart, tag: 'v1', layers: [base] }, { by });
        assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by }), { ok: true });
      });
    });
  }

  test(`both clients leave the same bytes, ${kind}`, {
    skip: skip || (skopeoInstalled() ? false : 'skopeo is not installed'),
  }, async () => {
    await using one = await startRegistry({ kind });
    await using other = await startRegistry({ kind });
    for (const mediaType of ['oci', 'docker'] as const) {
      const image = { ...cart, tag: mediaType, mediaType, layers: [base] };
      const index = { ...cart, tag: `${mediaType}-index`, mediaType, images: [image, image] };
      await pushImage(one, image, { by: 'skopeo' });
      await pushIndex(one, index, { by: 'skopeo' });
      await pushImage(other, image, { by: 'http' });
      await pushIndex(other, index, { by: 'http' });
    }
    assert.deepEqual(await one.blobs(), await other.blobs());
    assert.deepEqual(await one.repositoryLinks('shop/cart'), await other.repositoryLinks('shop/cart'));
  });

  test(`many images at once, in order, ${kind}`, { skip }, async () => {
    await using registry = await startRegistry({ kind });
    const specs = Array.from({ length: 60 }, (_, number) => ({
      namespace: 'shop',
      name: `app-${number % 3}`,
      tag: `v${number}`,
      layers: [base, { name: `app ${number}`, size: 1500 }],
    }));
    const pushed = await pushImages(registry, specs);
    assert.deepEqual(
      pushed.map((image) => image.tag),
      specs.map((spec) => spec.tag),
    );
    // The base, and a layer, a configuration and a manifest each.
    assert.equal((await registry.blobs()).length, 1 + 3 * 60);
    assert.equal(Object.keys((await registry.repositoryLinks('shop/app-1')).tags).length, 20);
    const uploads = registry.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/uploads/'),
    );
    assert.equal(uploads.length, 3 + 2 * 60);
  });

  test(`a push that fails says why, ${kind}`, { skip }, async () => {
    await using registry = await startRegistry({ kind });
    registry.faults.push({ effect: 'status', status: 507, method: 'PUT', path: /\/manifests\// });
    const image = { ...cart, tag: 'v1', layers: [base] };
    await assert.rejects(pushImages(registry, [image]), /PUT .*\/manifests\/v1: 507/);
  });
}

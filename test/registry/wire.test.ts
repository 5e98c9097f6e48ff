import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call } from './calls.ts';
import { buildImage, mediaTypes } from './images.ts';
import { kinds } from './kinds.ts';
import { digestOf } from './layers.ts';
import { pushImage } from './push.ts';
import { startRegistry, type TestRegistry } from './start.ts';

const uploads = '/v2/shop/cart/blobs/uploads/';
const spec = { namespace: 'shop', name: 'cart', tag: 'v1', layers: [{ name: 'base', size: 20_000 }] };

async function beginUpload(registry: TestRegistry): Promise<string> {
  const started = await call(registry, { method: 'POST', path: uploads });
  assert.equal(started.status, 202);
  return started.headers.location ?? '';
}

function withDigest(location: string, digest: string): string {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url.href;
}

for (const { kind, skip } of kinds) {
  describe(`the registry's protocol, ${kind}`, { skip }, () => {
    test('uploads lead to the public address', async () => {
      await using registry = await startRegistry({ kind });
      assert.ok((await beginUpload(registry)).startsWith(`https://${registry.host}${uploads}`));
    });

    test('an upload in one piece', async () => {
      await using registry = await startRegistry({ kind });
      const digest = digestOf('hello');
      const path = withDigest(await beginUpload(registry), digest);
      const done = await call(registry, { method: 'PUT', path, body: 'hello' });
      assert.equal(done.status, 201);
      assert.equal(done.headers['docker-content-digest'], digest);
      assert.equal(done.headers.location, `https://${registry.host}/v2/shop/cart/blobs/${digest}`);
      assert.deepEqual(await registry.blobs(), [{ digest, bytes: 5 }]);
      assert.deepEqual((await registry.repositoryLinks('shop/cart')).layers, [digest]);
    });

    test('an upload in chunks', async () => {
      await using registry = await startRegistry({ kind });
      let path = await beginUpload(registry);
      const ranges = [];
      for (const [range, body] of [['0-4', 'hello'] as const, ['5-9', ' then'] as const]) {
        const sent = await call(registry, {
          method: 'PATCH',
          path,
          body,
          headers: { 'content-range': range, 'content-type': 'application/octet-stream' },
        });
        assert.equal(sent.status, 202);
        ranges.push(sent.headers.range);
        path = sent.headers.location ?? '';
      }
      assert.deepEqual(ranges, ['0-4', '0-9']);
      const progress = await call(registry, { path });
      assert.deepEqual([progress.status, progress.headers.range], [204, '0-9']);
      const done = await call(registry, { method: 'PUT', path: withDigest(path, digestOf('hello then')) });
      assert.equal(done.status, 201);
    });

    test('an upload of other bytes than promised is refused', async () => {
      await using registry = await startRegistry({ kind });
      const path = withDigest(await beginUpload(registry), digestOf('hello'));
      const done = await call(registry, { method: 'PUT', path, body: 'goodbye' });
      assert.equal(done.status, 400);
      assert.equal(JSON.parse(done.body.toString()).errors[0].code, 'DIGEST_INVALID');
      assert.deepEqual(await registry.blobs(), []);
    });

    test('a cancelled upload is gone', async () => {
      await using registry = await startRegistry({ kind });
      const path = await beginUpload(registry);
      assert.equal((await call(registry, { method: 'DELETE', path })).status, 204);
      assert.equal((await call(registry, { method: 'DELETE', path })).status, 404);
    });

    test('a layer is mounted from another repository', async () => {
      await using registry = await startRegistry({ kind });
      const pushed = await pushImage(registry, spec, { by: 'http' });
      const layer = pushed.layers[0]?.digest ?? '';
      const path = `/v2/shop/other/blobs/uploads/?mount=${layer}&from=shop/cart`;
      assert.equal((await call(registry, { method: 'POST', path })).status, 201);
      assert.deepEqual((await registry.repositoryLinks('shop/other')).layers, [layer]);
    });

    test('blobs are read whole, in part, or only asked for', async () => {
      await using registry = await startRegistry({ kind });
      const pushed = await pushImage(registry, spec, { by: 'http' });
      const [layer] = buildImage(spec).layers;
      const path = `/v2/shop/cart/blobs/${pushed.layers[0]?.digest}`;
      const asked = await call(registry, { method: 'HEAD', path });
      assert.deepEqual([asked.status, asked.headers['content-length'], asked.body.length], [200, '20000', 0]);
      assert.deepEqual((await call(registry, { path })).body, layer?.bytes);
      const part = await call(registry, { path, headers: { range: 'bytes=100-199' } });
      assert.equal(part.status, 206);
      assert.equal(part.headers['content-range'], 'bytes 100-199/20000');
      assert.deepEqual(part.body, layer?.bytes.subarray(100, 200));
    });

    test('a manifest needs its layers, its media type and its digest', async () => {
      await using registry = await startRegistry({ kind });
      await pushImage(registry, spec, { by: 'http' });
      const put = async (reference: string, type: string, body: Buffer) => {
        const path = `/v2/shop/cart/manifests/${reference}`;
        const answer = await call(registry, { method: 'PUT', path, headers: { 'content-type': type }, body });
        return [
          answer.status,
          answer.status === 201 ? '' : JSON.parse(answer.body.toString()).errors[0].code,
        ];
      };
      const { manifest } = buildImage(spec);
      const foreign = buildImage({ layers: [{ name: 'elsewhere', size: 2048 }] }).manifest;
      assert.deepEqual(await put('v2', mediaTypes.oci.manifest, manifest.bytes), [201, '']);
      assert.deepEqual(await put(manifest.digest, mediaTypes.oci.manifest, manifest.bytes), [201, '']);
      assert.deepEqual(await put('v3', mediaTypes.oci.manifest, foreign.bytes), [
        400,
        'MANIFEST_BLOB_UNKNOWN',
      ]);
      assert.deepEqual(await put('v3', 'text/plain', manifest.bytes), [400, 'MANIFEST_INVALID']);
      const wrong = digestOf('other');
      assert.deepEqual(await put(wrong, mediaTypes.oci.manifest, manifest.bytes), [400, 'DIGEST_INVALID']);
    });

    test('an OCI manifest is given to those who accept it', async () => {
      await using registry = await startRegistry({ kind });
      const pushed = await pushImage(registry, spec, { by: 'http' });
      const path = '/v2/shop/cart/manifests/v1';
      const found = await call(registry, { path, headers: { accept: mediaTypes.oci.manifest } });
      assert.equal(found.headers['docker-content-digest'], pushed.digest);
      assert.equal(found.headers['content-type'], mediaTypes.oci.manifest);
      assert.equal(digestOf(found.body), pushed.digest);
      const refused = await call(registry, { path });
      assert.equal(refused.status, 404);
      assert.match(
        refused.body.toString(),
        /OCI manifest found, but accept header does not support OCI manifests/,
      );
    });

    test('tags are listed', async () => {
      await using registry = await startRegistry({ kind });
      await pushImage(registry, spec, { by: 'http' });
      await pushImage(registry, { ...spec, tag: 'v2' }, { by: 'http' });
      const listed = await call(registry, { path: '/v2/shop/cart/tags/list' });
      const { name, tags } = JSON.parse(listed.body.toString());
      // docker-registry gives them in the order of the folder.
      assert.deepEqual([name, tags.sort()], ['shop/cart', ['v1', 'v2']]);
      assert.equal((await call(registry, { path: '/v2/no/where/tags/list' })).status, 404);
    });
  });
}

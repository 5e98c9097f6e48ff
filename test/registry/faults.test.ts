import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call } from './calls.ts';
import { kinds } from './kinds.ts';
import { pushImage } from './push.ts';
import { startRegistry, type TestRegistry } from './start.ts';

async function withLayer(
  registry: TestRegistry,
): Promise<{ method: string; path: string; linked(): Promise<boolean> }> {
  const layers = [{ name: 'base', size: 20_000 }];
  const pushed = await pushImage(
    registry,
    { namespace: 'shop', name: 'cart', tag: 'v1', layers },
    { by: 'http' },
  );
  const digest = pushed.layers[0]?.digest ?? '';
  registry.requests.length = 0;
  return {
    method: 'DELETE',
    path: `/v2/shop/cart/blobs/${digest}`,
    linked: async () => (await registry.repositoryLinks('shop/cart')).layers.includes(digest),
  };
}

for (const { kind, skip } of kinds) {
  describe(`faults, ${kind}`, { skip }, () => {
    test('a status, so many times, and nothing done', async () => {
      await using registry = await startRegistry({ kind });
      const { method, path, linked } = await withLayer(registry);
      registry.faults.push({ effect: 'status', status: 500, method: 'DELETE', path: /\/blobs\//, count: 2 });
      const statuses = [];
      for (let turn = 0; turn < 2; turn++) statuses.push((await call(registry, { method, path })).status);
      assert.deepEqual(statuses, [500, 500]);
      assert.ok(await linked());
      assert.equal((await call(registry, { method, path })).status, 202);
      assert.deepEqual(
        registry.requests.map((request) => request.status),
        [500, 500, 202],
      );
    });

    test('only requests of its method and path meet it', async () => {
      await using registry = await startRegistry({ kind });
      registry.faults.push({ effect: 'status', status: 503, method: 'GET', path: /^\/healthz$/ });
      const statusOf = async (method: string, path: string) =>
        (await call(registry, { method, path })).status;
      assert.equal(await statusOf('GET', '/healthz'), 503);
      assert.equal(await statusOf('HEAD', '/healthz'), 200);
      assert.equal(await statusOf('GET', '/v2/'), 200);
      registry.faults.length = 0;
      assert.equal(await statusOf('GET', '/healthz'), 200);
    });

    test('401, 403 and 429 say what such answers say', async () => {
      await using registry = await startRegistry({ kind });
      registry.faults.push(
        { effect: 'status', status: 401, count: 1 },
        { effect: 'status', status: 403, count: 1 },
        { effect: 'status', status: 429, retryAfter: 7, count: 1 },
      );
      const answers = [];
      for (let turn = 0; turn < 3; turn++) answers.push(await call(registry, { path: '/v2/' }));
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [401, 403, 429],
      );
      assert.equal(answers[0]?.headers['www-authenticate'], 'Basic realm=openshift');
      assert.equal(answers[2]?.headers['retry-after'], '7');
    });

    for (const scheme of ['https', 'http'] as const) {
      test(`a reset before the answer does nothing, over ${scheme}`, async () => {
        await using registry = await startRegistry({ kind, scheme });
        const { method, path, linked } = await withLayer(registry);
        registry.faults.push({ effect: 'reset-before', count: 1 });
        await assert.rejects(call(registry, { method, path }), { code: 'ECONNRESET' });
        assert.ok(await linked());
        assert.deepEqual(registry.requests, [{ method, path, status: 0 }]);
      });

      test(`a reset midway has done it, but the client cannot know, over ${scheme}`, async () => {
        await using registry = await startRegistry({ kind, scheme });
        const { method, path, linked } = await withLayer(registry);
        registry.faults.push({ effect: 'reset-midway', count: 2 });
        await assert.rejects(call(registry, { path }), /aborted/);
        await assert.rejects(call(registry, { method, path }), { code: 'ECONNRESET' });
        assert.equal(await linked(), false);
      });
    }

    test('latency lets later requests overtake', async () => {
      await using registry = await startRegistry({ kind });
      registry.faults.push({ effect: 'latency', milliseconds: 200, count: 1 });
      const order: string[] = [];
      const slow = call(registry, { path: '/healthz' }).then(() => order.push('slow'));
      const fast = call(registry, { path: '/healthz' }).then(() => order.push('fast'));
      await Promise.all([slow, fast]);
      assert.deepEqual(order, ['fast', 'slow']);
    });

    test('a hanging request ends when the client gives up, or when the registry stops', async () => {
      const registry = await startRegistry({ kind });
      try {
        registry.faults.push({ effect: 'hang', method: 'DELETE' });
        const { method, path, linked } = await withLayer(registry);
        const giveUp = new AbortController();
        const abandoned = call(registry, { method, path, signal: giveUp.signal });
        const hanging = call(registry, { method, path });
        const ended = Promise.all([
          assert.rejects(abandoned, { name: 'AbortError' }),
          assert.rejects(hanging, { code: 'ECONNRESET' }),
        ]);
        // Others are served meanwhile.
        assert.equal((await call(registry, { path: '/v2/' })).status, 200);
        giveUp.abort();
        assert.ok(await linked());
        await registry.stop();
        await ended;
      } finally {
        await registry.stop();
      }
    });
  });
}

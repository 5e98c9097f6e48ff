import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Identity } from './authorization.ts';
import { call } from './calls.ts';
import { clients, kinds } from './kinds.ts';
import { pullImage } from './pull.ts';
import { pushImage } from './push.ts';
import { startRegistry } from './start.ts';

const nothing = { mayPush: false, mayPull: false, mayPrune: false };
const holders = new Map<string, Identity>([
  ['token-of-pusher', { ...nothing, user: 'pusher', mayPush: true, mayPull: true }],
  ['token-of-puller', { ...nothing, user: 'puller', mayPull: true }],
  ['token-of-pruner', { ...nothing, user: 'pruner', mayPrune: true }],
  ['token-of-nobody', { ...nothing, user: 'nobody' }],
]);
const authorize = (token: string) => holders.get(token);

const digest = `sha256:${'0'.repeat(64)}`;
const requests = {
  'GET /v2/': 'sign in',
  [`HEAD /v2/shop/cart/blobs/${digest}`]: 'pull',
  'GET /v2/shop/cart/manifests/v1': 'pull',
  'POST /v2/shop/cart/blobs/uploads/': 'push',
  'PUT /v2/shop/cart/manifests/v1': 'push',
  'DELETE /v2/shop/cart/blobs/uploads/00000000-0000-0000-0000-000000000000': 'push',
  [`DELETE /v2/shop/cart/blobs/${digest}`]: 'prune',
  [`DELETE /v2/shop/cart/manifests/${digest}`]: 'prune',
  [`DELETE /admin/blobs/${digest}`]: 'prune',
};
const allowed: Record<string, string[]> = {
  'token-of-pusher': ['sign in', 'pull', 'push'],
  'token-of-puller': ['sign in', 'pull'],
  'token-of-pruner': ['sign in', 'prune'],
  'token-of-nobody': ['sign in'],
  'token-unknown': [],
};

for (const { kind, skip } of kinds) {
  describe(`authorization, ${kind}`, { skip }, () => {
    test('each token may do what its holder may, and gets 401 for everything else', async () => {
      await using registry = await startRegistry({ kind, authorize });
      for (const [token, rights] of Object.entries(allowed)) {
        for (const [request, right] of Object.entries(requests)) {
          const [method, path = ''] = request.split(' ');
          const { status } = await call(registry, { method, path, token });
          assert.equal(status === 401, !rights.includes(right), `${token}: ${request} gave ${status}`);
        }
      }
    });

    test('without a token there is a challenge', async () => {
      await using registry = await startRegistry({ kind, authorize });
      const answer = await call(registry, { path: '/v2/', token: null });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], 'Basic realm=openshift');
      assert.equal(JSON.parse(answer.body.toString()).errors[0].code, 'UNAUTHORIZED');
    });

    test('the user name does not matter, and a bare token is no authorization', async () => {
      await using registry = await startRegistry({ kind, authorize });
      const statusWith = async (authorization: string) =>
        (await call(registry, { path: '/v2/', token: null, headers: { authorization } })).status;
      const encoded = (pair: string) => Buffer.from(pair).toString('base64');
      assert.equal(await statusWith(`Basic ${encoded('anyone:token-of-pruner')}`), 200);
      assert.equal(await statusWith(`Basic ${encoded('token-of-pruner')}`), 401);
      assert.equal(await statusWith(`Basic ${encoded('token-of-pruner:')}`), 401);
    });

    for (const { by, skip } of clients) {
      test(`${by} pushes and pulls only with the right token`, { skip }, async () => {
        await using registry = await startRegistry({ kind, authorize });
        const image = { namespace: 'shop', name: 'cart', tag: 'v1', layers: [{ name: 'base', size: 2048 }] };
        await assert.rejects(
          pushImage(registry, image, { by, token: 'token-of-puller' }),
          /401|unauthorized/i,
        );
        await pushImage(registry, image, { by, token: 'token-of-pusher' });
        assert.deepEqual(await pullImage(registry, 'shop/cart:v1', { by, token: 'token-of-puller' }), {
          ok: true,
        });
        const refused = await pullImage(registry, 'shop/cart:v1', { by, token: 'token-of-pruner' });
        assert.ok(!refused.ok);
        assert.match(refused.error, /401|unauthorized/i);
      });
    }
  });
}

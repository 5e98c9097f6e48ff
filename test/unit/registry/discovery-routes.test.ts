import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inEnglish } from '../../../src/engine/said.ts';
import { registryRoutes } from '../../../src/registry/discovery/registry-routes.ts';

const TO_REGISTRY = { kind: 'Service', name: 'image-registry' };

/** What is made of one route. */
async function addressesOf(spec: object, ingress?: unknown) {
  const route = { metadata: { name: 'r' }, spec: { to: TO_REGISTRY, ...spec }, status: { ingress } };
  const found = await registryRoutes({ json: async () => ({ items: [route] }) });
  return found.map(({ url, why }) => (url ? `${url.scheme} ${url.hostname} ${url.port}` : inEnglish(why)));
}

const admitted = (host?: string, status = 'True') => ({
  host,
  conditions: [
    { type: 'Other', status: 'False' },
    { type: 'Admitted', status },
  ],
});

describe('the routes to the registry', () => {
  it('are at the hosts where a router has admitted them', async () => {
    const ingress = [
      admitted('a.example.com'),
      admitted('b.example.com', 'False'),
      admitted('c.example.com'),
    ];
    assert.deepEqual(await addressesOf({ host: 'spec.example.com' }, ingress), [
      'null a.example.com null',
      'null c.example.com null',
    ]);
  });

  it('are each named once, whatever many routers say', async () => {
    const ingress = [admitted('a.example.com'), admitted('a.example.com')];
    assert.deepEqual(await addressesOf({ host: 'a.example.com' }, ingress), ['null a.example.com null']);
  });

  it('are at the host of their spec where no router says otherwise', async () => {
    assert.deepEqual(await addressesOf({ host: 'spec.example.com' }, [admitted()]), [
      'null spec.example.com null',
    ]);
    for (const ingress of [undefined, null, []]) {
      assert.deepEqual(await addressesOf({ host: 'spec.example.com' }, ingress), [
        'null spec.example.com null',
      ]);
    }
  });

  it('have no address where no router has admitted them, or their host makes no sense', async () => {
    const refused = { conditions: [{ type: 'Admitted', status: 'False', reason: 'HostAlreadyClaimed' }] };
    assert.deepEqual(await addressesOf({ host: 'a.example.com' }, [refused]), [
      'no router has admitted it (HostAlreadyClaimed)',
    ]);
    assert.deepEqual(await addressesOf({ host: 'a.example.com' }, [{}]), ['no router has admitted it']);
    assert.deepEqual(await addressesOf({}), ['it has no host']);
    assert.deepEqual(await addressesOf({ host: 'a b/c' }), ['its host "a b/c" can’t be read']);
  });

  it('do not lead to other services, nor to a path', async () => {
    assert.deepEqual(
      await addressesOf({ host: 'a.example.com', to: { kind: 'Service', name: 'metrics' } }),
      [],
    );
    assert.deepEqual(
      await addressesOf({ host: 'a.example.com', to: { kind: 'Other', name: 'image-registry' } }),
      [],
    );
    assert.deepEqual(await addressesOf({ host: 'a.example.com', path: '/healthz' }), []);
    assert.deepEqual(await addressesOf({ host: 'a.example.com', path: '/' }), ['null a.example.com null']);
  });

  it('are none where the answer holds none', async () => {
    for (const answer of [undefined, null, {}, { items: null }, { items: [null, 3, 'x'] }]) {
      assert.deepEqual(await registryRoutes({ json: async () => answer }), []);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { referenceHost } from '../../../src/registry/discovery/reference-host.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const url = (hostname: string, port: number | null = null) => ({ scheme: null, hostname, port });

describe('the address that the cluster’s objects name', () => {
  const OF_IMAGES: readonly (readonly [string, ReturnType<typeof url>])[] = [
    [
      'image-registry.openshift-image-registry.svc:5000/shop/web',
      url('image-registry.openshift-image-registry.svc', 5000),
    ],
    ['172.30.30.30:5000/shop/web', url('172.30.30.30', 5000)],
    ['[fd00::1]:5000/shop/web', url('fd00::1', 5000)],
    ['registry.example.com/shop/web', url('registry.example.com')],
    ['localhost/shop/web', url('localhost')],
  ];
  for (const [repository, expected] of OF_IMAGES) {
    it(`is that of ${repository}`, () => {
      const found = referenceHost(`${repository}@${DIGEST}`, ['other.example.com/shop/web']);
      assert.deepEqual(found, { source: 'youngestImage', url: expected });
    });
  }

  it('is that of a stream where the image names none', () => {
    for (const image of [
      null,
      '',
      `shop/web@${DIGEST}`,
      'Not A Pull Spec',
      'registry.example.com:70000/shop/web',
    ]) {
      assert.deepEqual(referenceHost(image, ['', 'registry.example.com/shop/web']), {
        source: 'streamRepository',
        url: url('registry.example.com'),
      });
    }
  });

  it('does not depend on the order of the streams', () => {
    const repositories = ['b.example.com/x/1', 'a.example.com/x/2', 'b.example.com/x/3', 'c.example.com/x/4'];
    const hosts = [repositories, repositories.toReversed()].map(
      (list) => referenceHost(null, list)?.url.hostname,
    );
    assert.deepEqual(hosts, ['b.example.com', 'b.example.com']);
    const even = [repositories.slice(0, 2), repositories.slice(0, 2).toReversed()];
    assert.deepEqual(
      even.map((list) => referenceHost(null, list)?.url.hostname),
      ['a.example.com', 'a.example.com'],
    );
  });

  it('is unknown where nothing names one', () => {
    assert.equal(referenceHost(null, []), undefined);
    assert.equal(referenceHost('', ['', 'shop/web', '::']), undefined);
  });
});

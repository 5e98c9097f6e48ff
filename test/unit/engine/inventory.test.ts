import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INVENTORY_RESOURCES, Inventory } from '../../../src/engine/inventory.ts';
import { MalformedObjectError } from '../../../src/engine/shape.ts';
import { ago, ClusterDescription, inventoryOf, planOf, pull } from './cluster-description.ts';
import { digestOf } from './named-digests.ts';

describe('an inventory', () => {
  it('can forget a list and take it again', () => {
    const cluster = new ClusterDescription()
      .image('app', { layers: ['l:1'] })
      .stream('shop/web', { v1: ['app'] })
      .pod('shop/p', { containers: [pull('shop/web')] })
      .workload('jobs', 'shop/j', { containers: [pull('shop/web')] })
      .limit('shop/limits', '1Gi');
    const inventory = cluster.inventory();
    const once = JSON.stringify(planOf(inventory));
    for (const resource of INVENTORY_RESOURCES) {
      inventory.drop(resource);
      inventory.addPage(resource, cluster.lists[resource] ?? []);
    }
    assert.equal(JSON.stringify(planOf(inventory)), once);
    assert.equal(inventory.limits.length, 1);
  });

  it('forgets only the list that it is told to', () => {
    const inventory = new ClusterDescription()
      .image('app')
      .stream('shop/web', { v1: ['app'] })
      .pod('shop/p', {})
      .workload('jobs', 'shop/j', {})
      .limit('shop/limits', '1Gi')
      .inventory();
    inventory.drop('jobs');
    assert.deepEqual(
      inventory.referrers.map((referrer) => referrer.resource),
      ['pod'],
    );
    inventory.drop('images');
    assert.equal(inventory.images.size, 0);
    assert.equal(inventory.youngestManaged, undefined);
    assert.equal(inventory.streams.length, 1);
    inventory.drop('imagestreams');
    assert.equal(inventory.streams.length, 0);
    assert.equal(inventory.limits.length, 1);
  });

  const malformed: readonly (readonly [string, keyof ClusterDescription['lists'], unknown, RegExp])[] = [
    ['an image without name', 'images', {}, /a image has no metadata\.name/],
    ['something that is no object', 'images', 'image', /no metadata\.name/],
    ['nothing', 'pods', null, /a pod has no metadata\.name/],
    [
      'a layer without name',
      'images',
      { metadata: { name: 'sha256:1' }, dockerImageLayers: [{ size: 1 }] },
      /image sha256:1: a layer has no name/,
    ],
    [
      'an index member without digest',
      'images',
      { metadata: { name: 'sha256:1' }, dockerImageManifests: [{}] },
      /image sha256:1: a member/,
    ],
    [
      'a tag without name',
      'imagestreams',
      { metadata: { name: 's', namespace: 'n' }, status: { tags: [{ items: [] }] } },
      /imagestream n\/s: a tag/,
    ],
    [
      'a date that is none',
      'pods',
      { metadata: { name: 'p', namespace: 'n', creationTimestamp: 'soon' } },
      /pod n\/p: creationTimestamp "soon" is not an RFC 3339 timestamp/,
    ],
    [
      'a revision’s date that is none',
      'imagestreams',
      {
        metadata: { name: 's', namespace: 'n' },
        status: { tags: [{ tag: 'v1', items: [{ image: 'i', created: 'soon' }] }] },
      },
      /imagestream n\/s: tag v1: created "soon"/,
    ],
  ];
  for (const [what, resource, object, message] of malformed) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => new Inventory().addPage(resource, [object]),
        (error) => {
          assert.ok(error instanceof MalformedObjectError);
          assert.match(error.message, message);
          assert.notEqual(error.said.english, '{0}', 'it can be said in another language');
          return true;
        },
      );
    });
  }

  it('takes objects of which only the name is there', () => {
    const bare = { metadata: { name: 'x', namespace: 'n' } };
    const lists = Object.fromEntries(INVENTORY_RESOURCES.map((resource) => [resource, [bare]]));
    assert.doesNotThrow(() => planOf(inventoryOf(lists)));
  });
});

describe('the youngest managed image', () => {
  const youngest = (cluster: ClusterDescription) => cluster.plan().youngestManaged;

  it('is the latest that was pushed, with the reference as it stands', () => {
    const cluster = new ClusterDescription()
      .image('old', { age: 300, reference: 'old.host/a/b' })
      .image('pushed', { age: 200, reference: 'new.host/a/b' })
      .image('mirrored', { age: 100, managed: false, reference: 'elsewhere/a/b' });
    assert.deepEqual(youngest(cluster), { name: digestOf('pushed'), reference: 'new.host/a/b' });
  });

  it('is the first by name among those of one age, in whatever order they come', () => {
    for (const [one, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const cluster = new ClusterDescription().image(one, { age: 100 }).image(other, { age: 100 });
      assert.equal(youngest(cluster)?.name, digestOf('a'));
    }
  });

  it('is none where nothing was pushed or says where to', () => {
    assert.equal(youngest(new ClusterDescription().image('m', { managed: false })), null);
    assert.equal(youngest(new ClusterDescription().image('m', { reference: '' })), null);
  });

  it('may be one without a date', () => {
    const image = (name: string, creationTimestamp: string | null) => ({
      metadata: { name, creationTimestamp, annotations: { 'openshift.io/image.managed': 'true' } },
      dockerImageReference: `${name}.host/a/b`,
    });
    const undated = image('sha256:a', null);
    assert.equal(youngest(new ClusterDescription().add('images', undated))?.name, 'sha256:a');
    const dated = image('sha256:b', ago(1e6));
    assert.equal(youngest(new ClusterDescription().add('images', undated, dated))?.name, 'sha256:b');
    assert.equal(youngest(new ClusterDescription().add('images', dated, undated))?.name, 'sha256:b');
  });
});

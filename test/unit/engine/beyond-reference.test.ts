import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BEYOND_REFERENCE, LETS_GO, type ReasonCode } from '../../../src/engine/plan.ts';
import { ClusterDescription, OLD, pull, YOUNG } from './cluster-description.ts';
import { digestOf } from './named-digests.ts';
import { at, deletionsOf, imageOf, imageVerdict, reasonOf, revisionsOf, tagOf } from './plan-readings.ts';

const KEEP_NONE = { keepTagRevisions: 0 } as const;
const ALONE = 'prune beyondRevisions';

function shop(): ClusterDescription {
  return new ClusterDescription().image('app').stream('shop/web', { latest: ['app'] });
}

/** Under the extended rules this keeps the only revision, with this reason alone; under the reference's it goes. */
function protectsBeyondReference(
  cluster: ClusterDescription,
  code: ReasonCode,
  at: { place: string; at: string },
) {
  const extended = cluster.plan(KEEP_NONE);
  assert.deepEqual(revisionsOf(extended, 'shop/web:latest'), [`keep ${code}`]);
  const [revision] = tagOf(extended, 'shop/web:latest').revisions;
  const [reason] = revision?.reasons ?? [];
  assert.ok(reason && 'by' in reason);
  const [by] = reason.by;
  assert.deepEqual({ place: by?.place, at: by?.at }, at);
  assert.ok(BEYOND_REFERENCE.has(code));

  const reference = cluster.referencePlan(KEEP_NONE);
  assert.deepEqual(revisionsOf(reference, 'shop/web:latest'), [ALONE]);
  assert.deepEqual(tagOf(reference, 'shop/web:latest').usedBy, []);
  assert.equal(imageVerdict(reference, 'app'), 'prune unnamed');
}

describe('beyond the reference', () => {
  it('a volume protects its image, in pods and in templates', () => {
    const spot = { place: 'volume', at: 'v0' };
    for (const spec of [pull('shop/web'), pull('shop/web@app')]) {
      const pod = { volumes: [spec] };
      protectsBeyondReference(shop().pod('x/p', pod), 'imageVolume', spot);
      protectsBeyondReference(shop().workload('deployments', 'x/d', pod), 'imageVolume', spot);
      protectsBeyondReference(shop().workload('cronjobs', 'x/d', pod), 'imageVolume', spot);
    }
  });

  it('an ephemeral container protects its image', () => {
    const spot = { place: 'ephemeralContainer', at: 'e0' };
    for (const spec of [pull('shop/web'), pull('shop/web@app')]) {
      protectsBeyondReference(shop().pod('x/p', { ephemeral: [spec] }), 'ephemeralContainer', spot);
    }
  });

  it('the digest that a container reports protects the image, whatever repository it came from', () => {
    const id = `registry.io/elsewhere/copy@${digestOf('app')}`;
    const spot = { place: 'containerStatus', at: 'c0' };
    for (const status of [{ reports: [id] }, { initReports: [id] }, { ephemeralReports: [id] }]) {
      protectsBeyondReference(shop().pod('x/p', {}, status), 'reportedByContainer', spot);
    }
  });

  it('a reported digest protects an image that no stream names', () => {
    const cluster = new ClusterDescription()
      .image('app')
      .pod('x/p', {}, { reports: [`registry.io/a/b@${digestOf('app')}`] });
    assert.equal(imageVerdict(cluster.plan(), 'app'), 'keep reportedByContainer');
    assert.equal(imageVerdict(cluster.referencePlan(), 'app'), 'prune unnamed');
  });

  it('what an old pod that is over mentions or reports protects nothing', () => {
    const pod = (age: number) =>
      shop()
        .pod(
          'x/p',
          { ephemeral: [pull('shop/web')], volumes: [pull('shop/web')] },
          { reports: [digestOf('app')], phase: 'Succeeded', age },
        )
        .plan(KEEP_NONE);
    assert.deepEqual(revisionsOf(pod(OLD), 'shop/web:latest'), [ALONE]);
    assert.deepEqual(revisionsOf(pod(YOUNG), 'shop/web:latest'), [
      'keep ephemeralContainer imageVolume reportedByContainer',
    ]);
  });

  it('the images that a build copies from are protected', () => {
    for (const resource of ['builds', 'buildconfigs'] as const) {
      for (const from of [
        { kind: 'ImageStreamTag', name: 'web:latest' },
        { kind: 'ImageStreamTag', name: 'web:latest', namespace: 'shop' },
        { kind: 'ImageStreamImage', name: `web@${digestOf('app')}` },
        { kind: 'DockerImage', name: pull('shop/web') },
        { kind: 'DockerImage', name: pull('shop/web@app') },
      ]) {
        const builder = from.namespace ? 'other/b' : 'shop/b';
        const other = { kind: 'ImageStreamTag', name: 'other:latest' };
        protectsBeyondReference(shop().buildInput(resource, builder, other, from), 'buildInput', {
          place: 'source',
          at: '',
        });
      }
    }
  });

  it('the image triggers of a deployment config are protected', () => {
    const trigger = (imageChangeParams: unknown, type = 'ImageChange') =>
      shop().workload(
        'deploymentconfigs',
        'shop/dc',
        {},
        {
          triggers: [{ type: 'ConfigChange' }, { type, imageChangeParams }],
        },
      );
    const spot = { place: 'trigger', at: '' };
    protectsBeyondReference(
      trigger({ from: { kind: 'ImageStreamTag', name: 'web:latest' } }),
      'imageTrigger',
      spot,
    );
    protectsBeyondReference(
      trigger({ from: { kind: 'ImageStreamTag', name: 'web:latest', namespace: 'shop' } }),
      'imageTrigger',
      spot,
    );
    protectsBeyondReference(trigger({ lastTriggeredImage: pull('shop/web@app') }), 'imageTrigger', spot);
    const disabled = trigger({ from: { kind: 'ImageStreamTag', name: 'web:latest' } }, 'Something');
    assert.deepEqual(revisionsOf(disabled.plan(KEEP_NONE), 'shop/web:latest'), [ALONE]);
  });

  it('the use of a member protects its index', () => {
    const cluster = () =>
      new ClusterDescription()
        .image('index', { members: ['amd', 'inner'] })
        .image('inner', { members: ['arm'] })
        .image('amd')
        .image('arm')
        .stream('shop/web', { latest: ['index'] });
    for (const member of ['amd', 'arm']) {
      for (const used of [
        cluster().pod('x/p', { containers: [pull(`shop/web@${member}`)] }),
        cluster().pod('x/p', {}, { reports: [`registry.io/a/b@${digestOf(member)}`] }),
      ]) {
        const plan = used.plan(KEEP_NONE);
        assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['keep usedThroughIndex']);
        const reason = reasonOf(at(tagOf(plan, 'shop/web:latest').revisions, 0), 'usedThroughIndex');
        assert.equal(reason.member, digestOf(member));
        assert.deepEqual(
          reason.by.map((by) => by.name),
          ['p'],
        );
        assert.deepEqual(deletionsOf(plan).images, []);
        assert.deepEqual(revisionsOf(used.referencePlan(KEEP_NONE), 'shop/web:latest'), [ALONE]);
        assert.deepEqual(deletionsOf(used.referencePlan(KEEP_NONE)).images, ['amd', 'arm', 'index', 'inner']);
      }
    }
    const elsewhere = cluster().pod('x/p', { containers: [pull('other/web@amd')] });
    assert.deepEqual(revisionsOf(elsewhere.plan(KEEP_NONE), 'shop/web:latest'), [ALONE]);
  });

  it('the reported digest of a member protects an index that no stream names', () => {
    const cluster = new ClusterDescription()
      .image('index', { members: ['amd', 'arm'] })
      .image('amd')
      .image('arm')
      .pod('x/p', {}, { reports: [digestOf('amd')] });
    assert.equal(imageVerdict(cluster.plan(), 'index'), 'keep usedThroughIndex');
    assert.equal(imageVerdict(cluster.plan(), 'arm'), 'keep partOfIndex');
    assert.equal(reasonOf(imageOf(cluster.plan(), 'index'), 'usedThroughIndex').member, digestOf('amd'));
    assert.deepEqual(deletionsOf(cluster.referencePlan()).images, ['amd', 'arm', 'index']);
  });

  it('each protection has a code of its own, named as going beyond, and none of them lets a thing go', () => {
    assert.deepEqual([...BEYOND_REFERENCE].sort(), [
      'buildInput',
      'ephemeralContainer',
      'imageTrigger',
      'imageVolume',
      'reportedByContainer',
      'usedThroughIndex',
    ]);
    for (const code of BEYOND_REFERENCE) assert.equal(LETS_GO.has(code), false, code);
  });
});

describe('the links of an index’s members', () => {
  const cluster = () =>
    new ClusterDescription()
      .image('index', { members: ['amd', 'inner'] })
      .image('inner', { members: ['arm'] })
      .image('amd', { layers: ['shared:1', 'amd-l:1'], config: 'amd-c:1' })
      .image('arm', { layers: ['arm-l:1'] })
      .image('single', { layers: ['shared:1', 'single-l:1'] });

  it('go with the index, nested ones too', () => {
    const stream = cluster().stream('shop/web', { latest: ['single', 'index'] });
    const extended = deletionsOf(stream.plan({ keepTagRevisions: 1 }));
    assert.deepEqual(extended.layerLinks, ['shop/web amd-c', 'shop/web amd-l', 'shop/web arm-l']);
    assert.deepEqual(extended.manifestLinks, [
      'shop/web amd',
      'shop/web arm',
      'shop/web index',
      'shop/web inner',
    ]);
    const reference = deletionsOf(stream.referencePlan({ keepTagRevisions: 1 }));
    assert.deepEqual(reference.layerLinks, []);
    assert.deepEqual(reference.manifestLinks, ['shop/web index']);
  });

  it('stay while the index stays', () => {
    const stream = cluster().stream('shop/web', { latest: ['index', 'single'], amd: ['index', 'amd'] });
    const extended = deletionsOf(stream.plan({ keepTagRevisions: 1 }));
    assert.deepEqual(extended.layerLinks, ['shop/web single-l']);
    assert.deepEqual(extended.manifestLinks, ['shop/web single']);
    const reference = deletionsOf(stream.referencePlan({ keepTagRevisions: 1 }));
    assert.deepEqual(reference.layerLinks, [
      'shop/web amd-c',
      'shop/web amd-l',
      'shop/web shared',
      'shop/web single-l',
    ]);
    assert.deepEqual(reference.manifestLinks, ['shop/web amd', 'shop/web single']);
  });

  it('stay while the member stands in a tag, or another index of the repository lists it', () => {
    const inTag = cluster().stream('shop/web', { latest: ['single', 'index'], amd: ['amd'] });
    assert.deepEqual(deletionsOf(inTag.plan({ keepTagRevisions: 1 })).manifestLinks, [
      'shop/web arm',
      'shop/web index',
      'shop/web inner',
    ]);
    const inIndex = cluster()
      .image('index2', { members: ['amd'] })
      .stream('shop/web', { latest: ['index2', 'index'] });
    assert.deepEqual(deletionsOf(inIndex.plan({ keepTagRevisions: 1 })).manifestLinks, [
      'shop/web arm',
      'shop/web index',
      'shop/web inner',
    ]);
  });
});
